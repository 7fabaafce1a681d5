"""Names, INFO, configurations, tasks and topics, as Kafka Connect answers them."""

import pytest

from http_source_tests.orchestration.stand import NAME
from http_source_tests.rest.served import Served


def test_a_folder_without_connectors_has_none(served: Served) -> None:
    assert served.json("/connectors") == []
    assert served.json("/connectors?expand=status") == {}


def test_a_connector_is_listed_and_described(served: Served) -> None:
    stand = served.make(tasks_max="2")
    assert served.json("/connectors/") == [NAME]
    info = served.json(f"/connectors/{NAME}")
    assert list(info) == ["name", "config", "tasks", "type"]
    assert info == {
        "name": NAME, "config": stand.config, "tasks": [{"connector": NAME, "task": 0}, {"connector": NAME, "task": 1}], "type": "source",
    }
    assert served.get("/connectors").text == f'["{NAME}"]'


def test_expansions_are_what_was_asked_for(served: Served) -> None:
    served.make()
    assert list(served.json("/connectors?expand=info")[NAME]) == ["info"]
    assert list(served.json("/connectors?expand=status")[NAME]) == ["status"]
    assert list(served.json("/connectors?expand=info&expand=status")[NAME]) == ["status", "info"]
    assert served.json("/connectors?expand=all") == {NAME: {}}
    assert served.json("/connectors?forward=false") == [NAME]


def test_a_configuration_comes_back_as_it_was_given(served: Served) -> None:
    given = {"connector.class": "HttpSource", "name": "x", "tasks.max": 1, "auth.type": "bearer", "bearer.token": "${env:TOKEN}",
             "http.pool": None, "entity.names": ["a", "b"], "sensitive.headers.validation.enabled": True, "url": "http://127.0.0.1:1/"}
    served.write("x.json", given)
    expected = {name: value for name, value in given.items() if value is not None}
    expected |= {"tasks.max": "1", "entity.names": "a,b", "sensitive.headers.validation.enabled": "true"}
    assert served.json("/connectors/x/config") == expected


def test_a_file_with_mistakes_is_served_by_its_name_as_one_that_could_not_start(served: Served) -> None:
    served.make()
    served.write("file.json", {"name": "broken", "url": "ftp://x", "bearer.token": "s3cret"})
    served.write("torn.json", "{")
    assert served.json("/connectors") == ["broken", NAME, "torn"]
    assert served.json("/connectors/torn/config") == {"name": "torn"}
    assert served.json("/connectors/broken/config")["url"] == "ftp://x"
    assert served.json("/connectors/broken")["tasks"] == []
    assert served.json("/connectors/broken/tasks") == []
    assert served.json("/connectors/broken/topics") == {"broken": {"topics": []}}
    status = served.json("/connectors/broken/status")
    assert (status["connector"]["state"], status["tasks"]) == ("FAILED", [])
    assert "url" in status["connector"]["trace"]
    assert "s3cret" not in status["connector"]["trace"]
    for verb in ("pause", "resume"):
        refused = served.put(f"/connectors/broken/{verb}")
        assert (refused.status_code, "has mistakes, so it is not started" in refused.json()["message"]) == (400, True)
    assert served.put("/connectors/broken/stop").status_code == 204
    assert served.get("/connectors/broken/tasks/0/status").status_code == 404
    assert served.post("/connectors/broken/restart").status_code == 400


@pytest.mark.parametrize(("path", "message"), [
    ("/connectors/no", "Connector no not found"),
    ("/connectors/no/config", "Connector no not found"),
    ("/connectors/no/tasks", "Connector no not found"),
    ("/connectors/no/topics", "Connector no not found"),
    ("/connectors/no/offsets", "Connector no not found"),
    ("/connectors/no/status", "No status found for connector no"),
    ("/connectors/no/tasks/0/status", "No status found for connector no"),
    ("/connectors/a%2Fb%20c+d%C3%A9/config", "Connector a/b c+dé not found"),
    ("/nothing", "There is nothing at /nothing."),
])
def test_what_is_not_there_is_404_in_the_words_of_connect(served: Served, path: str, message: str) -> None:
    answered = served.get(path)
    assert (answered.status_code, answered.json()) == (404, {"error_code": 404, "message": message})
    assert answered.headers["Content-Type"] == "application/json"


def test_each_task_has_the_configuration_of_its_entities(served: Served) -> None:
    stand = served.make(entity_names="a,b,c", tasks_max="2")
    first, second = served.json(f"/connectors/{NAME}/tasks")
    assert first == {"id": {"connector": NAME, "task": 0}, "config": stand.config | {"entity.names": "a,c"}}
    assert second["config"]["entity.names"] == "b"


def test_topics_are_those_that_were_written_to_and_before_that_those_that_will_be(served: Served) -> None:
    stand = served.make(topic_name_pattern="t-${entityName}", entity_names="a,b")
    assert served.json(f"/connectors/{NAME}/topics") == {NAME: {"topics": ["t-a", "t-b"]}}
    (request,) = stand.tick()
    assert stand.run(request).success
    served.make(topic_name_pattern="later-${entityName}", entity_names="a")
    assert served.json(f"/connectors/{NAME}/topics") == {NAME: {"topics": ["t-a"]}}


def test_topics_are_not_reset(served: Served) -> None:
    served.make()
    refused = served.put(f"/connectors/{NAME}/topics/reset/")
    assert (refused.status_code, refused.json()["message"]) == (403, "Topic tracking reset is disabled.")


@pytest.mark.parametrize("name", ["with blank", "a/b", "a+b", "grüße", "100%", "a.b-c_d", "q?x=1"])
def test_any_name_can_be_asked_for(served: Served, name: str) -> None:
    served.write("x.json", {**served.make().config, "name": name})
    served.write(f"{NAME}.json", {"name": NAME})
    path = "/connectors/" + quoted(name)
    assert served.json(path)["name"] == name
    assert served.json(f"{path}/status")["name"] == name


def quoted(name: str) -> str:
    return "".join(each if (each.isalnum() and each.isascii()) or each in "+.-_" else "".join(f"%{byte:02X}" for byte in each.encode())
                   for each in name)
