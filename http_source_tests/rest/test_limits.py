"""How much `serve` lets clients ask, and for how long."""

import asyncio
import logging
import socket
import threading

import pytest
import requests
from starlette.types import Receive, Scope, Send

from http_source.rest.access import Access
from http_source.rest.answers import answer
from http_source.rest.limits import ConcurrencyLimit, Rates
from http_source.rest.throttled_log import ThrottledLog
from http_source_tests.hosts.waiting import allowed
from http_source_tests.rest.opened import opened, said


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def count(rates: Rates, client: str) -> int:
    """How many requests a client may send at once."""
    return next(number for number in range(1_000_000) if rates.wait(client))


def test_a_client_may_send_ten_seconds_worth_at_once_and_then_as_many_as_were_said() -> None:
    clock = Clock()
    rates = Rates(10, clock)
    assert count(rates, "10.0.0.1") == 100
    assert rates.wait("10.0.0.1") == pytest.approx(0.1)
    clock.now += 0.5
    assert count(rates, "10.0.0.1") == 5
    clock.now += 3_600
    assert count(rates, "10.0.0.1") == 100


def test_all_together_may_send_twice_as_many() -> None:
    rates = Rates(10, Clock())
    assert [count(rates, f"10.0.0.{client}") for client in range(4)] == [100, 100, 0, 0]


def test_addresses_that_one_machine_chooses_are_one_client() -> None:
    rates = Rates(10, Clock())
    assert count(rates, "2001:db8::1") == 100
    assert rates.wait("2001:db8::2")
    assert not rates.wait("2001:db8:0:1::1")
    assert count(rates, "::ffff:10.0.0.1") == 99
    assert rates.wait("10.0.0.1")


def test_who_guesses_passwords_is_soon_answered_no_more() -> None:
    clock = Clock()
    rates = Rates(10, clock)
    for _ in range(5):
        assert not rates.wait("10.0.0.1")
        rates.wrong("10.0.0.1")
    assert rates.wait("10.0.0.1") == pytest.approx(0.6)
    assert not rates.wait("10.0.0.2")


def test_only_so_many_clients_are_remembered() -> None:
    rates = Rates(1, Clock())
    for number in range(20_000):
        rates.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(rates._clients) <= 10_000  # noqa: SLF001 - memory is what it is about


def test_there_may_be_no_limit() -> None:
    assert not any(Rates(0).wait("10.0.0.1") for _ in range(10_000))


def test_too_many_requests_are_answered_429_with_the_time_to_wait(caplog: pytest.LogCaptureFixture) -> None:
    with opened(per_second=0.2) as url, requests.Session() as session:
        answers = [session.put(f"{url}/connectors/a/pause", timeout=20) for _ in range(20)]
        assert [each.status_code for each in answers] == [200, 200] + [429] * 18
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 5
        assert answers[-1].json()["error_code"] == 429
        assert "--requests-per-second" in answers[-1].json()["message"]
        assert session.get(f"{url}/health", timeout=20).status_code == 200
    assert len([each for each in caplog.records if "answered with 429" in each.getMessage()]) == 1
    assert not [each for each in caplog.records if "was answered 429" in each.getMessage()]


def test_wrong_passwords_count_for_twenty_requests_and_who_is_shut_out_learns_how_long() -> None:
    with opened(access=Access.of({"HTTP_SOURCE_REST_TOKEN": "right"}), per_second=0.5) as url:
        answers = [requests.get(url, headers={"Authorization": f"Bearer {guess}"}, timeout=20) for guess in range(3)]
        shut_out = requests.get(url, headers={"Authorization": "Bearer right"}, timeout=20)
    assert [each.status_code for each in (*answers, shut_out)] == [401, 429, 429, 429]
    seconds = int(shut_out.headers["Retry-After"])
    assert 34 - allowed(10) <= seconds <= 34
    assert f"a wrong password or token counts as 20. Ask again in {seconds} s" in shut_out.json()["message"]


def test_who_guesses_is_logged_by_his_address_and_no_flood_fills_the_log(caplog: pytest.LogCaptureFixture) -> None:
    access = Access.of({"HTTP_SOURCE_REST_USER": "ann", "HTTP_SOURCE_REST_PASSWORD": "right"})
    with opened(access=access) as url, requests.Session() as session:
        for guess in range(200):
            session.get(f"{url}/connectors", auth=("quite-private", f"guess-{guess}"), timeout=20)
            session.put(f"{url}/connectors/orders/pause", timeout=20)
    said = [each.getMessage() for each in caplog.records]
    assert said[0] == "Somebody at 127.0.0.1 signed in with a wrong user, password or token, and was answered 401."
    assert "somebody unknown from 127.0.0.1: PUT /connectors/orders/pause was answered 401." in said
    assert len(said) <= 20
    assert "quite-private" not in caplog.text
    assert "guess" not in caplog.text


def test_each_address_is_logged_and_what_was_left_out_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    throttled = ThrottledLog(logging.getLogger("of.a.test"), clock)
    for number in range(30):
        for _ in range(2):
            throttled.warn(f"10.0.0.{number}", f"10.0.0.{number} asked.")
    assert [each.getMessage() for each in caplog.records] == [f"10.0.0.{number} asked." for number in range(10)]
    clock.now += 10
    throttled.warn("10.0.0.99", "10.0.0.99 asked.")
    assert caplog.records[-1].getMessage() == "10.0.0.99 asked. 50 more such lines were left out before it."


@pytest.mark.parametrize("size", [400_000, 4_000_000])
def test_a_head_that_is_too_large_is_not_read(size: int) -> None:
    with opened() as url:
        try:
            answered = said(url, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * size + b"\r\n\r\n")
        except ConnectionError:
            answered = b""
        assert answered == b"" or answered.startswith(b"HTTP/1.1 400 ")
        assert requests.get(url, timeout=20).status_code == 200


def test_what_is_not_http_ends_a_connection() -> None:
    with opened() as url:
        assert said(url, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n").startswith(b"HTTP/1.1 400 ")


class Slow:
    """An application that answers when it is let go, and knows how many requests were at work at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.at_work = self.most = 0
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.to_thread(self._work)
        await answer({"done": True})(scope, receive, send)

    def _work(self) -> None:
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        self.begun.release()
        self.go.wait(60)
        with self._lock:
            self.at_work -= 1


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_a_request_that_takes_too_long_is_answered_in_time(slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    with opened(ConcurrencyLimit(slow, longest=0.3)) as url:
        answered = requests.get(f"{url}/connectors", timeout=20)
        assert answered.status_code == 500
        assert answered.json()["message"].startswith("Request timed out.")
        assert "GET /connectors was not done after 0.3 s" in caplog.text
        slow.go.set()
        assert requests.get(url, timeout=20).json() == {"done": True}


def test_so_many_requests_are_at_work_at_once_and_no_more(slow: Slow) -> None:
    with opened(ConcurrencyLimit(slow, at_once=2)) as url:
        asking = [threading.Thread(target=requests.get, args=(url,), kwargs={"timeout": 60}) for _ in range(6)]
        for each in asking:
            each.start()
        assert slow.begun.acquire(timeout=30)
        assert slow.begun.acquire(timeout=30)
        assert not slow.begun.acquire(timeout=0.5)
        slow.go.set()
        for each in asking:
            each.join()
    assert slow.most == 2


async def failing(*_: object) -> None:
    """Raises what holds a secret, as a storage's driver may."""
    raise RuntimeError("postgresql://user:hidden@host/db")


def test_what_an_application_raises_is_answered_and_not_printed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with opened(failing) as url:
        assert requests.get(url, timeout=20).json() == {"error_code": 500, "message": "Request failed."}
    assert "hidden@" not in caplog.text
    assert "Traceback" not in caplog.text


def test_connections_that_say_nothing_do_not_keep_the_server_from_ending() -> None:
    with opened() as url:
        port = int(url.rpartition(":")[2])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        silent[0].sendall(b"GET / HT")
        assert requests.get(url, timeout=20).status_code == 200
    for each in silent:
        assert each.recv(1) == b""
        each.close()
