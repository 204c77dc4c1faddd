"""Generators, one module for each kind of generated file; `tools.generate` lists them."""
