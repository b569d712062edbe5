"""Sphinx: `make docs` writes docs/_build/html."""

from tissuegan.version import __version__

project = "tissuegan"
author = copyright = "the tissuegan authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "sphinx_book_theme"
myst_heading_anchors = 3
autodoc_typehints = "description"
