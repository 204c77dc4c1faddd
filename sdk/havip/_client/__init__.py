"""Implementation of `havip.Client`: methods for actions, waits, tasks and site checks."""
