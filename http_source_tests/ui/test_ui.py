"""What a person sees of a connector in Dagster's UI, and does there. Each test leaves the connector polling, for the next one."""

import re

import pytest

from http_source_tests.orchestration.api import Api
from http_source_tests.ui.browser import Browser

pytestmark = pytest.mark.servers

ASSET, SENSOR = "/assets/orders", "/locations/http_source/sensors/orders_sensor"
JOBS = "/locations/http_source/jobs"
CHECKPOINT = re.compile(r"(eu|us): \d+ records? in \d+\.\d+ s, offset \d+")


def test_b248_an_asset_leads_to_its_sensor_and_back(browser: Browser) -> None:
    browser.go(ASSET)
    browser.sees("Latest check results")
    browser.picture("overview")
    browser.click("orders_sensor", "link")
    browser.sees("Starts the runs that poll")
    browser.click("orders_once", "link")
    browser.sees(re.compile("Polls one entity of orders once"))
    browser.go(ASSET)
    browser.sees("Latest materialization")


def test_b248_a_line_of_the_log_says_records_seconds_and_offset(browser: Browser) -> None:
    browser.go(f"{ASSET}?view=events")
    browser.sees(CHECKPOINT)
    browser.go("/runs")
    browser.sees("orders_poll")
    assert browser.page.get_by_text("http_source/").count() == 0
    browser.click(re.compile("^View$"), "link")
    browser.sees(CHECKPOINT)
    browser.picture("run")


def test_b248_the_launchpad_of_the_poll_job_opens_valid(browser: Browser) -> None:
    browser.go(f"{JOBS}/orders_poll/playground")
    browser.is_valid()
    assert browser.page.get_by_text("********").count() == 0


def test_b248_the_launchpad_of_the_offsets_job_opens_valid_and_launched_as_it_opens_changes_nothing(browser: Browser) -> None:
    browser.go(f"{JOBS}/orders_offsets/playground")
    browser.is_valid()
    browser.picture("offsets")
    browser.launches()
    browser.sees(re.compile(r"us: .* → 0 \(nothing was changed\)"))


def test_b248_why_an_entity_failed_is_on_the_check_until_the_api_answers_again(browser: Browser, api: Api) -> None:
    api.answer = lambda entity, start: (403, "text/plain", b"no") if entity == "us" else api.page(entity, start)
    browser.go(f"{ASSET}?view=checks")
    browser.sees_after_a_reload(re.compile(r"Entity us FAILED at offset .* 403 "))
    browser.picture("check")
    api.answer = api.page
    browser.sees_after_a_reload("Passed")


def test_b248_the_switch_of_the_sensor_pauses_the_connector_and_lets_it_go_on(browser: Browser, api: Api) -> None:
    browser.go(SENSOR)
    browser.switch()
    browser.go("/runs")
    browser.sees_after_a_reload("In progress (0)")
    asked = len(api.asked)
    browser.go(SENSOR)
    assert len(api.asked) == asked
    browser.switch()
    while len(api.asked) == asked:
        browser.page.wait_for_timeout(200)


def test_b248_the_offsets_job_moves_an_entity_in_the_launchpad(browser: Browser, api: Api) -> None:
    browser.go(f"{JOBS}/orders_offsets/playground")
    browser.types("ops: {move_offsets: {config: {action: set, offsets: {eu: 500000}}}}")
    browser.is_valid()
    browser.launches()
    browser.sees(re.compile(r"eu: \d+ → 500000"))
    while 500000 not in api.offsets("eu"):
        browser.page.wait_for_timeout(200)
    browser.go(SENSOR)
    browser.sees_after_a_reload(re.compile(r'"eu":500\d\d\d'))
    browser.picture("sensor")
