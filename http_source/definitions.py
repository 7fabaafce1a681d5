"""What workspace.yaml names: the connectors of a folder."""

import os
from pathlib import Path

from http_source.orchestration.build import load_connectors
from http_source.orchestration.served_folder import translator_of_environment

defs = load_connectors(
    Path(os.environ.get("HTTP_SOURCE_CONNECTORS", "connectors")), translator=translator_of_environment()
)
