"""The records of the benchmarks: nested JSON of about 300 bytes, or 2,000, whose numbers and texts a careless reader changes."""

import json
from random import Random

TEXTS = ("café", "naïve", "Zürich", "東京", "Ελλάδα", "отчёт", "emoji 😀", 'quote " backslash \\', "plain", "stream")
_LARGEST = 2**63 - 1


def record(number: int, items: int = 0) -> str:
    """One record as JSON text: the same numbers give the same text. With `items` it is about 100 bytes longer for each."""
    random = Random(number)  # noqa: S311  nothing is protected by it
    who, text = (json.dumps(random.choice(TEXTS), ensure_ascii=False) for _ in range(2))
    # A trailing zero is what shows whether a decimal stayed as it was.
    amount = f"{random.randrange(10**6)}.{random.randrange(10)}0"
    more = f',"items":[{",".join(_item(random) for _ in range(items))}]' if items else ""
    return (
        f'{{"_id":"id-{number:010d}","_score":{random.random():.6f},"_source":{{"sequence":{number},'
        f'"@timestamp":"2026-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",'
        f'"big":{_LARGEST - number},"amount":{amount},"ok":true,"nothing":null,'
        f'"user":{{"name":{who},"tags":["a","b","c{number % 7}"]}},"message":{text},'
        f'"url":"https://example.test/items/{number}?q=a"{more}}}}}'
    )


def _item(random: Random) -> str:
    words = json.dumps(" ".join(random.choices(TEXTS, k=4)), ensure_ascii=False)
    quantity, price = random.randrange(1, 10), random.randrange(1000)
    return f'{{"sku":"SKU-{random.randrange(10**5):05d}","qty":{quantity},"price":{price}.50,"words":{words}}}'


def page(start: int, count: int, items: int = 0) -> bytes:
    """An answer in the shape of Elasticsearch's, with `count` records at `/hits/hits`."""
    records = ",".join(record(number, items) for number in range(start, start + count))
    return f'{{"took":5,"timed_out":false,"hits":{{"total":{{"value":{count}}},"hits":[{records}]}}}}'.encode()
