"""Whether Dagster has what was written: reloads, what Dagster refuses, and what is said where it cannot be told."""

import stat

import pytest

from http_source.rest.reloading import NotReloaded, Reloader
from http_source_tests.rest.changing import Webserver, changeable, config, connector_of, file_of, rested
from http_source_tests.rest.served import Served
from http_source_tests.servers import Reply, api


def test_where_the_webserver_is_away_the_file_is_written_and_the_answer_says_so(serve: Served) -> None:
    with changeable(serve.instance, serve.home, "http://user:word@127.0.0.1:1") as alone:
        answered = alone.put("/connectors/orders/config", config())
    message = answered.json()["message"]
    assert answered.status_code == 500
    assert "orders was written, but Dagster does not run it" in message
    assert "http://[hidden]@127.0.0.1:1 does not answer" in message
    assert file_of(serve).exists()
    assert serve.put("/connectors/orders/config", config()).status_code == 200


def test_a_code_server_that_keeps_its_code_is_not_called_a_success(serve: Served, dagster: Webserver) -> None:
    dagster.keeps_code = True
    answered = serve.post("/connectors", {"name": "orders", "config": config()})
    assert (answered.status_code, "kept its code" in answered.json()["message"]) == (500, True)


def test_a_code_location_that_cannot_be_loaded_is_told_with_its_reason(serve: Served, dagster: Webserver) -> None:
    dagster.failure = "dagster.CheckError: no\nTraceback"
    answered = serve.post("/connectors", {"name": "orders", "config": config()})
    assert (answered.status_code, "could not be loaded: dagster.CheckError: no Then" in answered.json()["message"]) == (500, True)


def test_what_dagster_refuses_where_it_runs_is_taken_back(serve: Served, dagster: Webserver, monkeypatch: pytest.MonkeyPatch) -> None:
    unresolved = {**config(), "auth.type": "bearer", "bearer.token": "${env:ONLY_THERE}"}
    answered = serve.post("/connectors", {"name": "orders", "config": unresolved})
    assert (answered.status_code, "bearer.token: ${env:ONLY_THERE} cannot be resolved" in answered.json()["message"]) == (400, True)
    assert serve.json("/connectors") == []

    serve.post("/connectors", {"name": "orders", "config": config()})
    before = file_of(serve).read_bytes()
    file_of(serve).chmod(0o640)
    assert serve.put("/connectors/orders/config", unresolved).status_code == 400
    assert (file_of(serve).read_bytes(), dagster.loads) == (before, 5)
    assert stat.S_IMODE(file_of(serve).stat().st_mode) == 0o640

    monkeypatch.setenv("ONLY_THERE", "a-token-to-be-seen-nowhere")
    answered = serve.put("/connectors/orders/config", unresolved)
    assert (answered.status_code, answered.json()["config"]["bearer.token"]) == (200, "${env:ONLY_THERE}")


def test_a_connector_that_is_removed_without_dagster_is_stopped(serve: Served, dagster: Webserver) -> None:
    serve.post("/connectors", {"name": "orders", "config": config()})
    connector = connector_of(serve)
    dagster.keeps_code = True
    answered = serve.delete("/connectors/orders")
    assert (answered.status_code, "was removed and is not polled" in answered.json()["message"]) == (500, True)
    assert serve.get("/connectors/orders").status_code == 404
    assert rested(serve, connector) == {"": "STOPPED"}


def test_of_several_code_locations_the_one_with_the_folders_assets_is_loaded(serve: Served, dagster: Webserver) -> None:
    theirs = {"sensors": [], "jobs": [], "assetNodes": [{"assetKey": {"path": ["there", "orders"]}}]}
    dagster.others.append({
        "name": "a_stranger", "displayMetadata": [{"key": "module_name", "value": "http_source.definitions"}],
        "locationOrLoadError": {"__typename": "RepositoryLocation", "serverId": "1", "repositories": [theirs]},
    })
    assert serve.post("/connectors", {"name": "orders", "config": config()}).status_code == 201
    assert serve.put("/connectors/orders/config", config(tasks_max="1")).status_code == 200
    assert dagster.loads == 2


def test_a_location_that_is_named_is_the_one(dagster: Webserver) -> None:
    assert [each.name for each in Reloader(dagster.url, "http_source").reload([])] == ["http_source"]


@pytest.mark.parametrize(("name", "said"), [
    ("", "No code location of Dagster's webserver is known to serve this folder; it has first and second."),
    ("third", "it has first and second. Let --location name the one."),
])
def test_where_no_location_is_known_to_serve_the_folder_they_are_named(dagster: Webserver, name: str, said: str) -> None:
    empty = {"__typename": "RepositoryLocation", "serverId": "1", "repositories": []}
    dagster.only = [{"name": each, "displayMetadata": [], "locationOrLoadError": empty} for each in ("first", "second")]
    with pytest.raises(NotReloaded) as refused:
        Reloader(dagster.url, name).reload([])
    assert said.replace("first and second", "first, second") in str(refused.value)


@pytest.mark.parametrize(("reply", "said"), [
    (Reply(b"<html>", 404), "answered 404, but not with JSON."),
    (Reply(b"[]"), "answered 200 without data."),
    (Reply(b'{"error_code": 404}', 404), "answered 404 without data."),
    (Reply(b'{"errors": [{"message": "no such field"}], "data": null}'), "refused the request"),
])
def test_what_is_no_webserver_of_dagster_is_said_to_be_none(reply: Reply, said: str) -> None:
    with api(lambda _: reply) as other, pytest.raises(NotReloaded) as refused:
        Reloader(other.url).reload([])
    assert said in str(refused.value)
