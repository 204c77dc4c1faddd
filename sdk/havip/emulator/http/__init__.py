"""HTTP front end of the emulator: server, authentication, gateway and control interface."""
