"""State of the emulated cloud: accounts, regions, tables, addresses and their storage."""
