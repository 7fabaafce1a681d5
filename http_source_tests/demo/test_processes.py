"""A service never outlives the demo, whatever it does."""

import os
import signal
import socket
import threading
from pathlib import Path

import psutil
import pytest

from http_source.demo.interruption import Interrupted, Interruption
from http_source.demo.processes import Service, ServiceFailed, free_port
from http_source.demo.services import Services
from http_source_tests.demo.waiting import with_package
from http_source_tests.waiting import until

READY = "print('listening on nowhere', flush=True);"
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN);"
WAIT = "import threading; threading.Event().wait()"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF + READY + WAIT!r}]);"


def living(group: int) -> list[psutil.Process]:
    """The processes of a group that have not ended."""
    return [each for each in psutil.process_iter() if in_group(each, group) and each.status() != psutil.STATUS_ZOMBIE]


def in_group(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group
    except ProcessLookupError:
        return False


def test_a_service_ends_when_it_is_left(tmp_path: Path) -> None:
    with Service("Sample", ["-c", READY + WAIT], tmp_path) as service:
        until(service.address)
        assert living(service.group)
    assert not living(service.group)


def test_what_a_service_started_and_left_behind_ends_with_it(tmp_path: Path) -> None:
    """The child is gone already and its child ignores SIGINT, as an orphaned run may."""
    with Service("Sample", ["-c", PARENT], tmp_path, grace=0.2) as service:
        until(service.address)
    assert not living(service.group)


@pytest.mark.parametrize("module", ["broker", "api", "schemas"])
def test_the_broker_and_the_servers_end_when_their_parent_is_killed(tmp_path: Path, module: str) -> None:
    parent = f"""
from pathlib import Path
from http_source.demo.processes import Service
with Service("Child", ["-m", "http_source.demo.{module}"], Path(".")) as child:
    {WAIT}
"""
    with Service("Parent", ["-c", parent], tmp_path, environment=with_package()) as service:
        until(lambda: (tmp_path / "child.log").exists() and "listening on" in (tmp_path / "child.log").read_text())
        (child,) = psutil.Process(service.group).children()
        os.kill(service.group, signal.SIGKILL)
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_service_that_ends_by_itself_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    with Services(no_pause, 3600) as services:
        service = services.start(Service("Sample API", ["-c", "raise SystemExit('no more \x1b[31mdisk\x1b[0m')"], tmp_path))
        with pytest.raises(ServiceFailed, match=r"(?s)^Sample API ended by itself with exit status 1\..*\n    no more disk$"):
            services.wait(service, service.address)


def no_pause(_seconds: float) -> None:
    threading.Event().wait(0.01)


def test_a_service_that_is_not_ready_in_time_is_named(tmp_path: Path) -> None:
    with Services(no_pause, 0) as services:
        service = services.start(Service("Sample API", ["-c", WAIT], tmp_path))
        with pytest.raises(ServiceFailed, match=r"Sample API was not ready within 0 s"):
            services.wait(service, service.address)


def test_services_end_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    with Services(no_pause, 3600) as services:
        for name in ("first", "second"):
            tell = f"import atexit; atexit.register(lambda: open('order', 'a').write('{name} '));"
            service = services.start(Service(name, ["-c", tell + READY + WAIT], tmp_path))
            services.wait(service, service.address)
    assert (tmp_path / "order").read_text() == "second first "


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_reported_where_the_program_waits_and_nowhere_else(number: signal.Signals) -> None:
    with Interruption() as interruption:
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted, match=f"Stopped by {number.name}"):
            interruption.pause(3600)


def test_signals_mean_what_they_meant_before_once_the_interruption_is_left() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruption():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_port_that_somebody_listens_on_is_replaced_by_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
