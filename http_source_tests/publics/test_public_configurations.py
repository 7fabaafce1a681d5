"""Configurations that people have published for other HTTP source connectors: each brings its records here, or says what is missing.

The files in `configurations/` are as their owners have them, but for hosts and secrets, which are made up; `sentences/` holds what
`http-source migrate` says of each, word for word.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from http_source.cli import main
from http_source.errors import ConfigurationError
from http_source.migration.documents import read_properties
from http_source.migration.move import migrate
from http_source_tests.publics.confluents import CLOUD, SELF_MANAGED, V2
from http_source_tests.publics.elsewhere import CASTORM, REST
from http_source_tests.publics.moving import drafts_of, original, variables_of
from http_source_tests.publics.said import ENVIRONMENT, FILES, FOLDER, SENTENCES, said, sentences_of

SCENES = {**SELF_MANAGED, **CLOUD, **V2, **CASTORM, **REST}

NEEDS_A_HAND = {
    "v2-claims.json",
    "castorm-endpoints.yaml",
    "castorm-issues.json",
    "castorm-old-names.json",
    "castorm-service-requests.json",
    "rest-archive.json",
}
"""Those that cannot move by themselves: their sentences say why."""

OWNERS_SECRETS = ("a-made-up-password", "a-made-up-secret", "a-made-up-token", "a-made-up-key", "storepw")

WITHOUT_EFFECT = re.compile(r"connector\.class|api\d+\.test\.api|confluent\.(license|topic\..*)|reporter\.(error|result)\.topic\..*")
"""What says whose a file is, what is asked only when a connector is made, and properties of which the sentence about another one speaks."""


def test_there_are_many_and_each_is_at_work_or_needs_a_hand() -> None:
    assert len(FILES) >= 30
    assert {*SCENES} | NEEDS_A_HAND == {*FILES} == {file.stem for file in SENTENCES.iterdir()}
    assert {*SCENES} & NEEDS_A_HAND == set()


@pytest.mark.parametrize("name", FILES)
def test_no_host_of_anybody_is_in_a_file(name: str) -> None:
    hosts = re.findall(r"https?://([^/:\"'\s]+)", original(name))
    assert {host for host in hosts if not host.endswith(".test")} == set()


@pytest.mark.parametrize("name", FILES)
def test_what_has_no_equal_here_is_said_in_a_sentence_for_each_property(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And with another exit code than what moves by itself, unless nothing but this host is in the way."""
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    code, words = said(name)
    assert words == sentences_of(name).read_text(encoding="utf-8"), "Better words are kept by: python -m http_source_tests.publics.said"
    assert (code == 0) is ("needs changes by hand" not in words and "not written" not in words)
    assert ("needs changes by hand" in words) >= (name in NEEDS_A_HAND)


@pytest.mark.parametrize("name", FILES)
def test_no_secret_of_an_owner_is_written_or_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for flags in ([], ["--json"]):
        main(["migrate", str(FOLDER / name), *flags])
    main(["validate", str(FOLDER / name)])
    shown = "".join(capsys.readouterr())
    assert [secret for secret in OWNERS_SECRETS if secret in shown] == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_valid_where_that_is_said_and_moves_to_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    assert main(["migrate", str(FOLDER / name), "-o", str(tmp_path)]) == said(name)[0]
    drafts = drafts_of(name, original(name))
    for variable, value in variables_of(drafts).items():
        monkeypatch.setenv(variable, value)
    for draft in drafts:
        assert [again.properties for again in migrate(draft.properties, "connector")[1]] == [draft.properties]
    files = sorted(map(str, tmp_path.iterdir()))
    assert len(files) == len(drafts)
    code = main(["validate", *files])
    assert (code == 0) >= ("needs changes by hand" not in said(name)[1]), capsys.readouterr().out


@pytest.mark.parametrize("name", FILES)
def test_validate_guesses_at_no_name_that_another_connector_has(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", str(FOLDER / name)])
    assert [line for line in capsys.readouterr().out.splitlines() if "Did you mean" in line] == []


@pytest.mark.parametrize("name", FILES)
def test_no_property_is_left_out_in_silence(name: str) -> None:
    """Without it, or with another value, something else is written or said."""
    properties = read_properties(original(name).encode(), name)
    silent = [each for each in properties if not WITHOUT_EFFECT.fullmatch(each) and not _matters(properties, each)]
    assert ", ".join(silent) == ""


def _matters(properties: Mapping[str, str], name: str) -> bool:
    other = {"false": "true", "true": "false"}.get(properties[name], f"{properties[name]}9")
    changed = ({each: value for each, value in properties.items() if each != name}, {**properties, name: other})
    return any(_outcome(each) != _outcome(properties) for each in changed)


def _outcome(properties: Mapping[str, str]) -> object:
    try:
        return [(draft.properties, draft.remarks, draft.unmoved) for draft in migrate(properties, "connector")[1]]
    except ConfigurationError as error:
        return str(error)
