"""The laboratory itself: hosts are apart from each other, lines hold and cut, and nothing is left behind."""

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from http_source_tests.hosts.host import Host, missing
from http_source_tests.hosts.lines import End, Line, Switchboard, here
from http_source_tests.real_servers.held_back import held_back
from http_source_tests.real_servers.postgres import Postgres
from http_source_tests.servers import api
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

TELLS = "import os, socket; print(socket.gethostname(), os.getpid(), flush=True); input()"
CHILD = "import subprocess, sys; subprocess.Popen(['sleep', '100']); print('ready', flush=True); input()"


@pytest.fixture
def board() -> Iterator[Switchboard]:
    with Switchboard() as board:
        yield board


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str, str], Host]]:
    if reason := missing():
        pytest.skip(reason)
    hosts: list[Host] = []

    def begin(name: str, code: str) -> Host:
        # Its standard input is empty: without the last line it would end at once.
        waits = code.replace("input()", "import threading; threading.Event().wait()")
        hosts.append(Host(name, [sys.executable, "-c", waits], os.environ, tmp_path / f"{len(hosts)}.log"))
        hosts[-1].boot()
        until(hosts[-1].said)
        return hosts[-1]

    yield begin
    for host in hosts:
        host.kill()


def test_a_host_has_a_name_and_process_ids_of_its_own(start: Callable[[str, str], Host]) -> None:
    one, other = start("one", TELLS), start("other", TELLS)
    assert [host.said() for host in (one, other)] == ["one 1\n", "other 1\n"]
    assert socket.gethostname() not in ("one", "other")


def test_a_host_is_killed_with_all_its_processes(start: Callable[[str, str], Host]) -> None:
    host = start("one", CHILD)
    lived = host.processes()
    assert len(lived) == 2
    host.kill()
    assert host.processes() == []
    until(lambda: not any(map(psutil.Process.is_running, lived)))


def test_a_host_reaches_what_a_line_leads_to_and_nothing_else(start: Callable[[str, str], Host], board: Switchboard) -> None:
    with api(lambda _: b"[1]") as server:
        port = int(server.url.rpartition(":")[2])
        host = start("one", TELLS)
        with host.socket() as alone, pytest.raises(ConnectionRefusedError):
            alone.connect(("127.0.0.1", port))
        board.line(End(host.socket, 8080), End(here, port))
        with host.socket() as connected:
            connected.connect(("127.0.0.1", 8080))
            connected.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connected.recv(100).startswith(b"HTTP/1.1 200")


@pytest.fixture
def line(board: Switchboard) -> Iterator[tuple[Line, socket.socket]]:
    """One to a server that returns what it is sent, and a connection through it that has carried bytes."""
    with socket.create_server(("127.0.0.1", 0)) as echo:
        thread = threading.Thread(target=_echo, args=(echo,))
        thread.start()
        line = board.line(End(here, 0), End(here, echo.getsockname()[1]))
        with socket.create_connection(("127.0.0.1", line.port), timeout=1) as client:
            client.sendall(b"a")
            assert client.recv(1) == b"a"
            yield line, client
        board.let("cut", line)
        thread.join()


def test_a_line_that_holds_is_silent_and_loses_nothing(board: Switchboard, line: tuple[Line, socket.socket]) -> None:
    held, client = line
    board.let("hold", held)
    client.sendall(b"b")
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    board.let("pass", held)
    client.settimeout(5)
    assert client.recv(1) == b"b"


def test_a_line_that_is_cut_ends_what_it_carries_and_carries_again(board: Switchboard, line: tuple[Line, socket.socket]) -> None:
    cut, client = line
    board.let("cut", cut)
    assert _ends(client)
    with socket.create_connection(("127.0.0.1", cut.port), timeout=5) as refused:
        assert _ends(refused)
    board.let("pass", cut)
    with socket.create_connection(("127.0.0.1", cut.port), timeout=0.2) as again, pytest.raises(TimeoutError):
        again.recv(1)  # open, and the server that takes one connection only says nothing


def test_a_row_that_is_held_back_shows_up_after_later_ones(server: Postgres) -> None:
    database = server.dsn(server.create("held_back").rpartition("=")[2])
    server.execute("held_back", "CREATE TABLE event_logs (id serial, partition text)")
    with held_back(database, "NEW.partition = 'a'") as held:
        writer = threading.Thread(target=server.execute, args=("held_back", "INSERT INTO event_logs (partition) VALUES ('a')"))
        writer.start()
        until(held.writers)
        server.execute("held_back", "INSERT INTO event_logs (partition) VALUES ('b')")
        assert _rows(database) == [(2, "b")]
        held.let_go()
        writer.join()
        assert _rows(database) == [(1, "a"), (2, "b")]


def _echo(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data)


def _ends(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def _rows(database: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, partition FROM event_logs ORDER BY id")
        found = cursor.fetchall()
    connection.close()
    return found
