"""How much memory pages take: what a task needs at most while it moves large ones, in each format, and whether it grows with their number.

    python -m bench.memory [--sizes MB ...] [--formats NAME ...] [--pages N]

Server, records of 300 bytes, Kafka and Schema Registry are those of `formats.py`. Each figure is the most that a process of its own ever
held (`ru_maxrss`), which moved four pages of that size. `http.response.max.bytes` is 64 MiB by default: larger pages are refused. A page
from which a schema grows, as the first one of all, takes more than those that fit: it has a column of its own. Then a task moves so many
pages of one record, and its memory is looked at on the way.
"""

import argparse
import json
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import psutil

from bench.figures import cost_of, machine, table
from bench.formats import FORMATS, move
from bench.loops import connector
from bench.records import record
from bench.setting import setting
from http_source_tests.registry import registry

_MB = 1e6
_PAGES_OF_A_SIZE, _LOOKS = 4, 10
_ALLOWED, _BESIDE = 2, 100
"""What was aimed at: so many times the page, and so many megabytes beside it."""


@dataclass(slots=True)
class Watch:
    """The memory of this process, looked at every second while something is done."""

    seen: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until it is over."""
        while not self.over.wait(1):
            self.seen.append(psutil.Process().memory_info().rss)

    def sample(self) -> list[int]:
        """Some of what was seen, from the first to the last, the start left out."""
        seen = self.seen[1:]
        return [seen[round(number * (len(seen) - 1) / (_LOOKS - 1))] for number in range(_LOOKS)] if len(seen) >= _LOOKS else seen


def peaks(sizes: list[float], formats: list[str]) -> str:
    """The table of large pages."""
    length, rows = len(record(0).encode()), []
    for size in sizes:
        records = int(size * _MB / length)
        with setting(records) as here:
            for name in formats:
                with registry() as stand:
                    grows, fits = (
                        here.measure("memory", stand.url, name, records * _PAGES_OF_A_SIZE)["peak"] / _MB for _ in ("first", "second")
                    )
                rows.append([f"{size:g}", name, f"{fits:,.0f}", f"{grows:,.0f}", f"{_ALLOWED * size + _BESIDE:,.0f}"])
                sys.stderr.write(f"{size:g} MB, {name}\n")
    header = ["page, MB", "format", "most memory, MB", "where a schema grows, MB", f"{_ALLOWED} pages and {_BESIDE} MB"]
    return table(header, rows)


def flat(pages: int) -> str:
    """What was seen on the way through so many pages."""
    with setting(1) as here:
        seen = here.measure("memory", pages)["seen"]
    return ", ".join(f"{each / _MB:.1f}" for each in seen)


def child(url: str, kafka: str, *rest: str) -> None:
    """Move pages and print what that took."""
    if len(rest) == 1:
        watch = Watch()
        looking = threading.Thread(target=watch.look)
        looking.start()
        connector(url, kafka, int(rest[0]))
        watch.over.set()
        looking.join()
        figure: dict[str, Any] = {"seen": watch.sample()}
    else:
        address, name, total = rest
        figure = cost_of(lambda: move(url, kafka, address, name, int(total)))
    sys.stdout.write(json.dumps(figure))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how much memory pages take.")
    parser.add_argument("--sizes", type=float, nargs="+", default=[1, 8, 64], help="megabytes of a page (default: 1 8 64)")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), help="what is measured (default: all)")
    parser.add_argument("--pages", type=int, default=1_000_000, help="pages of one record that follow (default: %(default)s; 0: none)")
    options = parser.parse_args()
    sys.stdout.write(f"{peaks(options.sizes, options.formats)}\n\n")
    if options.pages:
        sys.stdout.write(f"{options.pages:,} pages of one record; MB on the way: {flat(options.pages)}\n\n")
    sys.stdout.write(f"{machine()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        child(*sys.argv[1:])
    else:
        main()
