"""What the tests of commands about connectors at work share."""

import json
from collections.abc import Callable
from typing import Any

from http_source_tests.orchestration.stand import Stand

Make = Callable[..., Stand]
Say = Callable[..., tuple[int, str]]
Show = Callable[..., tuple[int, str]]


def entities(show: Show, expected: int = 0) -> dict[str, dict[str, Any]]:
    """The entities of the only connector, as `status` tells machines."""
    code, said = show("--json")
    # A run in progress logs meanwhile.
    (connector,) = json.JSONDecoder().raw_decode(said)[0]
    assert code == expected, said
    return {each["entity"]: each for each in connector["entities"]}


def states(show: Show) -> dict[str, str]:
    """The entities and their states."""
    return {entity: each["state"] for entity, each in entities(show).items()}


def broken(_entity: str, _start: int) -> tuple[int, str, bytes]:
    """An API that only fails."""
    return 500, "text/plain", b"broken"
