"""One who looks again and again sees what `http-source status` sees, and reads little for it."""

import time
from collections.abc import Callable

from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.names import TOTALS_TAG
from http_source.orchestration.ledger.process import Process
from http_source.orchestration.monitor import Monitor, Seen
from http_source.orchestration.status import ConnectorStatus, status_of
from http_source_tests.orchestration.stand import Stand
from http_source_tests.queries import counted_queries


def connector_of(stand: Stand) -> Connector:
    return Connector(load_config(stand.config).config)


def seen(monitor: Monitor, stand: Stand) -> Seen:
    (found,) = monitor.look([connector_of(stand)], time.time())
    return found


def conditions(status: ConnectorStatus) -> dict[str, tuple[str, object, object]]:
    return {each.entity: (each.diagnosis.condition, each.offset, each.records) for each in status.entities}


def test_it_sees_what_status_sees_whatever_happens(idle: Stand) -> None:
    monitor = Monitor(idle.instance)
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: idle.move("a", Position(10, sequence=1)),
        lambda: idle.fail("b", retry_at=None),
        lambda: idle.live(idle.wanted(), process=str(Process.own())),
        lambda: idle.move("a", Position(20, sequence=2)),
        lambda: idle.move("b", Position(20, epoch=1)),
        idle.tick,
        lambda: idle.fail("a", retry_at=time.time() + 60, rank=2**40),
    ]
    for step in steps:
        step()
        assert conditions(seen(monitor, idle).status) == conditions(status_of(idle.instance, connector_of(idle), time.time()))
        assert conditions(seen(Monitor(idle.instance), idle).status) == conditions(seen(monitor, idle).status)


def test_a_later_look_asks_for_nothing_about_all_of_the_log(idle: Stand) -> None:
    monitor = Monitor(idle.instance)
    for sequence in range(1, 30):
        idle.move("a", Position(sequence, sequence=sequence))
    seen(monitor, idle)
    with counted_queries() as asked:
        seen(monitor, idle)
    assert 0 < len([statement for statement in asked if "SELECT" in statement]) <= 16
    assert not [statement for statement in asked if "GROUP BY" in statement]


def test_a_log_that_was_wiped_is_read_anew(idle: Stand) -> None:
    monitor = Monitor(idle.instance)
    for sequence in range(1, 5):
        idle.move("a", Position(sequence, sequence=sequence))
    assert conditions(seen(monitor, idle).status)["a"][1] == 4
    idle.instance.wipe_assets([idle.key])
    idle.move("a", Position(7, sequence=9))
    assert conditions(seen(monitor, idle).status)["a"][1] == 7


def test_a_run_whose_process_is_gone_polls_nothing(idle: Stand) -> None:
    monitor, own, request = Monitor(idle.instance), Process.own(), idle.wanted()
    alive = idle.live(request, process=str(own))
    idle.live(request, process=str(Process(own.host, own.boot, own.namespace, own.number, "1")))
    assert seen(monitor, idle).polling == {0}
    idle.instance.report_run_canceled(alive)
    assert seen(monitor, idle).polling == set()


def test_counts_never_fall_when_a_run_ends_without_a_word(idle: Stand) -> None:
    monitor, request = Monitor(idle.instance), idle.wanted()
    written = []
    for count in (500, 1_000):
        run = idle.live(request, process=str(Process.own()))
        idle.instance.add_run_tags(run.run_id, {TOTALS_TAG: f'{run.run_id} {{"counts":{{"written":{count}}}}}'})
        written.append(seen(monitor, idle).totals[0].counts.written)
        idle.instance.report_run_failed(run)
        written.append(seen(monitor, idle).totals[0].counts.written)
    assert written == [500, 500, 1_000, 1_000]
