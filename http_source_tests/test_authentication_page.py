"""docs/authentication.md has a sample of each type, and each works."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from http_source.assembly.loading import load_config
from http_source.config.properties import AuthType, ClientMode, GrantType
from http_source.edges.auth import AUTH_TYPES, auth_of
from http_source.foreign.redactor import Redactor
from http_source_tests.certificates import issue
from http_source_tests.config.samples import VALID
from http_source_tests.edges.grants import nobody

PAGE = (Path(__file__).parents[1] / "docs" / "authentication.md").read_text(encoding="utf-8")
SAMPLES = [json.loads(block) for block in re.findall(r"```json sample\n(.*?)```", PAGE, re.DOTALL)]
KEY = issue(None, "shop", key=rsa.generate_private_key(65_537, 2_048)).key_pem
ENVIRONMENT = {
    **dict.fromkeys(re.findall(r"\$\{env:(\w+)\}", PAGE), "secret"), "SHOP_PRIVATE_KEY": KEY,
}


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_a_sample_loads_without_a_doubt_and_signs(sample: Mapping[str, object]) -> None:
    loaded = load_config({**VALID, **sample}, environment=ENVIRONMENT)
    assert loaded.warnings == ()
    assert auth_of(loaded.config.auth).signer(loaded.config.auth, nobody, Redactor()) is not None


def test_each_type_grant_and_mode_has_a_sample() -> None:
    loaded = [load_config({**VALID, **sample}, environment=ENVIRONMENT).config.auth for sample in SAMPLES]
    assert {each.type for each in loaded} == set(AuthType) - {AuthType.NONE}
    assert {each.grant_type for each in loaded} == set(GrantType)
    assert {each.client_mode for each in loaded} == {ClientMode.HEADER, ClientMode.JWT}


@pytest.mark.parametrize("name", AuthType)
def test_each_type_is_in_the_table(name: AuthType) -> None:
    assert f"| `{name}` |" in PAGE
    assert all(f"`{needed}`" in PAGE or f'"{needed}"' in PAGE for needed in AUTH_TYPES[name].needs)
