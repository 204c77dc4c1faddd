"""A service manager for lab nodes, in place of systemd: it reads unit files and runs services.

It runs inside a node, isolated (``python -I -S``), so everything here imports the standard
library alone. `manager` is the loop, `unit_files` reads units, `service` runs one, `systemctl`
is the command of that name. Of a unit it does what decides whether a service runs and comes
back: start and stop commands, readiness, restarts, users, directories, dependencies, timers.
Sandboxing and resource control are left out.
"""
