"""Refresh tokens: used as they are configured, replaced as the server says, kept in a file that several processes share."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from http_source.errors import RequestFailed
from http_source_tests.config.samples import findings, mistakes
from http_source_tests.edges.grants import form_of, granting, pair_of, refusal, token
from http_source_tests.servers import Asked, Reply

FIRST = "r3fresh-0"
REFRESHED: Mapping[str, object] = {"oauth2.grant.type": "refresh_token", "oauth2.refresh.token": FIRST}
LOADED: Mapping[str, object] = {"auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", **REFRESHED}


def rotating(answers: Callable[[int], Reply] = lambda number: token(f"t{number}", refresh_token=f"r3fresh-{number}", expires_in=1),
             ) -> Callable[[Asked], Reply]:
    """A server that takes each refresh token once, and forgets the client when one comes again (RFC 9700 §4.14.2)."""
    numbers, newest = count(1), [FIRST]

    def answer(asked: Asked) -> Reply:
        (shown,) = form_of(asked)["refresh_token"]
        if shown != newest[0]:
            newest[0] = "nothing"
            return refusal("invalid_grant")
        newest[0] = f"r3fresh-{(number := next(numbers))}"
        return answers(number)

    return answer


def test_a_refresh_token_is_used_as_it_is_configured() -> None:
    """RFC 6749 §6. The default scope is not asked for: it may be more than was granted."""
    with granting(lambda _: token(), REFRESHED) as grant:
        grant.token()
        grant.refused()
    assert [form_of(asked) for asked in grant.asked] == [{"grant_type": ["refresh_token"], "refresh_token": [FIRST]}] * 2
    assert {pair_of(asked) for asked in grant.asked} == {"shop:s3cret"}


def test_a_client_without_a_secret_is_named_in_the_form() -> None:
    with granting(lambda _: token(), {**REFRESHED, "oauth2.client.secret": None, "oauth2.client.scope": "read"}) as grant:
        grant.token()
    (asked,) = grant.asked
    assert form_of(asked) == {
        "grant_type": ["refresh_token"], "refresh_token": [FIRST], "client_id": ["shop"], "scope": ["read"],
    }
    assert "Authorization" not in asked.headers


def test_a_new_refresh_token_is_kept_in_memory_and_that_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with granting(rotating(), REFRESHED) as grant:
        for _ in range(3):
            grant.credentials.distrust()
            grant.refused()
        assert grant.redact("r3fresh-2") == "[hidden]"
    assert [form_of(asked)["refresh_token"] for asked in grant.asked] == [[f"r3fresh-{number}"] for number in range(len(grant.asked))]
    assert len(grant.asked) > 1
    assert caplog.text.count("set oauth2.refresh.token.file") == 1
    assert "r3fresh" not in caplog.text


def test_the_same_refresh_token_again_is_nothing_new(caplog: pytest.LogCaptureFixture) -> None:
    with granting(lambda _: token(refresh_token=FIRST), REFRESHED) as grant:
        grant.token()
    assert caplog.text == ""


@pytest.mark.parametrize("members", [{"refresh_token": None}, {"refresh_token": 7}, {"refresh_token": ""}])
def test_what_is_no_refresh_token_replaces_none(members: Mapping[str, Any]) -> None:
    with granting(lambda _: token(**members), REFRESHED) as grant:
        grant.token()
        grant.refused()
    assert [form_of(asked)["refresh_token"] for asked in grant.asked] == [[FIRST]] * 2


def test_the_newest_refresh_token_is_kept_in_a_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Readable for its owner alone; a process that starts later begins with it."""
    server, file = rotating(), tmp_path / "refresh-token"
    in_file = {**REFRESHED, "oauth2.refresh.token.file": str(file)}
    for number in (1, 2, 3):
        with granting(server, in_file) as grant:
            assert grant.token() == f"t{number}"
    assert json.loads(file.read_text())["refresh_token"] == "r3fresh-3"
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"refresh-token", "refresh-token.lock"}
    assert caplog.text == ""


def test_another_configured_refresh_token_begins_anew(tmp_path: Path) -> None:
    in_file = {**REFRESHED, "oauth2.refresh.token.file": str(tmp_path / "refresh-token")}
    with granting(rotating(), in_file) as grant:
        grant.token()
    with granting(lambda _: token(), {**in_file, "oauth2.refresh.token": "another"}) as grant:
        grant.token()
    assert form_of(grant.asked[0])["refresh_token"] == ["another"]


@pytest.mark.parametrize("content", [
    b"{", b"[]", b'{"refresh_token": "x"}', b"\x00", b"\xff", b"[" * 100_000, b'{"began_with": "x", "refresh_token": 7}',
    b'{"began_with": "x", "refresh_token": ""}',
])
def test_a_damaged_file_is_told_and_neither_passed_over_nor_written(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "refresh-token"
    file.write_bytes(content)
    told = r"oauth2\.refresh\.token\.file is damaged.* set oauth2\.refresh\.token to a new one"
    with granting(rotating(), {**REFRESHED, "oauth2.refresh.token.file": str(file)}) as grant, pytest.raises(RequestFailed, match=told):
        grant.token()
    assert grant.asked == []
    assert file.read_bytes() == content


def test_what_was_written_is_refused_when_its_end_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "refresh-token"
    in_file = {**REFRESHED, "oauth2.refresh.token.file": str(file)}
    with granting(rotating(), in_file) as grant:
        grant.token()
    file.write_bytes(file.read_bytes()[:-3])
    with granting(rotating(), in_file) as grant, pytest.raises(RequestFailed, match="is damaged"):
        grant.token()
    assert grant.asked == []


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_file_is_written_anew(tmp_path: Path, content: str) -> None:
    file = tmp_path / "refresh-token"
    file.write_text(content)
    with granting(rotating(), {**REFRESHED, "oauth2.refresh.token.file": str(file)}) as grant:
        assert grant.token() == "t1"
    assert json.loads(file.read_text())["refresh_token"] == "r3fresh-1"


PROCESS = """
import sys
from http_source_tests.edges.grants import granted
from http_source_tests.edges.test_refresh_tokens import REFRESHED
with granted(sys.argv[1], {**REFRESHED, "oauth2.refresh.token.file": sys.argv[2]}) as grant:
    for _ in range(10):
        grant.credentials._obtain()
"""


def test_several_processes_use_each_refresh_token_once(tmp_path: Path) -> None:
    """The tasks of a connector are processes: each waits for the file while another asks."""
    with granting(rotating()) as grant:
        command = [sys.executable, "-c", PROCESS, grant.address, str(tmp_path / "refresh-token")]
        processes = [subprocess.Popen(command, env={**os.environ, "PYTHONPATH": ":".join(sys.path)}) for _ in range(4)]
        assert [process.wait() for process in processes] == [0] * 4
    assert len(grant.asked) == 40


def test_a_refresh_token_that_cannot_be_written_is_kept_and_that_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "refresh-token"
    with granting(rotating(), {**REFRESHED, "oauth2.refresh.token.file": str(file)}) as grant:
        (tmp_path / "refresh-token.new").mkdir()
        assert grant.token() == "t1"
        grant.refused()
    assert [record.levelno for record in caplog.records if "could not be written" in record.message] == [logging.ERROR] * 2
    assert [form_of(asked)["refresh_token"] for asked in grant.asked] == [[FIRST], ["r3fresh-1"]]
    assert "r3fresh" not in caplog.text


def test_a_file_that_cannot_be_read_is_told_before_the_token_is_used(tmp_path: Path) -> None:
    file = tmp_path / "refresh-token"
    with granting(rotating(), {**REFRESHED, "oauth2.refresh.token.file": str(file)}) as grant:
        file.mkdir()
        with pytest.raises(RequestFailed, match=r"The file of oauth2\.refresh\.token\.file cannot be used"):
            grant.token()
    assert grant.asked == []


def test_a_refresh_token_that_is_over_is_told_with_what_to_do() -> None:
    with granting(lambda _: refusal("invalid_grant"), REFRESHED) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert "Set `oauth2.refresh.token` to a new one." in str(failure.value)
    assert "set `oauth2.refresh.token.file` as well" in str(failure.value)


def test_who_has_the_file_is_not_told_to_set_it(tmp_path: Path) -> None:
    in_file = {**REFRESHED, "oauth2.refresh.token.file": str(tmp_path / "refresh-token")}
    with granting(lambda _: refusal("invalid_grant"), in_file) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert "Set `oauth2.refresh.token` to a new one" in str(failure.value)
    assert "as well" not in str(failure.value)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"oauth2.refresh.token": None}, "oauth2.refresh.token"), ({"oauth2.refresh.token.file": "relative"}, "oauth2.refresh.token.file"),
        ({"oauth2.refresh.token.file": "/no/such/folder/file"}, "oauth2.refresh.token.file"),
        ({"oauth2.refresh.token.file": "/tmp"}, "oauth2.refresh.token.file"), ({"oauth2.client.id": None}, "oauth2.client.id"),
        ({"oauth2.token.parameters": "refresh_token=r"}, "oauth2.token.parameters"),
    ],
)
def test_what_cannot_be_refreshed_is_a_mistake(changes: Mapping[str, object], name: str) -> None:
    assert mistakes({**LOADED, **changes}) == [name]


@pytest.mark.parametrize("changes", [
    {"oauth2.grant.type": "password"}, {"oauth2.token.parameters": "grant_type=password&username=u&password=p"},
    {"oauth2.token.parameters": "username=u&password=p"}, {"oauth2.username": "u"}, {"oauth2.password": "p"}, {"oauth2.user.name": "u"},
])
def test_the_grant_of_user_and_password_is_answered_by_name(changes: Mapping[str, object]) -> None:
    """Specification, frequently asked questions: it is not supported."""
    said = " ".join(finding.message for finding in findings({**LOADED, "oauth2.grant.type": "client_credentials", **changes}))
    assert "The password grant" in said
    assert "refresh_token" in said
    assert "auth.type=basic" in said


@pytest.mark.parametrize("grant", ["authorization_code", "implicit"])
def test_grants_that_need_a_person_are_answered_by_name(grant: str) -> None:
    assert "That grant needs a person" in findings({**LOADED, "oauth2.grant.type": grant})[0].message
