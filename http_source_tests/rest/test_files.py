"""Configuration files are written whole or not at all, and not over what somebody else wrote."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from http_source.rest.files import FileChanged, alone_in, content_of, file_for, remove, replace, write_new

HOLDER = """
import sys
from pathlib import Path
from http_source.rest.files import alone_in
with alone_in(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_file_that_was_edited_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    write_new(file, content_of({"name": "orders"}))
    before = file.read_bytes()
    file.write_text('{"name": "orders", "by": "hand"}')
    with pytest.raises(FileChanged, match=r"^orders\.json was changed by somebody else"):
        replace(file, before, b"{}")
    with pytest.raises(FileChanged, match=r"^orders\.json was changed by somebody else"):
        remove(file, before)
    assert json.loads(file.read_text()) == {"name": "orders", "by": "hand"}
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_was_removed_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(FileChanged):
        replace(tmp_path / "orders.json", b"{}", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_made_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text("theirs")
    with pytest.raises(FileChanged, match="was created by somebody else"):
        write_new(tmp_path / "orders.json", b"{}")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["theirs"]


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".http-source-abc").write_text("half")
    write_new(tmp_path / "orders.json", b"{}")
    assert [each.name for each in tmp_path.iterdir()] == ["orders.json"]


def test_a_name_that_is_taken_by_another_file_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "Orders.json").touch()
    (tmp_path / "orders_2.json").touch()
    assert file_for(tmp_path, "orders").name == "orders_3.json"


def test_another_process_waits_until_the_folder_is_free(tmp_path: Path) -> None:
    program = [sys.executable, "-c", HOLDER, str(tmp_path)]
    entered = threading.Event()

    def enter() -> None:
        with alone_in(tmp_path):
            entered.set()

    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == "mine\n"
        waiting = threading.Thread(target=enter)
        waiting.start()
        assert not entered.wait(0.2)
        holder.stdin.close()
        assert entered.wait(30)
        waiting.join()
