"""What jobs open with in the launchpad, and what a run says for a person who reads its log."""

import re
from collections.abc import Callable

import dagster as dg
import pytest

from http_source_tests.orchestration.stand import NAME, PAGES, Stand, message_of

MASK = "********"
KEY = "k3y-0f-the-sh0p"


def offsets_job(stand: Stand) -> dg.JobDefinition:
    return stand.definitions.resolve_job_def(f"{NAME}_offsets")


def messages_of(stand: Stand, run: dg.ExecuteInProcessResult, kind: dg.DagsterEventType | None = None) -> list[str]:
    records = stand.instance.all_logs(run.run_id, of_type=kind)
    return [record.dagster_event.message or "" if kind and record.dagster_event else record.user_message for record in records]


@pytest.mark.parametrize("mode", [{}, PAGES, {"http_offset_mode": "CHAINING", "http_offset_json_pointer": "/id"}], ids=str)
def test_b248_the_offsets_job_as_it_opens_says_what_it_would_do_and_changes_nothing(
    make: Callable[..., Stand], mode: dict[str, str]
) -> None:
    stand = make(**mode)
    run = offsets_job(stand).execute_in_process(instance=stand.instance)
    assert run.success
    said = [message for message in messages_of(stand, run) if message.endswith("(nothing was changed)")]
    assert [message.partition(": ")[0] for message in said] == ["a", "b"]
    assert not stand.stored("a")


def test_b248_a_key_in_the_initial_offset_is_neither_in_the_launchpad_nor_in_the_log(make: Callable[..., Stand]) -> None:
    stand = make(**PAGES, http_initial_offset=f"/x?api_key={KEY}", http_request_parameters="")
    job = offsets_job(stand)
    run = job.execute_in_process(instance=stand.instance)
    assert "a: nothing stored → http.initial.offset (nothing was changed)" in messages_of(stand, run)
    moved = job.execute_in_process(instance=stand.instance, run_config={
        "ops": {"move_offsets": {"config": {"action": "set", "offsets": {"a": f"/x?api_key={KEY}"}, "dry_run": True}}},
    })  # fmt: skip
    said = messages_of(stand, run) + messages_of(stand, moved)
    assert (KEY in str(job.run_config), [message for message in said if KEY in message]) == (False, [])


def test_b248_the_poll_job_as_it_opens_polls_each_entity_once(make: Callable[..., Stand]) -> None:
    stand = make()
    assert stand.job.execute_in_process(instance=stand.instance).success
    assert [stand.stored(entity)[0]["offset"] for entity in ("a", "b")] == [10, 10]


def test_b248_the_asset_is_materialized_in_a_job_of_its_own(make: Callable[..., Stand]) -> None:
    stand = make()
    once = stand.definitions.resolve_job_def(f"{NAME}_once")
    assert once.execute_in_process(instance=stand.instance, partition_key="a").success
    assert [len(stand.stored(entity)) for entity in ("a", "b")] == [1, 0]


@pytest.mark.parametrize(("key", "field"), [("auth_orders", "bearer_token"), ("kafka", "sasl_password")])
def test_b248_what_the_launchpad_shows_for_a_secret_is_not_taken_for_one(make: Callable[..., Stand], key: str, field: str) -> None:
    stand = make()
    config = {"resources": {key: {"config": {field: MASK}}}}
    failed = stand.job.execute_in_process(instance=stand.instance, run_config=config, raise_on_error=False)
    assert message_of(failed) == (
        f"The run's configuration has {MASK} as {key}.{field}, which is what the launchpad shows in place of a secret. Remove `resources` "
        "from the configuration, and launch the run again."
    )
    assert not stand.stored("a")


def test_b248_a_checkpoint_says_records_seconds_and_offset(make: Callable[..., Stand]) -> None:
    stand = make()
    (run,) = stand.poll()
    lines = messages_of(stand, run, dg.DagsterEventType.ASSET_MATERIALIZATION)
    assert sorted(re.sub(r"\d+\.\d+", "…", line) for line in lines) == [
        "a: 10 records in … s, offset 10", "b: 10 records in … s, offset 10",
    ]
