"""The rules of the cloud that several actions share."""
