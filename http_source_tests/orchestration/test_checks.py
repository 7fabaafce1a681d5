"""What the asset's check says: told by the sensor when something changes, and looked up when a person executes it."""

from http_source_tests.orchestration.stand import Stand


def test_the_check_passes_with_the_first_tick_and_is_told_of_changes_only(idle: Stand) -> None:
    idle.tick()
    assert idle.verdicts == [True]
    idle.tick()
    assert idle.verdicts == []


def test_the_check_fails_while_an_entity_is_failed(idle: Stand) -> None:
    idle.tick()
    idle.fail("a", retry_at=None)
    idle.tick()
    assert idle.verdicts == [False]
    assert not idle.check()

    idle.edit(offsets={"a": 5})
    idle.tick()
    assert idle.verdicts == [True]
    assert idle.check()


def test_a_failed_check_is_told_again_every_minute_since_the_ui_forgets_it(idle: Stand) -> None:
    idle.tick()
    idle.fail("a", retry_at=None)
    idle.tick()
    idle.tick()
    assert idle.verdicts == []
    idle.edit(checked=0)
    idle.tick()
    assert idle.verdicts == [False]
