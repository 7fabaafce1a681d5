"""Connectors made, changed and removed by requests: files, codes and names."""

import json
import stat
import threading
from pathlib import Path

import pytest

from http_source_tests.rest.changing import Webserver, config, file_of, rested
from http_source_tests.rest.served import Served


def test_a_connector_is_made_as_it_was_given_and_its_file_is_for_its_owner_alone(serve: Served, dagster: Webserver) -> None:
    given = config(request_interval_ms="200")
    answered = serve.post("/connectors", {"name": " orders ", "config": given})

    assert (answered.status_code, answered.headers["Location"]) == (201, "/connectors/orders")
    whole = {**given, "name": "orders"}
    assert answered.json() == {"name": "orders", "config": whole, "tasks": [{"connector": "orders", "task": 0}], "type": "source"}
    assert serve.json("/connectors/orders/config") == whole
    assert stat.S_IMODE(file_of(serve).stat().st_mode) == 0o600
    assert json.loads(file_of(serve).read_text()) == whole
    assert (dagster.loads, list(serve.home.joinpath("connectors").glob(".*"))) == (1, [])


def test_numbers_and_booleans_become_texts(serve: Served) -> None:
    given = {**config(), "tasks.max": 1, "behavior.on.error": "FAIL", "errors.log.enable": True}
    assert serve.put("/connectors/orders/config", given).status_code == 201
    kept = serve.json("/connectors/orders/config")
    assert (kept["tasks.max"], kept["errors.log.enable"]) == ("1", "true")


@pytest.mark.parametrize(("value", "kind"), [({}, "an object"), ([], "a list"), (None, "null")])
def test_other_values_are_refused(serve: Served, value: object, kind: str) -> None:
    answered = serve.put("/connectors/orders/config", {**config(), "tasks.max": value})
    assert (answered.status_code, f"The value of tasks.max is {kind}," in answered.json()["message"]) == (400, True)
    assert serve.json("/connectors") == []


def test_put_changes_one_and_keeps_its_file_its_form_does_not_matter(serve: Served, dagster: Webserver) -> None:
    other = serve.write("by-hand.json", {"name": "orders", "config": {**config(), "tasks.max": 1}})
    answered = serve.put("/connectors/orders/config", {**config(), "request.interval.ms": "300"})
    assert answered.status_code == 200
    assert "Location" not in answered.headers
    assert json.loads(other.read_text())["request.interval.ms"] == "300"
    assert [each.name for each in serve.home.joinpath("connectors").iterdir()] == ["by-hand.json"]
    assert dagster.loads == 1


def test_a_file_with_mistakes_is_written_anew_where_it_is(serve: Served) -> None:
    other = serve.write("by-hand.json", {"name": "orders", "tasks.max": "none"})
    assert serve.put("/connectors/orders/config", config()).status_code == 200
    assert serve.json("/connectors") == ["orders"]
    assert "tasks.max" not in json.loads(other.read_text())


def test_patch_sets_and_removes_properties_and_leaves_the_rest(serve: Served) -> None:
    serve.post("/connectors", {"name": "orders", "config": config(tasks_max="1")})
    before = serve.json("/connectors/orders/config")
    answered = serve.patch("/connectors/orders/config", {"tasks.max": None, "request.interval.ms": 500})
    assert (answered.status_code, answered.json()["name"]) == (200, "orders")
    del before["tasks.max"]
    assert serve.json("/connectors/orders/config") == {**before, "request.interval.ms": "500"}


def test_patch_makes_no_connector_and_renames_none(serve: Served) -> None:
    unknown = {"error_code": 404, "message": "Connector orders not found"}
    assert serve.patch("/connectors/orders/config", {"tasks.max": "1"}).json() == unknown
    serve.post("/connectors", {"name": "orders", "config": config()})
    for name in ("invoices", None):
        assert serve.patch("/connectors/orders/config", {"name": name}).status_code == 400
    assert serve.json("/connectors") == ["orders"]


def test_a_refused_configuration_names_every_mistake_and_leaves_the_old_one(serve: Served, dagster: Webserver) -> None:
    serve.post("/connectors", {"name": "orders", "config": config()})
    before = file_of(serve).read_bytes()
    answered = serve.put("/connectors/orders/config", {**config(), "task.max": "1", "request.interval.ms": "fast"})
    lines = answered.json()["message"].splitlines()
    assert answered.status_code == 400
    assert lines[0] == "Connector configuration is invalid and contains the following 2 error(s):"
    assert [line.partition(":")[0] for line in lines[1:3]] == ["task.max", "request.interval.ms"]
    assert "/connector-plugins/HttpSource/config/validate" in lines[3]
    assert (file_of(serve).read_bytes(), dagster.loads) == (before, 1)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "../up", "/etc/x", "..", "a\\b", "x" * 65, "a\ud800"])
def test_a_name_that_leads_elsewhere_is_refused(serve: Served, name: str) -> None:
    body = json.dumps({"name": name, "config": config()})
    answered = serve.ask("POST", "/connectors", data=body, headers={"Content-Type": "application/json"})
    assert answered.status_code == 400, answered.text
    assert list(serve.home.joinpath("connectors").iterdir()) == []


@pytest.mark.parametrize(("name", "file"), [
    (".hidden", "_hidden"), ("a b+c%2F", "a_b_c_2F"), ("Zürich", "Zürich"), ("\U00020000" * 64, "_" * 64), ("$(id)", "__id_"),
])
def test_every_name_finds_its_file_in_the_folder(serve: Served, name: str, file: str) -> None:
    answered = serve.post("/connectors", {"name": name, "config": config()})
    assert answered.status_code == 201, answered.text
    assert [each.name for each in serve.home.joinpath("connectors").iterdir()] == [f"{file}.json"]
    assert serve.json(answered.headers["Location"])["name"] == name


def test_names_that_dagster_cannot_tell_apart_are_refused(serve: Served) -> None:
    assert serve.post("/connectors", {"name": "a-b", "config": config()}).status_code == 201
    answered = serve.post("/connectors", {"name": "a_b", "config": config()})
    assert (answered.status_code, "Dagster cannot distinguish a_b from a-b" in answered.json()["message"]) == (400, True)


def test_the_name_inside_must_agree(serve: Served) -> None:
    for answered in (
        serve.post("/connectors", {"name": "orders", "config": {**config(), "name": "other"}}),
        serve.put("/connectors/orders/config", {**config(), "name": "other"}),
    ):
        assert (answered.status_code, "(other)" in answered.json()["message"]) == (400, True)


@pytest.mark.parametrize("body", [
    None, [], "text", {}, {"name": "orders"}, {"name": "orders", "config": []}, {"name": 1, "config": {}},
    {"name": "orders", "config": {}, "more": 1}, {"name": "orders", "config": {}, "initial_state": "ASLEEP"},
    {"name": "orders", "config": {}, "initial_state": ""},
])
def test_a_body_of_another_form_is_refused_with_a_reason(serve: Served, body: object) -> None:
    answered = serve.ask("POST", "/connectors", data=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (answered.status_code, answered.json()["error_code"]) == (400, 400)


def test_one_that_exists_is_not_made_again(serve: Served) -> None:
    serve.post("/connectors", {"name": "orders", "config": config()})
    before = file_of(serve).read_bytes()
    answered = serve.post("/connectors", {"name": "orders", "config": config()})
    assert answered.json() == {"error_code": 409, "message": "Connector orders already exists"}
    assert file_of(serve).read_bytes() == before


def test_a_connector_begins_as_it_was_asked_to_and_a_new_one_forgets_the_pause_of_the_old(serve: Served) -> None:
    serve.post("/connectors", {"name": "orders", "config": config(), "initial_state": "stopped"})
    assert rested(serve) == {"": "STOPPED"}
    assert serve.put("/connectors/orders/config", config()).status_code == 200
    assert rested(serve) == {"": "STOPPED"}
    assert serve.delete("/connectors/orders").status_code == 204
    serve.post("/connectors", {"name": "orders", "config": config(), "initial_state": "PAUSED"})
    assert rested(serve) == {"": "PAUSED"}
    serve.delete("/connectors/orders")
    serve.put("/connectors/orders/config", config())
    assert rested(serve) == {}


def test_delete_removes_the_file_and_answers_nothing(serve: Served, dagster: Webserver) -> None:
    serve.post("/connectors", {"name": "orders", "config": config()})
    answered = serve.delete("/connectors/orders")
    assert (answered.status_code, answered.content, answered.headers.get("Content-Type")) == (204, b"", None)
    assert not file_of(serve).exists()
    assert dagster.loads == 2
    assert serve.get("/connectors/orders").status_code == 404
    assert serve.delete("/connectors/orders").json() == {"error_code": 404, "message": "Connector orders not found"}


def test_a_file_with_mistakes_can_be_removed(serve: Served) -> None:
    serve.write("broken.json", "{")
    assert serve.delete("/connectors/broken").status_code == 204
    assert serve.json("/connectors") == []


def test_without_leave_nothing_is_changed(home: Path, served: Served) -> None:
    served.write("orders.json", {**config(), "name": "orders"})
    before = (home / "connectors" / "orders.json").read_bytes()
    answers = [
        served.post("/connectors", {"name": "new", "config": config()}), served.put("/connectors/orders/config", config()),
        served.patch("/connectors/orders/config", {"tasks.max": "2"}), served.delete("/connectors/orders"),
    ]
    assert {answered.status_code for answered in answers} == {403}
    assert all("--allow-changes" in answered.json()["message"] for answered in answers)
    assert [each.read_bytes() for each in (home / "connectors").iterdir()] == [before]


def test_writers_at_once_take_turns_and_each_is_answered_with_what_it_wrote(serve: Served, dagster: Webserver) -> None:
    configurations = [config(request_interval_ms=str(100 + number), http_request_body="x" * 10_000 * number) for number in range(6)]
    answers: list[tuple[int, object, object]] = []

    def write(given: dict[str, str]) -> None:
        with Served(serve.home, serve.instance, serve.url).session as session:
            answered = session.put(f"{serve.url}/connectors/orders/config", json=given, timeout=60)
            answers.append((answered.status_code, answered.json()["config"], {**given, "name": "orders"}))

    threads = [threading.Thread(target=write, args=(each,)) for each in configurations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, *_ in answers) == [200, 200, 200, 200, 200, 201]
    assert all(answered == given for _, answered, given in answers)
    assert json.loads(file_of(serve).read_text()) == answers[-1][2]
    assert dagster.loads == 6
    assert [each.name for each in serve.home.joinpath("connectors").iterdir()] == ["orders.json"]


def test_what_another_one_sends_for_the_same_connector_is_not_judged_by_what_dagster_refuses(serve: Served) -> None:
    answers: dict[str, int] = {}

    def write(which: str, given: dict[str, str]) -> None:
        with Served(serve.home, serve.instance, serve.url).session as session:
            answers[which] = session.put(f"{serve.url}/connectors/orders/config", json=given, timeout=60).status_code

    serve.put("/connectors/orders/config", config())
    refused = {**config(), "auth.type": "bearer", "bearer.token": "${env:ONLY_THERE}"}
    threads = [threading.Thread(target=write, args=each) for each in (("sound", config(tasks_max="1")), ("refused", refused))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"sound": 200, "refused": 400}
    assert serve.json("/connectors/orders/config")["tasks.max"] == "1"


def test_the_same_once_more_writes_nothing_and_is_loaded_all_the_same(
    serve: Served, dagster: Webserver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "http_source.rest.editor")
    given = {**config(), "name": "orders", "tasks.max": "1"}
    file = serve.write("orders.json", {**given, "tasks.max": 1})
    file.chmod(0o644)
    before = (file.stat().st_mtime_ns, file.stat().st_ino, file.stat().st_mode, file.read_bytes())
    for answered in (serve.put("/connectors/orders/config", given), serve.patch("/connectors/orders/config", {"tasks.max": "1"})):
        assert (answered.status_code, answered.json()["config"]) == (200, given)
    assert (file.stat().st_mtime_ns, file.stat().st_ino, file.stat().st_mode, file.read_bytes()) == before
    assert dagster.loads == 2
    assert "orders was sent as it is in orders.json, so nothing was written; by a user without a name." in caplog.text


def test_a_link_stays_and_what_it_leads_to_is_written(serve: Served) -> None:
    real = serve.home / "elsewhere.json"
    real.write_text(json.dumps({**config(), "name": "orders"}))
    file_of(serve).symlink_to(real)
    assert serve.put("/connectors/orders/config", config(tasks_max="1")).status_code == 200
    assert (file_of(serve).is_symlink(), json.loads(real.read_text())["tasks.max"]) == (True, "1")
    assert serve.delete("/connectors/orders").status_code == 204
    assert real.exists()


def test_a_secret_that_somebody_wrote_into_a_file_is_not_given_away_and_does_not_come_back(serve: Served) -> None:
    serve.write("orders.json", {**config(auth_type="bearer"), "name": "orders", "bearer.token": "quite-secret"})
    shown = serve.json("/connectors/orders/config")
    assert shown["bearer.token"] == "[hidden]"
    for answered in (serve.put("/connectors/orders/config", shown), serve.patch("/connectors/orders/config", {"tasks.max": "1"})):
        assert answered.status_code == 400
        assert "bearer.token: It holds a secret in clear text" in answered.json()["message"]
        assert "quite-secret" not in answered.text
    assert serve.patch("/connectors/orders/config", {"bearer.token": "${env:HOME}"}).status_code == 200


def test_what_changed_is_in_the_log_and_no_value(serve: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "http_source.rest")
    made = config(topic_name_pattern="quite-secret")
    serve.post("/connectors", {"name": "orders", "config": made})
    serve.put("/connectors/orders/config", {**made, "tasks.max": "1"})
    serve.delete("/connectors/orders")
    said = [record.getMessage() for record in caplog.records if record.name == "http_source.rest.editor" and record.levelname == "INFO"]
    assert said == [
        f"orders was made in orders.json, RUNNING, with {', '.join(made)}, name; by a user without a name.",
        "orders was changed in orders.json: tasks.max; by a user without a name.",
        "orders was removed with orders.json; by a user without a name.",
    ]
    assert "quite-secret" not in caplog.text


def test_of_two_files_with_one_name_none_is_taken_for_the_connector(serve: Served, dagster: Webserver) -> None:
    for file in ("one.json", "two.json"):
        serve.write(file, {**config(), "name": "twin"})
    before = [path.read_bytes() for path in sorted(serve.home.joinpath("connectors").glob("*.json"))]
    for answered in (serve.put("/connectors/twin/config", config()), serve.ask("DELETE", "/connectors/twin")):
        assert answered.status_code == 400
        assert "The connector twin is in one.json, two.json" in answered.json()["message"]
    assert [path.read_bytes() for path in sorted(serve.home.joinpath("connectors").glob("*.json"))] == before
    assert dagster.loads == 0
