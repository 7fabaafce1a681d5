"""The offsets of a connector: read at any time, moved while it is STOPPED and no run can write."""

from typing import Any

import pytest

from http_source.model import Position
from http_source_tests.orchestration.stand import COUNTING, NAME, Stand
from http_source_tests.rest.served import Served

MODE = COUNTING["mode"]
CONNECTOR = f"/connectors/{NAME}"
OFFSETS = f"{CONNECTOR}/offsets"
MUST_BE_STOPPED = ("Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
                   "connector by issuing a 'PUT' request to the '/connectors/orders/stop' endpoint")
ALTERED = {"message": "The offsets for this connector have been altered successfully"}


def stopped(served: Served, **properties: object) -> Stand:
    """A connector with a position of its entity a, STOPPED."""
    stand = served.make(**properties)
    stand.move("a", Position(20, sequence=2, mode=MODE))
    served.tick(stand)
    assert served.put(f"{CONNECTOR}/stop").status_code == 204
    return stand


def part(entity: str, offset: object) -> dict[str, Any]:
    return {"partition": {"entity": entity}, "offset": offset}


def offsets(served: Served) -> dict[str, Any]:
    return {each["partition"]["entity"]: each["offset"]["offset"] for each in served.json(OFFSETS)["offsets"]}


def test_offsets_are_read_in_any_state(served: Served) -> None:
    stand = served.make()
    assert served.json(OFFSETS) == {"offsets": []}
    stand.move("a", Position(20, sequence=2, mode=MODE))
    assert served.json(OFFSETS) == {"offsets": [part("a", {"offset": 20, "sequence": 2, "mode": MODE})]}


def test_with_exactly_once_offsets_are_read_from_kafka_too(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", served.brokers)
    stand = served.make(exactly_once_support="required")
    assert served.json(OFFSETS) == {"offsets": []}
    stand.move("a", Position(20, sequence=2, mode=MODE))
    assert offsets(served) == {"a": 20}


def test_what_was_read_is_accepted_when_it_is_sent_back(served: Served) -> None:
    stopped(served)
    altered = served.patch(OFFSETS, served.json(OFFSETS))
    assert (altered.status_code, altered.json()) == (200, ALTERED)
    assert offsets(served) == {"a": 20}


def test_what_is_named_is_moved_or_forgotten_and_the_rest_stays(served: Served) -> None:
    stand = stopped(served, entity_names="a,b,c")
    stand.move("c", Position(7, sequence=1, mode=MODE))
    assert served.patch(OFFSETS, {"offsets": [part("a", None), part("b", {"offset": "5"})]}).json() == ALTERED
    assert offsets(served) == {"b": 5, "c": 7}
    served.put(f"{CONNECTOR}/resume")
    (request,) = served.tick(stand)
    positions = dict(dict(request.run_config)["ops"]["poll_entities"]["config"])["positions"]
    assert (positions["a"]["deleted"], positions["b"]["offset"], positions["c"]["offset"]) == (True, 5, 7)


def test_forgetting_all_is_done_any_number_of_times_and_takes_what_the_connector_no_longer_has(served: Served) -> None:
    stand = stopped(served)
    stand.move("former", Position(3, sequence=1, mode=MODE))
    for _ in range(2):
        forgotten = served.delete(OFFSETS)
        assert (forgotten.status_code, forgotten.json()) == (
            200, {"message": "The offsets for this connector have been reset successfully"},
        )
        assert served.json(OFFSETS) == {"offsets": []}
    assert len(stand.stored("former")) == 2


@pytest.mark.parametrize("verb", ["", "pause"])
def test_offsets_of_what_is_not_stopped_stay(served: Served, verb: str) -> None:
    stand = served.make()
    stand.move("a", Position(20, sequence=2, mode=MODE))
    if verb:
        served.put(f"{CONNECTOR}/{verb}")
    for refused in (served.patch(OFFSETS, {"offsets": [part("a", {"offset": 1})]}), served.delete(OFFSETS)):
        assert (refused.status_code, refused.json()["message"]) == (400, MUST_BE_STOPPED)
    assert offsets(served) == {"a": 20}


def test_offsets_stay_while_a_run_may_still_write(served: Served) -> None:
    stand = served.make()
    (request,) = stand.tick()
    run = stand.live(request)
    served.seen(stand)
    served.put(f"{CONNECTOR}/stop")
    refused = served.delete(OFFSETS)
    assert refused.status_code == 400
    assert refused.json()["message"] == (f"{MUST_BE_STOPPED}. It is being stopped: run {run.run_id} may still store offsets, and ends "
                                         "within seconds. Try again then.")
    stand.instance.report_run_canceled(run)
    assert served.delete(OFFSETS).status_code == 200


@pytest.mark.parametrize(("body", "message"), [
    ({}, "Partitions / offsets need to be provided for an alter offsets request"),
    ({"offsets": None}, "Partitions / offsets need to be provided for an alter offsets request"),
    ({"offsets": []}, "Partitions / offsets need to be provided for an alter offsets request"),
    ([], 'The body is not an object; send {"offsets": [{"partition": …, "offset": …}]}.'),
    ({"offsets": {}}, '"offsets" is not a list; send {"offsets": [{"partition": …, "offset": …}]}.'),
    ({"offset": []}, "The body has 'offset', which is not known; it has \"offsets\" alone."),
    ({"offsets": [part("a", {"offset": 1}), part("no", {"offset": 1})]}, "no: the connector has no such entity, but a, b."),
    ({"offsets": [part("a", {"offset": 1}), part("no", None)]}, "'no': the connector has no such entity, and nothing is stored of it."),
    ({"offsets": [part("a", {"offset": 1}), part("b", {"offset": "x"})]}, "b: "),
    ({"offsets": [part("a", {"offset": 1}), part("a", None)]}, "offsets[1]: The entity a is given twice."),
    ({"offsets": [part("a", {"offset": 1}), {"partition": {}}]}, "offsets[1]: It is not an object"),
    ({"offsets": [part("a", {"offset": 1, "colour": "red"})]}, "a: a position has no 'colour'"),
    ({"offsets": [part("a", {"offset": True})]}, "a: an offset is a text or an integer"),
    ({"offsets": [part("a", 7)]}, "offsets[0]: Its offset is not"),
])
def test_one_that_cannot_be_moved_leaves_all_where_they_are(served: Served, body: object, message: str) -> None:
    stopped(served)
    refused = served.patch(OFFSETS, body)
    assert (refused.status_code, refused.json()["error_code"]) == (400, 400)
    assert refused.json()["message"].startswith(message)
    assert offsets(served) == {"a": 20}
