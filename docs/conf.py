"""The site, built from the pages beside this file: `make site`."""

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = _PROJECT["name"]
release = _PROJECT["version"]
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_show_copyright = False  # LICENSE says it
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
