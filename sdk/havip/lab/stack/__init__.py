"""A lab of a deployed stack: the emulator's instances run as nodes with their own user data.

`data_plane` keeps the nodes in sync with the cloud, `user_data` does the work of cloud-init,
`machine` is a node with a service manager, `server` the lab's process, and `launch` starts it.
"""
