"""`http-source serve` at its start: what it cannot serve it says in a sentence, and ends."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from http_source.cli import main
from http_source.rest.sockets import listen
from http_source_tests.orchestration.dagster_dev import ROOT


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `dagster dev` runs in one."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    (tmp_path / "connectors").mkdir()
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        yield int(somebody.getsockname()[1])


def said(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    """What the command says when it does not start."""
    assert main(["serve", *arguments]) == status
    words = capsys.readouterr()
    assert words.out == ""
    assert "Traceback" not in words.err
    return words.err


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str], taken: int) -> None:
    sentence = f"Port {taken} of 127.0.0.1 is taken by another process. End that one, or choose another port with --port.\n"
    assert said(capsys, 1, "--port", str(taken)) == sentence


@pytest.mark.parametrize(("host", "sentence"), [
    ("no-such-host.invalid", "--host no-such-host.invalid has no address: "),
    ("x" * 300, "has no address: "),
    ("a\x1b[31m", "--host a\\x1b[31m has no address: "),
    ("192.0.2.1", "192.0.2.1 is not an address of this machine. Give one that is with --host, such as 127.0.0.1.\n"),
])
def test_a_host_that_is_not_this_machine_is_named(capsys: pytest.CaptureFixture[str], host: str, sentence: str) -> None:
    assert sentence in said(capsys, 1, "--host", host, "--port", "0")


@pytest.mark.parametrize("port", ["70000", "-1", "http", "1.5", "٣"])
def test_what_is_not_a_port_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["serve", "--port", port])
    assert raised.value.code == 2
    assert "is not a port: expected a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0"])
def test_other_machines_are_not_served_without_a_password(capsys: pytest.CaptureFixture[str], host: str) -> None:
    assert f"At {host} other machines could reach the server" in said(capsys, 2, "--host", host, "--port", "0")


def test_half_of_a_sign_in_is_wrong_usage(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_SOURCE_REST_USER", "ann")
    assert said(capsys, 2, "--port", "0").startswith("HTTP_SOURCE_REST_USER is set, but HTTP_SOURCE_REST_PASSWORD is not.")


def test_a_key_needs_its_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 2, "--tls-key", "server.key").startswith("--tls-key needs --tls-certificate")
    assert "--tls-certificate names server.pem, which cannot be read" in said(capsys, 1, "--port", "0", "--tls-certificate", "server.pem")


def test_without_dagsters_home_it_says_where_to_run(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "dagster.yaml").unlink()
    assert "DAGSTER_HOME is not set" in said(capsys, 2, "--port", "0")


def test_a_storage_that_is_away_is_named(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / ".dagster" / "history").mkdir(parents=True)
    (home / ".dagster" / "history" / "runs.db").write_bytes(b"not a database, and more than a hundred bytes of it" * 20)
    words = said(capsys, 1, "--port", "0")
    assert words.startswith("Dagster's storage cannot be read: DatabaseError: ")
    assert words.endswith("Check what `storage` in dagster.yaml names.\n")


def test_a_database_that_is_away_is_named(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "dagster.yaml").write_text("storage:\n  postgres:\n    postgres_url: postgresql://me:sesame@127.0.0.1:9/none\n")
    assert said(capsys, 1, "--port", "0") == ("Dagster's storage cannot be read: DagsterPostgresException: too many retries for DB "
                                              "connection. Check what `storage` in dagster.yaml names.\n")


def test_a_form_of_logs_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_SOURCE_LOG_FORMAT", "xml")
    assert "HTTP_SOURCE_LOG_FORMAT: Invalid value xml: expected text or json." in said(capsys, 1)


# Where it listens


def open_files() -> int:
    return psutil.Process().num_fds()


def test_localhost_is_served_at_each_of_its_addresses() -> None:
    listening = listen("localhost", 0)
    try:
        assert listening.is_loopback
        assert {each.getsockname()[1] for each in listening.sockets} == {listening.port}
        for each in listening.sockets:
            with closing(socket.create_connection(each.getsockname()[:2], timeout=10)):
                pass
    finally:
        listening.close()


def test_who_listens_everywhere_is_called_by_the_machines_name() -> None:
    listening = listen("0.0.0.0", 0)
    try:
        assert not listening.is_loopback
        assert listening.address == f"{socket.gethostname()}:{listening.port}"
    finally:
        listening.close()


def test_nothing_stays_open_after_a_start_that_failed(capsys: pytest.CaptureFixture[str], taken: int) -> None:
    said(capsys, 2, "--host", "0.0.0.0", "--port", "0")  # what is opened once, is open now
    before = open_files()
    said(capsys, 2, "--host", "0.0.0.0", "--port", "0")
    said(capsys, 1, "--port", str(taken))
    assert open_files() <= before
