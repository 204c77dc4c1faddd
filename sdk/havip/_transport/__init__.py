"""One API call, from its parameters to its response: signing, HTTP, retries, deadlines."""
