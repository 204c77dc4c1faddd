"""The ``havip`` command; needs the extra ``havip[cli]``."""
