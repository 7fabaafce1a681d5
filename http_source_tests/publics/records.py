"""Records as public APIs serve them, by their number."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Record = Mapping[str, Any]

BEGIN_MS = 1_769_904_000_000
"""When the first record was made: 2026-02-01T00:00:00Z."""

STEP_MS = 1_000


def milliseconds(number: int) -> int:
    """When a record was made."""
    return BEGIN_MS + number * STEP_MS


def written(number: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    """The same as text."""
    return datetime.fromtimestamp(milliseconds(number) / 1_000, UTC).strftime(form)


def in_pairs(number: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    """A time that every two records share."""
    return written(number // 2, form)


def message(number: int) -> Record:
    return {"test": f"value {number}"}


def order(number: int) -> Record:
    return {"id": number, "product": f"Product {number}", "quantity": 1 + number % 3, "price": 9.5}


def user(number: int) -> Record:
    return {"id": number + 1, "name": f"User {number}", "address": {"city": "Gwenborough", "geo": {"lat": "-37.3159", "lng": "81.1496"}}}


def space(number: int) -> Record:
    return {"id": 65_000 + number, "key": f"SPACE{number}", "type": "global", "_links": {"webui": f"/spaces/{number}"}}


def bucket_object(number: int) -> Record:
    return {"kind": "storage#object", "name": f"file_{number}.txt", "generation": str(1_669_124_982_018_940 + number), "size": "14552"}


def hit(number: int) -> Record:
    made = milliseconds(number)
    source = {"name": f"Name {number}", "time": str(made)}
    return {"_index": "test-index", "_id": f"doc_{number}", "_score": None, "_source": source, "sort": [made]}


def issue(number: int) -> Record:
    return {"id": str(10_002 + number), "key": f"ED-{number}", "fields": {"updated": in_pairs(number), "summary": f"Issue {number}"}}


def incident(number: int) -> Record:
    return {"sys_id": f"{number:032x}", "number": f"INC{number:07}", "sys_updated_on": in_pairs(number, "%Y-%m-%d %H:%M:%S")}


def item(number: int) -> Record:
    return {"id": f"item-{number}", "updatedAt": in_pairs(number)}


def instance(number: int) -> Record:
    return {"item_id": f"i-{number}", "last_mod_date": in_pairs(number), "color": "White"}


def resource(number: int) -> Record:
    return {"id": number, "createdTimestamp": milliseconds(number // 2)}


def alert(number: int) -> Record:
    return {"id": f"urn:oid:{number}", "type": "Feature", "geometry": None, "properties": {"event": "Flood Warning", "severity": "Severe"}}


def zone(number: int) -> Record:
    place = {"@id": f"/zones/land/AKZ{number:03}", "@type": "wx:Zone", "id": f"AKZ{number:03}", "type": "public", "name": f"Zone {number}"}
    return {"id": place["@id"], "type": "Feature", "geometry": None, "properties": {**place, "state": "AK", "cwa": ["AFC"]}}


def station(number: int) -> Record:
    return {"station_id": str(number), "name": f"Station {number}", "lat": 43.6, "lon": 1.44, "capacity": 19}


def event(number: int) -> Record:
    return {"id": str(22_249_084_947 + number), "type": "PushEvent", "public": True, "payload": {"size": 1}}


def block(number: int) -> Record:
    return {"height": 123_352_941 + number, "nextPageToken": f"after-{number:04}"}


def account(number: int) -> Record:
    return {"@odata.etag": f'W/"{number}"', "name": f"Account {number}", "accountnumber": f"A{number}"}


def device(number: int) -> Record:
    return {"id": f"d-{number}", "state": "on"}


def company(number: int) -> Record:
    return {"id": number, "name": f"Company {number}"}


PRICES = {
    "bitcoin": {"usd": 67_187.33, "usd_market_cap": 1_317_802_988_326.25},
    "solana": {"usd": 135.1, "usd_market_cap": 62_000_000_000.5},
}

STATES = {
    "time": 1_769_904_000,
    "states": [
        ["4b1812", "SWR9X   ", "Switzerland", 1_769_903_999, 8.55, 47.45, 1_234.5, False, None],
        ["3c6444", "DLH4PX  ", "Germany", 1_769_903_998, 7.58, 47.59, None, True, None],
    ],
}
"""What a tracker of flights answers: rows of mixed scalars."""
