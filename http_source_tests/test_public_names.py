"""What `import http_source` gives."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import http_source

ROOT = Path(__file__).parents[1]
PUBLIC = {
    "ConfigurationError", "ConnectorData", "Finding", "HttpAuthResource", "HttpSourceConnector", "HttpSourceError", "HttpSourceTranslator",
    "KafkaResource", "SchemaRegistryResource", "TlsResource", "build_http_source", "load_connectors",
}


def stubs() -> dict[str, str]:
    """What a type checker sees: public name → module."""
    tree = ast.parse((ROOT / "http_source" / "__init__.py").read_text())
    (branch,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in branch.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_the_public_names_are_these_and_no_others() -> None:
    assert set(http_source.__all__) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_name_is_what_a_type_checker_takes_it_for(name: str) -> None:
    assert getattr(http_source, name) is getattr(import_module(stubs()[name]), name)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_name_says_what_it_is_for(name: str) -> None:
    assert getattr(http_source, name).__doc__


def test_names_can_be_completed_before_they_are_used() -> None:
    assert set(dir(http_source)) >= PUBLIC


def test_any_other_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="module 'http_source' has no attribute 'build_source'"):
        http_source.build_source  # type: ignore[attr-defined]  # noqa: B018 - that it fails is the test


def test_errors_can_be_caught_without_loading_dagster() -> None:
    code = "import sys; from http_source import ConfigurationError, HttpSourceError; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_building_a_connector_loads_no_web_server_and_no_command_line() -> None:
    code = "import sys; from http_source import build_http_source, HttpSourceConnector; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {"dagster_webserver", "dagster_dg_cli", "fastavro", "http_source.cli", "http_source.demo"} & set(loaded) == set()
