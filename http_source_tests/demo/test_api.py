"""The sample API serves what the specification's examples show, to the demo's connectors."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from http_source.demo.api import SampleApi, listen
from http_source.demo.pages import FIRST_ORDER

BASIC = ("sample-user", "sample-password")
BEARER = {"Authorization": "Bearer sample-token"}
FIRST_MILLISECOND = 1_647_948_000_000


@dataclass
class Clock:
    """Stands still until it is set."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Client:
    """Asks a running sample API."""

    url: str
    clock: Clock
    now: Clock

    def spaces(self, **query: Any) -> Any:
        return requests.get(f"{self.url}/wiki/rest/api/space", params=query, auth=BASIC).json()

    def search(self, after: int, size: int = 100) -> Any:
        body = {"size": size, "sort": [{"@time": "asc"}], "search_after": [after]}
        return requests.post(f"{self.url}/test-index/_search", json=body, auth=BASIC).json()

    def objects(self, token: str = "", **query: Any) -> Any:
        return requests.get(f"{self.url}/storage/v1/b/test-bucket/o", params={"pageToken": token, **query}, headers=BEARER).json()

    def invoices(self, after: int, limit: int = 100) -> Any:
        return requests.get(f"{self.url}/shop/invoices", params={"after": after, "limit": limit}, headers=BEARER).json()["invoices"]

    def orders(self, after: int = 0, limit: int = 100) -> Any:
        return requests.get(f"{self.url}/orders", params={"after": after, "limit": limit}, headers=BEARER).json()["orders"]

    def object_pages(self) -> Iterator[Any]:
        token = ""
        while token is not None:
            page = self.objects(token)
            yield page
            token = page.get("nextPageToken")

    def all_objects(self) -> list[Any]:
        return [item for page in self.object_pages() for item in page["items"]]


@contextmanager
def serving(clock: Clock, now: Clock) -> Iterator[Client]:
    with SampleApi(clock=clock, now=now) as api:
        threading.Thread(target=api.serve_forever, args=(0.01,)).start()
        yield Client(api.url, clock, now)
        api.shutdown()


@pytest.fixture
def client() -> Iterator[Client]:
    with serving(Clock(), Clock(FIRST_ORDER + 134)) as client:
        yield client


def test_spaces_are_paged_by_start_and_limit(client: Client) -> None:
    first, second = client.spaces(start=0, limit=1), client.spaces(start=1, limit=1)
    assert first["results"] + second["results"] == client.spaces(start=0, limit=2)["results"]
    assert (first["start"], first["limit"], first["size"]) == (0, 1, 1)
    assert first["_links"]["next"] == "/rest/api/space?next=true&limit=1&start=1"


def test_spaces_beyond_the_last_are_an_empty_page_without_a_next_one(client: Client) -> None:
    page = client.spaces(start=10_000, limit=10)
    assert page["results"] == []
    assert "next" not in page["_links"]


def test_hits_follow_search_after_without_gap_or_repetition(client: Client) -> None:
    whole = client.search(FIRST_MILLISECOND)["hits"]["hits"]
    first = client.search(FIRST_MILLISECOND, size=7)["hits"]["hits"]
    rest = client.search(first[-1]["sort"][0])["hits"]["hits"]
    assert first + rest == whole
    assert [hit["sort"][0] for hit in whole] == sorted({hit["sort"][0] for hit in whole})


def test_a_hit_has_the_shape_that_the_specification_prints(client: Client) -> None:
    hit = client.search(FIRST_MILLISECOND)["hits"]["hits"][0]
    assert list(hit) == ["_index", "_id", "_score", "_source", "sort"]
    assert hit["_source"] == {"name": "Name1", "time": str(hit["sort"][0])}


def test_objects_are_all_reached_by_following_the_page_tokens(client: Client) -> None:
    names = [item["name"] for item in client.all_objects()]
    assert len(names) == 35
    assert names == sorted(set(names))


def test_a_page_token_holds_the_last_name_of_its_page_as_the_specification_prints_it(client: Client) -> None:
    page = client.objects()
    assert b64decode(page["nextPageToken"])[2:].decode() == page["items"][-1]["name"]
    assert page["nextPageToken"].startswith("C")


def test_the_last_page_of_objects_names_no_next_one(client: Client) -> None:
    pages = list(client.object_pages())
    assert ["nextPageToken" in page for page in pages] == [True, True, True, False]


def test_as_many_objects_come_as_are_asked_for(client: Client) -> None:
    assert [len(client.objects(maxResults=number)["items"]) for number in (4, 0)] == [4, 1]
    assert client.objects(maxResults="x")["message"] == "The parameter maxResults must be a number of 0 or more."


def test_the_second_and_third_request_to_the_unsteady_bucket_fall_into_an_outage(client: Client) -> None:
    url = f"{client.url}/storage/v1/b/unsteady-bucket/o"
    assert requests.get(url).status_code == 401, "one without credentials does not count"
    answers = [requests.get(url, headers=BEARER) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 503, 503, 200, 200]
    assert answers[1].json() == {"statusCode": 503, "message": "Down for maintenance."}
    assert answers[3].json() == answers[0].json(), "what is asked for again comes as before"


def test_invoices_follow_after_without_gap_or_repetition(client: Client) -> None:
    first = client.invoices(0, limit=7)
    assert first + client.invoices(first[-1]["id"]) == client.invoices(0)


def test_invoices_make_a_schema_grow(client: Client) -> None:
    first, all_of_them = client.invoices(0, limit=10), client.invoices(0)
    assert {type(invoice["total"]) for invoice in first} == {int}
    assert {type(invoice["total"]) for invoice in all_of_them} == {int, float}
    assert {"discount", "delivery"} <= set().union(*all_of_them) - set().union(*first)
    assert {invoice["note"] is None for invoice in first} == {True, False}


def test_orders_are_the_newest_and_follow_after_without_gap_or_repetition(client: Client) -> None:
    first = client.orders(limit=7)
    assert first + client.orders(first[-1]["id"]) == client.orders()
    assert [order["id"] for order in client.orders()] == list(range(8, 68)), "60 of those that came in 134 seconds"


def test_orders_are_the_same_after_a_restart(client: Client) -> None:
    before = client.orders()
    with serving(Clock(0.0), client.now) as restarted:
        assert restarted.orders() == before
    client.now.seconds += 2
    assert client.orders()[:-1] == before[1:]


def test_data_grows_with_the_clock_and_keeps_what_was_there(client: Client) -> None:
    before = (client.spaces(limit=100)["results"], client.search(0)["hits"]["hits"], client.all_objects())
    client.clock.seconds += 10
    after = (client.spaces(limit=100)["results"], client.search(0)["hits"]["hits"], client.all_objects())
    assert [len(more) - len(less) for less, more in zip(before, after, strict=True)] == [10, 20, 5]
    assert all(more[: len(less)] == less for less, more in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/wiki/rest/api/space", "GET"),
        ("/audit-index/_search", "POST"),
        ("/storage/v1/b/test-bucket/o", "GET"),
        ("/shop/invoices", "GET"),
        ("/orders", "GET"),
    ],
)
@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic d3Jvbmc6d3Jvbmc="}])
def test_wrong_credentials_are_refused(client: Client, method: str, path: str, credentials: dict[str, str]) -> None:
    assert requests.request(method, client.url + path, headers=credentials, data="{}").status_code == 401


def test_an_unknown_path_is_answered_with_404_and_json(client: Client) -> None:
    answer = requests.get(f"{client.url}/other-index/_search")
    assert (answer.status_code, answer.json()) == (404, {"statusCode": 404, "message": "There is nothing at /other-index/_search."})


def test_the_wrong_method_is_refused_and_the_right_one_named(client: Client) -> None:
    answer = requests.get(f"{client.url}/test-index/_search", auth=BASIC)
    assert (answer.status_code, answer.json()["message"]) == (405, "This address takes POST only.")


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "CkV0b3BpY3M=", "é"])
def test_a_token_from_elsewhere_is_a_bad_request(client: Client, token: str) -> None:
    answer = requests.get(f"{client.url}/storage/v1/b/test-bucket/o", params={"pageToken": token}, headers=BEARER)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{", json.dumps({"search_after": []}), json.dumps({"search_after": "x"})])
def test_a_search_that_cannot_be_read_is_a_bad_request(client: Client, body: str) -> None:
    assert requests.post(f"{client.url}/test-index/_search", data=body, auth=BASIC).status_code == 400


def test_a_start_that_is_no_number_is_a_bad_request(client: Client) -> None:
    assert client.spaces(start="-1")["message"] == "The parameter start must be a number of 0 or more."


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with SampleApi() as first, listen(first.server_port) as second:
        assert first.server_port != second.server_port
