"""The set-up of whole nodes behind a HAVIP: packages, files, scripts and services."""
