"""The actions of the API, one function each; `registry.HANDLERS` lists them."""
