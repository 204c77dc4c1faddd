"""Adapters that serve the handlers to Pulumi: the dynamic providers and the native plugin."""
