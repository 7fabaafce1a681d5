"""One token for all threads of a task: when another one is asked for, who waits for it, and what is left when none comes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from http_source.config.types import Secret
from http_source.edges.auth.shared_token import OAuth2Credentials, Token
from http_source.errors import RequestFailed
from http_source_tests.edges.grants import Grant


class Clock:
    """Stands still until it is moved."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("fails", [False, True], ids=["a token", "a failure"])
def test_fifty_threads_make_one_token_request_and_share_what_comes_of_it(*, fails: bool) -> None:
    ready = threading.Barrier(51)
    waiting = threading.Semaphore(0)

    def obtain() -> Token:
        # All threads have set out, and the others can only wait for this one.
        for _ in range(50):
            waiting.acquire()
        asked.append(1)
        if fails:
            raise RequestFailed("No token.")
        return Token(Secret("t0ken"), None)

    def sign() -> str:
        ready.wait()
        waiting.release()
        return grant.token()

    asked: list[int] = []
    grant = Grant(OAuth2Credentials(obtain, Clock()))
    with ThreadPoolExecutor(50) as pool:
        signed = [pool.submit(sign) for _ in range(50)]
        ready.wait()
        ended = {str(each.exception() or each.result()) for each in signed}
    assert ended == {"No token."} if fails else ended == {"t0ken"}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("life", "used"), [(3600, 3540), (600, 540), (100, 90), (10, 9), (1, 1), (0.001, 1), (0, 1), (-5, 1), (10**9, 10**9 - 60)]
)
def test_a_token_is_renewed_before_it_expires_and_once_a_second_at_most(life: float, used: float) -> None:
    clock, numbers = Clock(), count(1)
    grant = Grant(OAuth2Credentials(lambda: Token(Secret(f"token-{next(numbers)}"), life), clock))
    assert grant.token() == "token-1"
    clock.now += used - 0.001
    assert grant.token() == "token-1"
    clock.now += 0.002
    assert grant.token() == "token-2"


class Grants:
    """Gives numbered tokens as long as it is willing, each for 100 s, and counts how often it is asked."""

    def __init__(self) -> None:
        self.willing, self.asked = True, 0

    def __call__(self) -> Token:
        self.asked += 1
        if not self.willing:
            raise RequestFailed("The server is busy.")
        return Token(Secret(f"token-{self.asked}"), 100)


def test_b224_a_token_that_cannot_be_renewed_early_is_used_to_its_end_and_then_that_is_told(caplog: pytest.LogCaptureFixture) -> None:
    clock, grants = Clock(), Grants()
    grant = Grant(OAuth2Credentials(grants, clock))
    grant.token()
    grants.willing = False
    clock.now += 90
    assert [grant.token() for _ in range(10)] == ["token-1"] * 10
    assert grants.asked == 2
    assert "is used for 10 s more, until it expires, since no new one was received: The server is busy." in caplog.text
    clock.now += 9.9
    assert grant.token() == "token-1"
    clock.now += 0.2
    with pytest.raises(RequestFailed, match="busy"):
        grant.token()


def test_b224_a_token_comes_a_little_later_without_a_request_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    clock, grants = Clock(), Grants()
    grant = Grant(OAuth2Credentials(grants, clock))
    grant.token()
    grants.willing = False
    clock.now += 90
    grant.token()
    grants.willing = True
    clock.now += 4.9
    assert grant.token() == "token-1"
    clock.now += 0.2
    assert (grant.token(), grants.asked) == ("token-3", 3)
    assert len(caplog.records) == 1


def test_b224_nobody_else_waits_for_an_early_renewal() -> None:
    def obtain() -> Token:
        if clock.now > 1_000:
            on_its_way.set()
            assert comes.wait(60)
        return Token(Secret(f"token-{clock.now}"), 100)

    clock, on_its_way, comes = Clock(), threading.Event(), threading.Event()
    grant = Grant(OAuth2Credentials(obtain, clock))
    grant.token()
    clock.now += 95
    with ThreadPoolExecutor(1) as pool:
        renewed = pool.submit(grant.token)
        assert on_its_way.wait(60)
        assert grant.token() == "token-1000.0"
        comes.set()
        assert renewed.result() == grant.token() == "token-1095.0"


def test_b224_a_token_that_was_refused_is_not_used_again_when_no_new_one_comes() -> None:
    grants = Grants()
    grant = Grant(OAuth2Credentials(grants, Clock()))
    grant.token()
    grants.willing = False
    with pytest.raises(RequestFailed, match="busy"):
        grant.refused()


@pytest.mark.parametrize(("age", "then"), [(0, "token-1"), (0.9, "token-1"), (1, "token-2"), (50, "token-2")])
def test_b223_a_token_that_is_distrusted_is_replaced_once_a_second_at_most(age: float, then: str) -> None:
    """So that a thousand entities that fail together do not ask for a thousand tokens."""
    clock = Clock()
    grant = Grant(OAuth2Credentials(Grants(), clock))
    grant.token()
    clock.now += age
    grant.credentials.distrust()
    assert grant.token() == then
    clock.now += 5
    assert grant.token() == "token-2"


def test_a_token_of_unknown_life_serves_until_it_is_refused() -> None:
    clock, numbers = Clock(), count(1)
    grant = Grant(OAuth2Credentials(lambda: Token(Secret(f"token-{next(numbers)}"), None), clock))
    first = grant.sign()
    clock.now += 10**9
    assert grant.token() == "token-1"
    assert grant.refused(first)
    assert grant.token() == "token-2"


def test_a_failure_is_shared_for_less_than_the_shortest_backoff() -> None:
    """A request is sent again after 100 ms at the earliest, and then a token is asked for anew."""
    def obtain() -> Token:
        asked.append(clock.now)
        if len(asked) < 3:
            raise RequestFailed("The server is busy.")
        return Token(Secret("t0ken"), None)

    clock, asked = Clock(), list[float]()
    grant = Grant(OAuth2Credentials(obtain, clock))
    for number in (1, 1, 2, 2):
        with pytest.raises(RequestFailed, match="busy"):
            grant.token()
        assert len(asked) == number
        clock.now += 0.06
    assert grant.token() == "t0ken"
