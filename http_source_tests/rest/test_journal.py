"""What is changed by REST is in the log, with who, from where, what, and what was answered."""

import base64
import logging

import pytest
import requests

from http_source.rest.access import Access
from http_source_tests.rest.opened import opened, said

ACCESS = Access.of({"HTTP_SOURCE_REST_USER": "ann", "HTTP_SOURCE_REST_PASSWORD": "hidden"})


def test_a_change_is_logged_with_who_and_what(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "http_source.rest.journal")
    with opened(access=ACCESS) as url:
        requests.post(f"{url}/connectors/my%20orders/restart?includeTasks=true", auth=("ann", "hidden"), timeout=20)
        requests.put(f"{url}/connectors/orders/pause", auth=("ann", "wrong-one"), timeout=20)
        requests.get(f"{url}/connectors", auth=("ann", "hidden"), timeout=20)
        requests.put(f"{url}/connector-plugins/HttpSource/config/validate", auth=("ann", "hidden"), timeout=20)
    assert [(each.levelname, each.getMessage(), getattr(each, "connector", "")) for each in caplog.records] == [
        ("INFO", "ann from 127.0.0.1: POST /connectors/my%20orders/restart?includeTasks=true was answered 200.", "my orders"),
        ("WARNING", "Somebody at 127.0.0.1 signed in with a wrong user, password or token, and was answered 401.", ""),
        ("WARNING", "somebody unknown from 127.0.0.1: PUT /connectors/orders/pause was answered 401.", "orders"),
    ]


def test_an_open_server_logs_from_where(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "http_source.rest.journal")
    with opened() as url:
        requests.delete(f"{url}/connectors/orders", timeout=20)
    assert [each.getMessage() for each in caplog.records] == ["somebody from 127.0.0.1: DELETE /connectors/orders was answered 200."]


def test_a_line_of_the_log_cannot_be_forged_and_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "http_source.rest.journal")
    login = base64.b64encode(b"ann:hidden").decode()
    with opened(access=ACCESS) as url:
        for target in (f"/a%0Ab?password=sesame&{'x' * 900}", "/\x1b[31m"):
            said(url, f"PUT {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {login}\r\nConnection: close\r\n\r\n".encode())
        said(url, b"PUT /a%0Ab?password=sesame HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert all("\n" not in each.getMessage() and len(each.getMessage()) < 600 for each in caplog.records)
    assert "sesame" not in caplog.text
    assert "hidden]" in caplog.text
