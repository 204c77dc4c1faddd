"""What the emulated cloud holds: accounts, regions, tables, addresses and their storage."""
