"""`serve` ends within seconds, also when a request waits for what never answers."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
import requests

from http_source_tests.hosts.waiting import allowed
from http_source_tests.orchestration.dagster_dev import ROOT

pytestmark = pytest.mark.servers

HANGS = """
import threading
from starlette.applications import Starlette
from starlette.routing import Route
from http_source.rest.access import Access
from http_source.rest.server import ServerSettings, leave, serve
from http_source.rest.sockets import listen

def hang(request):
    print("asked", flush=True)
    threading.Event().wait()

listening = listen("127.0.0.1", 0)
print(listening.port, flush=True)
serve(Starlette(routes=[Route("/connectors", hang)]), ServerSettings(listening=listening, access=Access()))
leave()
"""


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_request_that_never_ends_does_not_keep_it(*, is_asked: bool) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen([sys.executable, "-c", HANGS], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        asking = threading.Thread(target=ask, args=(f"{url}/connectors" if is_asked else url,))
        asking.start()
        if is_asked:
            assert process.stdout.readline() == "asked\n"
        else:
            asking.join()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
        assert time.monotonic() - began < allowed(20 if is_asked else 5)
        asking.join()


def ask(url: str) -> None:
    with suppress(requests.RequestException):
        requests.get(url, timeout=60)
