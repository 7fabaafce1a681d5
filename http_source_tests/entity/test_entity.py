"""B189: whatever a fetch thread and the delivering thread do to an entity, and in whatever order, nothing of it is lost."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from http_source.entity import Entity, Held, Mark, Phase, Rules
from http_source.model import Doubt, Lasts, Position, State
from http_source_tests.entity.entities import HEAVY, Life, entity, orders, page_after

REFUSAL = "Kafka did not take record 0: too large."
GONE = "The server answered 410."
PAUSE_S = 5.0
WAITS = Rules(auto_restart=False)
TURNS = {
    "good": ("take", "read", "plan"),
    "empty": ("take", "read nothing", "plan"),
    "fails": ("take", "fail"),
    "again": ("take", "retry"),
    "holds": ("take", "hold"),
}


def deeds(life: Life) -> Mapping[str, Callable[[], object]]:
    """What threads do, by the words of the orders."""
    one = life.entity

    def hold() -> None:
        one.held = Held(page_after(one.position), time.monotonic())
        life.follow(one.wait(30.0))

    return {
        "take": life.take,
        "read": life.read,
        "read nothing": lambda: life.read(0),
        "plan": lambda: life.follow(one.plan(3_600.0)),
        "fail": lambda: life.follow(one.fail(GONE)),
        "retry": lambda: life.follow(one.retry(30.0, GONE, 6)),
        "hold": hold,
        "refuse": lambda: life.follow(one.lose(REFUSAL)),
        "rewind": lambda: life.follow(one.lose()),
        "settle": lambda: life.follow(one.settle()),
        "acknowledge": lambda: life.acknowledge(1),
    }


def lived(rules: Rules, order: tuple[str, ...]) -> Life:
    """An entity with a page at Kafka, whose next turn meets what becomes of that page in an order."""
    life = Life(entity(rules)).begin().turn()
    deed = deeds(life)
    in_turn = True
    for word in order:
        if word == "take":
            in_turn = life.take()
        elif in_turn or word in {"refuse", "rewind", "settle", "acknowledge"}:
            deed[word]()
    return life


@pytest.mark.parametrize("rules", [Rules(), WAITS], ids=["starts again", "waits for a person"])
@pytest.mark.parametrize("turn", TURNS)
def test_b189_a_refusal_is_told_once_whenever_it_comes(turn: str, rules: Rules) -> None:
    for order in orders(TURNS[turn], ("refuse", "settle")):
        life = lived(rules, order)
        assert sum(REFUSAL in message for message in life.told(State.FAILED)) == 1, order
        assert life.entity.refusal is None, order
        assert life.entity.position == life.entity.acknowledged.position == Position(0), order


@pytest.mark.parametrize("turn", TURNS)
def test_b189_a_refused_entity_starts_again_after_its_pause_whenever_the_refusal_comes(turn: str) -> None:
    for order in orders(TURNS[turn], ("refuse", "settle")):
        life = lived(Rules(), order)
        assert life.entity.phase is Phase.PLANNED, order
        assert life.is_planned, order
        assert life.entity.due is not None
        assert life.entity.due > time.monotonic() + 4, order


@pytest.mark.parametrize("lost", ["rewind", "refuse"])
def test_b189_one_that_failed_for_good_is_not_asked_again_because_of_a_page_of_it(lost: str) -> None:
    for order in orders(TURNS["fails"], (lost, "settle")):
        life = lived(WAITS, order)
        if life.told(State.FAILED):
            assert life.entity.phase is Phase.AWAY, order
            assert life.entity.due is None, order
            assert not life.take(), order


@pytest.mark.parametrize(("turn", "pause"), [("fails", 4), ("again", 29), ("holds", 29)])
def test_b189_a_page_that_is_given_up_shortens_no_pause(turn: str, pause: int) -> None:
    for order in orders(TURNS[turn], ("rewind", "settle")):
        life = lived(Rules(), order)
        assert life.is_planned, order
        assert life.entity.due is not None
        assert life.entity.held is None or not life.entity.is_lost, order
        assert life.entity.position == Position(0), order
        if life.entity.failure or life.entity.failed_attempts:
            assert life.entity.due > time.monotonic() + pause, order


def test_b189_what_was_given_up_is_asked_for_again_at_once_whenever_that_comes() -> None:
    for order in orders(TURNS["good"], ("rewind", "settle")):
        life = lived(Rules(), order)
        assert life.entity.position == Position(0) or order.index("rewind") < order.index("take"), order
        assert life.entity.phase is Phase.PLANNED, order
        assert life.is_planned, order
        if order.index("rewind") > order.index("take"):
            assert life.entity.due is not None
            assert life.entity.due <= time.monotonic(), order


def test_b189_nothing_that_was_read_before_a_loss_counts_and_all_that_is_read_after_it_does() -> None:
    life = Life(entity()).begin().turn()
    before = life.entity.generation
    life.take()
    life.read()
    life.follow(life.entity.lose())
    assert not life.entity.counts(before)
    assert not life.entity.counts(life.entity.generation)
    assert not life.read().delivers
    life.follow(life.entity.plan(0.0))
    life.take()
    assert life.read().delivers
    assert life.entity.counts(life.entity.generation)


def test_b189_one_that_ran_out_of_turns_gets_another_for_what_was_given_up() -> None:
    life = Life(entity(Rules(once=True))).begin().turn()
    assert life.entity.phase is Phase.AWAY
    life.follow(life.entity.lose())
    assert life.take()


def test_b189_one_that_waits_for_kafka_goes_on_however_its_pages_fare() -> None:
    for order in orders(("settle",), ("rewind",)) + orders(("settle",), ("acknowledge",)):
        life = Life(entity()).begin().turn().turn()
        assert life.entity.phase is Phase.PARKED
        for word in order:
            deeds(life)[word]()
        assert life.take(), order


@pytest.mark.parametrize(
    ("pause", "weight", "pages"), [(0.0, 100, 64), (0.0, HEAVY // 8, 8), (0.0, 2 * HEAVY, 2), (0.0, 4 * HEAVY, 1), (0.1, 100, 2)]
)
def test_many_small_pages_of_one_that_asks_on_at_once_wait_for_kafka_two_of_others_and_one_large_one(
    pause: float, weight: int, pages: int
) -> None:
    life = Life(entity()).begin()
    assert life.turns_until_parked(pause, weight) == pages
    life.follow(life.entity.settle(weight))
    assert life.turns_until_parked(pause, weight) == 1


def test_b189_one_that_failed_runs_again_when_kafka_stands_where_its_next_answer_led_whichever_is_known_first() -> None:
    for order in orders(("take", "read nothing", "plan"), ("acknowledge", "settle")):
        life = Life(entity()).begin().turn()
        life.take()
        life.follow(life.entity.fail(GONE))
        for word in order:
            life.take(PAUSE_S) if word == "take" else deeds(life)[word]()
        assert len(life.told(State.RUNNING)) == 1, order
        assert (life.entity.failures, life.entity.failure) == (0, None), order


def test_b189_a_page_from_before_a_failure_does_not_end_it() -> None:
    life = Life(entity()).begin().turn()
    life.take()
    life.follow(life.entity.fail(GONE))
    life.turn(PAUSE_S)
    life.acknowledge(1)
    assert life.entity.failure == GONE
    life.acknowledge(2)
    assert life.entity.failure is None


def test_b189_a_request_that_fails_beside_a_refused_page_is_one_failure_that_says_both() -> None:
    life = Life(entity()).begin().turn()
    life.take()
    life.follow(life.entity.lose(REFUSAL))
    life.follow(life.entity.fail(GONE))
    assert (life.entity.failures, life.entity.failure) == (1, f"{REFUSAL} {GONE}")


def test_b189_a_closed_entity_changes_no_more_whoever_has_it_in_hand() -> None:
    for word in ("take", "read", "plan", "fail", "retry", "refuse", "rewind", "acknowledge"):
        life = Life(entity()).begin().turn()
        life.take()
        closed = life.entity.close()
        before = (life.entity.position, life.entity.acknowledged, life.entity.failures, life.entity.phase)
        deeds(life)[word]()
        assert (life.entity.position, life.entity.acknowledged, life.entity.failures, life.entity.phase) == before, word
        assert (closed, life.notices, life.agenda) == ((), [], []), word


def test_b189_what_was_refused_while_a_thread_hung_is_told_at_the_end() -> None:
    life = Life(entity()).begin().turn()
    life.take()
    life.follow(life.entity.lose(REFUSAL))
    (notice,) = life.entity.close()
    assert (notice.state, notice.failures, REFUSAL in notice.message) == (State.FAILED, 1, True)


def test_a_page_that_is_held_at_the_end_is_a_failed_attempt() -> None:
    life = Life(entity()).begin()
    life.take()
    life.entity.held = Held(page_after(life.entity.position), 0.0)
    life.follow(life.entity.wait(1.0))
    life.entity.close()
    assert life.entity.held is None
    assert life.entity.failed_attempts == 1


def test_it_says_by_how_much_it_is_late() -> None:
    life = Life(entity())
    now = time.monotonic()
    assert life.entity.late(now) == 0
    life.follow(life.entity.begin(now - 10))
    assert life.entity.late(now) == 10
    life.take()
    assert life.entity.late(now) == 0
    life.read()
    assert 2 <= life.entity.late(time.monotonic() + 2) < 3
    life.follow(life.entity.plan(5.0))
    assert life.entity.late(time.monotonic()) < 0


@pytest.mark.parametrize("lasts", Lasts)
def test_an_entity_that_waits_has_caught_up_unless_its_last_answer_is_in_doubt(lasts: Lasts) -> None:
    one = entity()
    one.begin(0.0)
    one.take(0.0)
    one.accept(replace(page_after(one.position), doubts=(Doubt("There is no array.", lasts),)))
    one.rest(60.0)
    assert one.caught_up == (None if lasts is Lasts.UNTIL_AN_ANSWER else one.position)


TRANSITIONS: Mapping[str, Callable[[Entity], object]] = {
    "begin": lambda one: one.begin(0.0),
    "take": lambda one: one.take(0.0),
    "accept": lambda one: one.accept(page_after(one.position)),
    "plan": lambda one: one.plan(0.0),
    "rest": lambda one: one.rest(0.0),
    "retry": lambda one: one.retry(1.0, GONE, 6),
    "wait": lambda one: one.wait(1.0),
    "fail": lambda one: one.fail(GONE),
    "leave": lambda one: one.leave(GONE),
    "acknowledge": lambda one: one.acknowledge(Mark(Position(1))),
    "lose": lambda one: one.lose(REFUSAL),
    "leave_out": lambda one: one.leave_out(),
    "settle": lambda one: one.settle(),
    "close": lambda one: one.close(),
    "rests_until": lambda one: one.rests_until(0.0),
    "late": lambda one: one.late(0.0),
}


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_b189_no_transition_begins_while_another_thread_is_in_one(transition: str) -> None:
    one = entity()
    done = threading.Event()

    def run() -> None:
        TRANSITIONS[transition](one)
        done.set()

    with one.lock:
        thread = threading.Thread(target=run)
        thread.start()
        assert not done.wait(0.05)
    thread.join()
    assert done.is_set()


def test_b189_every_transition_is_tried_for_that() -> None:
    changes = {name for name in vars(Entity) if not name.startswith("_")} - {"resume"}
    assert changes | {"rests_until", "late"} == set(TRANSITIONS)
