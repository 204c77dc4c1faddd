"""The scenarios of version 0.1, until each is a history (see `havip.lab.history`)."""
