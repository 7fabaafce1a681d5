"""The lab sees what it is to see, before anything is concluded from its silence."""

import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

import pytest
import requests

from http_source_tests.crash.topic import judge
from http_source_tests.crash_lab.api import MODES, SIZE, Mode, numbers
from http_source_tests.crash_lab.checker import returns
from http_source_tests.crash_lab.points import CHECKPOINT, MAIN_PATH, TRANSACTIONS, Point
from http_source_tests.crash_lab.switch import code_of
from http_source_tests.demo.waiting import with_package

KILLED = """
import json, pathlib, threading
from http_source_tests.crash_lab.points import Moment, Point
from http_source_tests.crash_lab.switch import Kill, Switch
point = Point("in the second page", "json:loads", Moment.{moment}, times={times}, at_start=True)
Switch(Kill(point, pathlib.Path({armed!r}))).install()
def work():
    for n in range(4):
        print(n, flush=True)
        json.loads("1")
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("point", [*MAIN_PATH, *TRANSACTIONS], ids=str)
def test_every_point_is_a_function_of_the_program(point: Point) -> None:
    assert code_of(point.function)


def test_checkpoints_are_stored_by_a_function_that_is_there() -> None:
    assert code_of(CHECKPOINT)


@pytest.mark.parametrize("function", ["http_source.task:Task.gone", "http_source.gone:Task"])
def test_a_point_that_is_gone_is_an_error(function: str) -> None:
    with pytest.raises((AttributeError, ImportError), match="gone"):
        code_of(function)


@pytest.mark.parametrize(("moment", "times", "printed"), [("ENTERED", 1, "0\n"), ("LEFT", 2, "0\n1\n")])
def test_a_process_is_killed_at_its_point_in_any_thread(moment: str, times: int, printed: str, tmp_path: Path) -> None:
    program = KILLED.format(moment=moment, times=times, armed=str(tmp_path / "armed"))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=with_package())
    assert (run.returncode, run.stdout) == (-SIGKILL, printed), run.stderr


def test_a_process_that_never_comes_to_its_point_goes_on(tmp_path: Path) -> None:
    program = KILLED.format(moment="ENTERED", times=5, armed=str(tmp_path / "armed"))
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=with_package()).returncode == 0


OFFSETS = [("0", "20"), ("-1", "19"), ("0", "20"), ("p0", "p1"), ("0", "1"), ("0-0", "0-20")]
"""Of two pages in each mode."""


@pytest.mark.parametrize(("mode", "offsets"), list(zip(MODES, OFFSETS, strict=True)))
def test_the_api_serves_record_after_record_and_logs_them(mode: Mode, offsets: tuple[str, str]) -> None:
    with numbers(mode, SIZE + 3) as api:
        pages = [requests.get(api.url, {"from": offset}, timeout=10).json() for offset in offsets]
    assert [each["id"] for page in pages for each in page["items"]] == list(range(SIZE + 3))
    assert [page["next"] for page in pages] == ["p1", None]
    assert [(each.offset, each.first) for each in api.served] == list(zip(offsets, (0, SIZE), strict=True))


def test_a_repetition_begins_where_the_topic_goes_back() -> None:
    ids = [0, 1, 2, 1, 2, 3, 3, 4]
    assert returns(ids) == (1, 3)
    assert judge(ids, 5).repeated == (2, 1)
