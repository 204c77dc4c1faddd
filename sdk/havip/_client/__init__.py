"""The machinery behind `havip.Client`: verbs, waits, tasks and the checks of a site."""
