"""Member of a database cluster of three machines; runs on the machines, with Python 3.10."""
