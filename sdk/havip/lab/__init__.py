"""The lab: the emulator's data plane, small, on real daemons.

Machines become namespaces that run real keepalived, haproxy and databases from given files. They
hang on a bridge that polices addresses as a cloud does: an ordinary address stays where it is,
and a HAVIP moves to the machine whose gratuitous ARP the emulator accepts.

A lab is a process in namespaces of its own (see `namespace`): it cannot reach the machine's
network, and when the process ends the kernel takes away everything in it.
"""
