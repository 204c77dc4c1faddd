"""Rules of the cloud that several actions share."""
