"""Configurations for HTTP Source V2, castorm's connector and kafka-connect-rest, at work here."""

import pytest

from http_source_tests.publics.confluents import V2
from http_source_tests.publics.elsewhere import CASTORM, REST
from http_source_tests.publics.moving import assert_brings

SCENES = {**V2, **CASTORM, **REST}


@pytest.mark.parametrize("name", SCENES)
def test_a_public_configuration_brings_its_records(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_brings(name, SCENES[name], monkeypatch)
