"""The front of the emulator: HTTP, authentication, the gateway and the control interface."""
