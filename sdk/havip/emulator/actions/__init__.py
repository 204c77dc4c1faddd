"""Implementations of the API actions, one function each; `registry.HANDLERS` lists them."""
