"""Programs for the people who develop havip; nothing here is installed."""
