"""The connectors of a folder as Dagster serves them: the environment says by which translator, for the definitions and for commands."""

import os
import sys
from importlib import import_module
from pathlib import Path

from http_source.config.findings import shown
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.text import Foreign, readable
from http_source.orchestration.asset import translated
from http_source.orchestration.identity import Connector
from http_source.orchestration.translator import HttpSourceTranslator

VARIABLE = "HTTP_SOURCE_TRANSLATOR"


def served(config: KnownConfig, neighbors: int = 0) -> Connector:
    """A connector with the asset that `http_source.definitions` gives it. Raises ConfigurationError when there is no such translator.

    `neighbors` are the other connectors of the folder, where it matters how often its sensor looks.
    """
    return translated(Connector(config, neighbors=neighbors), translator_of_environment())


def translator_of_environment() -> HttpSourceTranslator | None:
    """What HTTP_SOURCE_TRANSLATOR names as `module:Class`; None where it is not set. Raises ConfigurationError."""
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    module, _, name = text.partition(":")
    found = _found(text, module, name)
    if not (isinstance(found, type) and issubclass(found, HttpSourceTranslator)):
        raise _refused(text, "Expected module:Class, a class that inherits from http_source.HttpSourceTranslator")
    return found()


def _found(text: str, module: str, name: str) -> object:
    # As `dagster dev` does: modules are found from where it is started.
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        return getattr(import_module(module), name)
    except (ImportError, ValueError, AttributeError) as error:
        raise _refused(text, f"It cannot be imported from {Path.cwd()}: {readable(Foreign.of(error), str)}") from None


def _refused(text: str, reason: str) -> ConfigurationError:
    return ConfigurationError([Finding(VARIABLE, f"Invalid value {shown(text)}: {reason}.")])
