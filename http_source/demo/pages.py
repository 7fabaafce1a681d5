"""The sample API's data, in pages of the three shapes that the specification prints ("Offset Mode Use Case Examples").

The fourth shape, invoices, is one whose schema must grow: fields come and go, are null, and an integer becomes a fraction. The fifth,
orders, is what a new project begins with.

Record number 7 is always the same record; only how many there are depends on the clock, and that comes in as `count`.
"""

import json
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

Json = dict[str, Any]

_SPACES_AT_MOST = 100
_OBJECTS_PER_PAGE = 10
_INVOICES_AT_MOST = 100
_ORDERS_AT_MOST = 100
_ORDERS_KEPT = 60
_WHOLE_TOTALS = 10
_FIRST_DELIVERY = 25
_FIRST_HIT = 1_647_948_000_001
_FIRST_OBJECT = datetime(2022, 11, 22, 13, 49, 42, tzinfo=UTC)

FIRST_ORDER = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""When order number 1 was placed, in seconds since the epoch; one follows every 2 seconds, whether the API runs or not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: the name in its path (index or bucket), its query and its body."""

    name: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def spaces_page(asked: Asked, count: int) -> Json:
    """Return `limit` Confluence spaces from index `start` on; ValueError when one of them is no such number."""
    start = _number(asked.query, "start", 0)
    limit = min(_number(asked.query, "limit", 25), _SPACES_AT_MOST)
    results = [_space(index) for index in range(start, min(start + limit, count))]
    links = {"base": "https://wiki.example.com/wiki", "context": "/wiki", "self": "https://wiki.example.com/wiki/rest/api/space"}
    if start + limit < count:
        links["next"] = f"/rest/api/space?next=true&limit={limit}&start={start + limit}"
    return {"results": results, "start": start, "limit": limit, "size": len(results), "_links": links}


def search_page(asked: Asked, count: int) -> Json:
    """Return the `size` Elasticsearch hits that sort after `search_after`; ValueError when the body does not say so."""
    size, after = _search_of(asked.body)
    first = bisect_right(range(count), after, key=_hit_time)
    hits = [_hit(asked.name, index) for index in range(first, min(first + size, count))]
    return {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": count, "relation": "eq"}, "max_score": None, "hits": hits},
    }


def objects_page(asked: Asked, count: int) -> Json:
    """Return `maxResults` objects of a bucket that follow `pageToken`, and `nextPageToken` while there are more.

    Raises ValueError for a foreign token, and for a `maxResults` that is not a number.
    """
    last = _name_in(asked.query.get("pageToken", ""))
    first = bisect_right(range(count), last, key=_object_name)
    end = min(first + max(_number(asked.query, "maxResults", _OBJECTS_PER_PAGE), 1), count)
    token = {"nextPageToken": _token(_object_name(end - 1))} if end < count else {}
    return {"kind": "storage#objects", **token, "items": [_object(asked.name, index) for index in range(first, end)]}


def invoices_page(asked: Asked, count: int) -> Json:
    """Return `limit` invoices whose ids are greater than `after`; ValueError when one of them is no such number."""
    after = _number(asked.query, "after", 0)
    limit = min(_number(asked.query, "limit", 25), _INVOICES_AT_MOST)
    return {"invoices": [_invoice(index) for index in range(after, min(after + limit, count))]}


def orders_page(asked: Asked, count: int) -> Json:
    """Return `limit` orders whose ids are greater than `after`, of the newest 60; ValueError when one of them is no such number."""
    after = max(_number(asked.query, "after", 0), count - _ORDERS_KEPT, 0)
    limit = min(_number(asked.query, "limit", 20), _ORDERS_AT_MOST)
    return {"orders": [_order(index) for index in range(after, min(after + limit, count))]}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        message = f"The parameter {name} must be a number of 0 or more."
        raise ValueError(message)
    return int(text)


def _search_of(body: bytes) -> tuple[int, int]:
    try:
        search = json.loads(body)
        return int(search.get("size", 10)), int(search.get("search_after", [0])[0])
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        message = 'The body must be JSON like {"size": 100, "search_after": [1647948000000]}.'
        raise ValueError(message) from error


def _token(name: str) -> str:
    return b64encode(b"\n" + bytes([len(name)]) + name.encode()).decode()


def _name_in(token: str) -> str:
    name = b64decode(token, validate=True)[2:].decode()
    if token not in ("", _token(name)):
        message = "The parameter pageToken must be a nextPageToken of this bucket."
        raise ValueError(message)
    return name


def _space(index: int) -> Json:
    key = f"~{11121314 + index}"
    return {
        "id": 12345657891 + index,
        "key": key,
        "name": f"{2020 + index % 5} ~ jsmith{index}",
        "type": "personal",
        "status": "current",
        "_expandable": {
            "settings": f"/rest/api/space/{key}/settings",
            "metadata": "",
            "lookAndFeel": f"/rest/api/settings/lookandfeel?spaceKey={key}",
            "homepage": f"/rest/api/content/{151617181920 + index}",
        },
        "_links": {"webui": f"/spaces/{key}", "self": f"https://wiki.example.com/wiki/rest/api/space/{key}"},
    }


def _hit_time(index: int) -> int:
    """Milliseconds; grows with every index, by uneven steps, as times do."""
    return _FIRST_HIT + 1000 * index + index * index * 37 % 1000


def _hit(name: str, index: int) -> Json:
    time = _hit_time(index)
    source = {"name": f"Name{index + 1}", "time": str(time)}
    return {"_index": name, "_id": _digest(f"{name}/{index}"), "_score": None, "_source": source, "sort": [time]}


def _object_name(index: int) -> str:
    return f"topics/demo/partition=0/demo+0+{index:010}.json"


def _object(bucket: str, index: int) -> Json:
    name = _object_name(index)
    created = (_FIRST_OBJECT + timedelta(seconds=index)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    generation = str(1_669_124_982_018_947 + index)
    return {
        "kind": "storage#object",
        "id": f"{bucket}/{name}/{generation}",
        "name": name,
        "bucket": bucket,
        "generation": generation,
        "metageneration": "1",
        "contentType": "application/json",
        "storageClass": "STANDARD",
        "size": str(145_520 + index),
        "etag": _digest(name),
        "timeCreated": created,
        "updated": created,
    }


def _invoice(index: int) -> Json:
    """The first ten have whole totals; later ones have cents, a discount now and then, and from the 25th on a delivery."""
    invoice: Json = {
        "id": index + 1,
        "customer": {"id": f"C{index % 7}", "name": f"Customer {index % 7}"},
        "total": 20 + index if index < _WHOLE_TOTALS else 20 + index + 0.25 * (index % 4),
        "currency": "EUR",
        "paid": index % 5 != 0,
        "note": None if index % 3 else f"Please deliver after {9 + index % 8}:00.",
        "lines": [{"sku": f"SKU-{index % 9}", "quantity": 1 + index % 3}] if index % 6 else [],
    }
    if index >= _WHOLE_TOTALS and index % 4 == 0:
        invoice["discount"] = {"percent": 5, "code": None if index % 8 else "WELCOME"}
    if index >= _FIRST_DELIVERY:
        invoice["delivery"] = {"carrier": "Sample Parcels", "kilograms": index % 5 + 0.5}
    return invoice


def _order(index: int) -> Json:
    quantity, price = 1 + index % 3, 5 + index % 20
    return {
        "id": index + 1,
        "placed": datetime.fromtimestamp(FIRST_ORDER + 2 * index, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customer": f"Customer {index % 7}",
        "product": f"Product {index % 9}",
        "quantity": quantity,
        "total": quantity * price,
    }


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]
