"""Names, INFO and configurations, as Kafka Connect answers them."""

from http_source_tests.rest.served import Served


def test_a_folder_without_connectors_has_none(served: Served) -> None:
    assert served.json("/connectors") == []
    assert served.json("/connectors?expand=status") == {}


def test_a_connector_is_listed_and_described(served: Served) -> None:
    served.make(tasks_max="2")
    assert served.json("/connectors/") == ["orders"]
    info = served.json("/connectors/orders")
    assert list(info) == ["name", "config", "tasks", "type"]
    assert info["tasks"] == [{"connector": "orders", "task": 0}, {"connector": "orders", "task": 1}]
    assert info["type"] == "source"
