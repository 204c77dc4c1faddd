"""A lab of a deployed stack: the emulator's instances run as nodes with their own user data.

`instances` keeps nodes in step with the cloud, `user_data` does what cloud-init does, `machine`
is a node with a service manager, `server` is the lab's process and `running` finds and ends it.
"""
