"""What holds for every request: methods, types, and how errors look."""

import socket

import pytest

from http_source.rest.calls import accepts_json, decoded
from http_source_tests.orchestration.stand import NAME
from http_source_tests.rest.served import Served


def test_head_works_where_get_does_and_has_no_body(served: Served) -> None:
    served.make()
    for path in ("/connectors", f"/connectors/{NAME}/status", f"/connectors/{NAME}/tasks/"):
        answered = served.ask("HEAD", path)
        assert (answered.status_code, answered.content) == (200, b"")
        assert answered.headers["Content-Type"] == "application/json"
    assert served.ask("HEAD", "/connectors/no").status_code == 404


@pytest.mark.parametrize(("path", "methods"), [
    ("/connectors", {"GET", "HEAD", "OPTIONS"}),
    (f"/connectors/{NAME}/offsets/", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
    (f"/connectors/{NAME}/pause", {"PUT", "OPTIONS"}),
])
def test_options_says_what_is_allowed(served: Served, path: str, methods: set[str]) -> None:
    answered = served.ask("OPTIONS", path)
    assert (answered.status_code, answered.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert methods <= set(answered.headers["Allow"].split(","))


def test_options_of_what_is_not_there_is_404(served: Served) -> None:
    assert served.ask("OPTIONS", "/nothing").status_code == 404


def test_a_method_that_is_not_there_is_405_with_those_that_are(served: Served) -> None:
    answered = served.ask("POST", f"/connectors/{NAME}/offsets")
    assert answered.status_code == 405
    assert {"GET", "PATCH", "DELETE"} <= set(answered.headers["Allow"].split(","))
    assert answered.json() == {
        "error_code": 405, "message": f"POST is not allowed at /connectors/{NAME}/offsets, but {answered.headers['Allow']}.",
    }


@pytest.mark.parametrize(("accept", "status"), [
    ("application/json", 200), ("*/*", 200), ("text/html,application/xhtml+xml,*/*;q=0.8", 200), ("application/*", 200),
    ("text/html", 406), ("application/json;q=0", 406), ("text/plain, application/xml;q=0.9", 406),
])
def test_an_accept_that_json_cannot_satisfy_is_406(served: Served, accept: str, status: int) -> None:
    answered = served.get("/connectors", headers={"Accept": accept})
    assert (answered.status_code, answered.headers["Content-Type"]) == (status, "application/json")


def test_the_range_that_fits_best_decides() -> None:
    assert accepts_json("")
    assert accepts_json("*/*;q=0, application/json")
    assert not accepts_json("*/*, application/json;q=0.0")
    assert accepts_json("APPLICATION/JSON; q=x")


@pytest.mark.parametrize(("kind", "status"), [
    ("application/json; charset=UTF-8", 400), ("Application/JSON", 400), ("text/plain", 415), ("", 415),
])
def test_a_body_that_is_not_called_json_is_415(served: Served, kind: str, status: int) -> None:
    served.make()
    answered = served.ask("PATCH", f"/connectors/{NAME}/offsets", data=b"{}", headers={"Content-Type": kind})
    assert (answered.status_code, answered.json()["error_code"]) == (status, status)


@pytest.mark.parametrize("body", [b"{", b"", b"[1", b'{"offsets": NaN}', b"\xff", b"[" * 100_000, b"9" * 5000])
def test_a_body_that_is_not_json_is_400_with_the_reason(served: Served, body: bytes) -> None:
    served.make()
    answered = served.ask("PATCH", f"/connectors/{NAME}/offsets", data=body, headers={"Content-Type": "application/json"})
    assert answered.status_code == 400
    assert answered.json()["message"].startswith("The body is not ")


def test_what_takes_no_body_is_asked_with_and_without_a_type(served: Served) -> None:
    served.make()
    for headers in ({}, {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}):
        answered = served.ask("PUT", f"/connectors/{NAME}/pause", headers=headers)
        assert (answered.status_code, answered.content, answered.headers.get("Content-Type")) == (202, b"", None)


def test_a_path_is_decoded_once_and_a_plus_is_a_plus() -> None:
    assert decoded("a%252Fb+c%20d%C3%A9") == "a%2Fb+c dé"
    assert decoded("é".encode().decode("latin-1")) == "é"
    assert decoded("%FF") == "\N{REPLACEMENT CHARACTER}"


def test_a_body_that_does_not_arrive_keeps_no_place_for_long_and_one_that_breaks_off_is_no_error(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = served.url.rpartition("/")[2].partition(":")
    head = f"PATCH /connectors/{NAME}/offsets HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    with socket.create_connection((host, int(port)), timeout=120) as gone:
        gone.sendall(head.encode())
    with socket.create_connection((host, int(port)), timeout=120) as slow:
        slow.sendall(head.encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 408 ")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
