"""How much memory a run with very many entities takes: ten thousand that are polled once a minute.

    python -m bench.crowded [--entities N] [--seconds N]

The run is that of `inside.py`: its sensor asks for it, its storage is SQLite. When its seconds are over it polls on for three minutes,
since it waits for a successor. Each figure is the most that its process ever held, with Dagster and our modules.
"""

import argparse
import json
import sys

from bench.crowd import crowd
from bench.figures import cost_of, machine, table
from bench.inside import run
from bench.setting import setting

_INTERVAL_MS = 60_000
_KINDS = {"none": "nothing", "one": "one record"}
_MB = 1e6


def child(url: str, kafka: str, kind: str, entities: str, seconds: str) -> None:
    """Poll for so long and print what that took."""
    lasting = {"run.max.seconds": seconds, "run.linger.ms": 10 * _INTERVAL_MS}
    sys.stdout.write(json.dumps(cost_of(lambda: run(crowd(url, kind, int(entities), _INTERVAL_MS) | lasting, kafka))))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how much memory a run with very many entities takes.")
    parser.add_argument("--entities", type=int, default=10_000, help="how many there are (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="run.max.seconds (default: %(default)s)")
    options = parser.parse_args()
    rows = []
    for entities, kind in ((1, "none"), (options.entities, "none"), (options.entities, "one")):
        with setting(1) as here:
            figures, polled = here.measure("crowded", kind, entities, options.seconds), here.ask("known")
        rows.append([f"{entities:,}", _KINDS[kind], f"{polled:,}", f"{figures['cpu']:.1f}", f"{figures['peak'] / _MB:,.0f}"])
        sys.stderr.write(f"{entities:,} entities, {_KINDS[kind]}\n")
    header = ["entities", "a page brings", "entities that were polled", "CPU, s", "most memory, MB"]
    sys.stdout.write(f"{table(header, rows)}\n\n{machine()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        child(*sys.argv[1:])
    else:
        main()
