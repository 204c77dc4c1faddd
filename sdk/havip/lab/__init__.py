"""Failover lab: real daemons in network namespaces, connected by the emulator's data plane.

Each machine is a set of namespaces that runs real keepalived, haproxy and databases from given
configuration files. They are attached to a bridge that enforces address ownership as a cloud does:
an ordinary address stays where it is, and a HAVIP moves to the machine whose gratuitous ARP the
emulator accepts.

A lab is a process in its own namespaces (see `namespace`): it cannot reach the host's network, and
the kernel removes everything in it when the process ends.
"""
