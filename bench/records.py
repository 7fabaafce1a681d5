"""The records of the benchmarks: nested JSON of about 300 bytes whose numbers and texts a careless reader changes."""

import json
from random import Random

TEXTS = ("café", "naïve", "Zürich", "東京", "Ελλάδα", "отчёт", "emoji 😀", 'quote " backslash \\', "plain", "stream")
_LARGEST = 2**63 - 1


def record(number: int) -> str:
    """One record as JSON text: the same number gives the same text."""
    random = Random(number)  # noqa: S311  nothing is protected by it
    who, text = (json.dumps(random.choice(TEXTS), ensure_ascii=False) for _ in range(2))
    # A trailing zero is what shows whether a decimal stayed as it was.
    amount = f"{random.randrange(10**6)}.{random.randrange(10)}0"
    return (
        f'{{"_id":"id-{number:010d}","_score":{random.random():.6f},"_source":{{"sequence":{number},'
        f'"@timestamp":"2026-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",'
        f'"big":{_LARGEST - number},"amount":{amount},"ok":true,"nothing":null,'
        f'"user":{{"name":{who},"tags":["a","b","c{number % 7}"]}},"message":{text},'
        f'"url":"https://example.test/items/{number}?q=a"}}}}'
    )


def page(start: int, count: int) -> bytes:
    """An answer in the shape of Elasticsearch's, with `count` records at `/hits/hits`."""
    records = ",".join(record(number) for number in range(start, start + count))
    return f'{{"took":5,"timed_out":false,"hits":{{"total":{{"value":{count}}},"hits":[{records}]}}}}'.encode()
