"""One call from its parameters to its response: signing, HTTP, retries, limits and time."""
