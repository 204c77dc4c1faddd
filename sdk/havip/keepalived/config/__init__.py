"""keepalived.conf as a typed model, its parser and its renderer."""
