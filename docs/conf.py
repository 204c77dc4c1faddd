"""Configuration of the documentation: `make docs` builds it with Sphinx."""

from __future__ import annotations

from havip import __version__

project = "havip"
author = "The havip authors"
copyright = "2026, the havip authors"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "attrs_block"]
myst_heading_anchors = 4
# Links to files of the repository outside docs/ are not pages of the site.
suppress_warnings = ["myst.xref_missing"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"havip {release}"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
default_role = "code"
napoleon_use_ivar = True
