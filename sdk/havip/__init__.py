"""HAVIP as code for Tencent Cloud."""
