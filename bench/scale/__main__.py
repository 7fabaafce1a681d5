"""Many connectors and many entities in one deployment: what it costs, and whether requests are sent when they are due.

`python -m bench.scale [--connectors 50] [--entities 20] [--interval 15000] [--idle] [--postgres] [--seconds 180] [--set NAME=VALUE]`
starts `dagster dev` with the shipped settings (webserver, daemon, code server and each run are processes of their own), waits until every
entity was polled, lets it settle and measures. Requests are late by what the API sees: from the end of an answer to the entity's next
request, less the interval. Statements are counted in each process (SQLAlchemy's event), ticks are those that Dagster keeps. `--postgres`
needs Debian's server. Fifty connectors need 8 GB of memory, and some minutes to start on two cores.
"""

import argparse
import sys

from bench.figures import machine, table
from bench.scale.fleet import Size
from bench.scale.measure import measured_of


def main() -> None:
    """Measure one fleet and print its table."""
    options = _options()
    more = tuple((name, value) for name, _, value in (each.partition("=") for each in options.set))
    size = Size(connectors=options.connectors, entities=options.entities, interval_ms=options.interval, brings=not options.idle, more=more)
    measured = measured_of(size, postgres=options.postgres, settling=options.settling, seconds=options.seconds)
    title = f"{size}; {'PostgreSQL' if options.postgres else 'SQLite'}"
    sys.stdout.write(f"{title}\n\n{table(('what', 'measured'), measured.rows())}\n\n{machine()}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--connectors", type=int, default=50)
    parser.add_argument("--entities", type=int, default=20)
    parser.add_argument("--interval", type=int, default=15_000, metavar="MS")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--settling", type=float, default=45)
    parser.add_argument("--idle", action="store_true", help="the API has no records")
    parser.add_argument("--postgres", action="store_true", help="Dagster's storage is PostgreSQL")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a property of each connector")
    return parser.parse_args()


if __name__ == "__main__":
    main()
