"""Service manager for lab nodes, in place of systemd: reads unit files and runs services.

It runs inside a node, isolated (``python -I -S``), so these modules import only the standard
library. `manager` is the main loop, `unit_files` reads units, `service` runs one, `systemctl`
implements the command. It supports the settings that determine whether a service runs and is
restarted: start and stop commands, readiness, restarts, users, directories, dependencies, timers.
Sandboxing and resource control are ignored.
"""
