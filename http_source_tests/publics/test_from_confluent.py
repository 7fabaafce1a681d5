"""Configurations for Confluent's HTTP Source connector, self-managed and in the cloud, at work here."""

import pytest

from http_source_tests.publics.confluents import CLOUD, SELF_MANAGED
from http_source_tests.publics.moving import assert_brings

SCENES = {**SELF_MANAGED, **CLOUD}


@pytest.mark.parametrize("name", SCENES)
def test_a_public_configuration_brings_its_records(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_brings(name, SCENES[name], monkeypatch)
