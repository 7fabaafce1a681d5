"""What a page of very many records costs in memory, measured in a process of its own (B85)."""

import os
import subprocess
import sys

import pytest

MEASURE = r"""
import sys, tracemalloc
from http_source.polling.cut import Cutter
from http_source_tests.polling.samples import simple

count, beside = int(sys.argv[1]), sys.argv[2].encode()
body = b'{"items": [' + b",".join([b'{"a":1}'] * count) + b"]" + beside + b"}"
cutter = Cutter(simple())
tracemalloc.start()
cut = cutter.cut(body)
assert len(cut.records) == count
assert bytes(cut.records[-1]) == b'{"a":1}'
print(tracemalloc.get_traced_memory()[1])
"""
HALF_A_PAIR = r', "x": "\ud800"'


def peak(count: int, beside: str) -> int:
    """Bytes that cutting a page of that many records takes at most, its body not counted."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", MEASURE, str(count), beside]
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


def test_b85_a_page_of_a_million_records_costs_a_slice_for_each() -> None:
    assert peak(1_000_000, "") < 100 * 1_000_000


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_b85_the_exact_way_costs_a_few_times_as_much_and_grows_no_faster_than_the_page(count: int) -> None:
    assert peak(count, HALF_A_PAIR) < 400 * count
