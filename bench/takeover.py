"""How long nobody asks after a code host was killed with its runs, and was replaced at once by a host of another name.

`python -m bench.takeover [TIMES]` prints the median, the 95th percentile and the extremes, in seconds, and what was lost (nothing).
It needs root, PostgreSQL and what else `make test-servers` uses for hosts.
"""

import sys
import tempfile
from pathlib import Path
from statistics import quantiles

from bench.figures import machine, spread, table
from http_source_tests.hosts.deployment import Deployment, deployed
from http_source_tests.hosts.host import missing
from http_source_tests.hosts.waiting import watch
from http_source_tests.real_servers.postgres import postgres

GIVEN_UP_SECONDS = 120
_SETTLING_SECONDS = 10


def killed(place: Deployment, number: int) -> float:
    """Kill the code host and start the next one; seconds without a request, or infinity when it was given up."""
    watch(_SETTLING_SECONDS)
    place.code.kill()
    place.deploy(f"pod-{number}")
    waited = place.feed.waited("a", GIVEN_UP_SECONDS)
    return float("inf") if waited is None else waited


def main(times: int) -> None:
    """Kill it so many times and print the table."""
    if reason := missing():
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as folder, postgres() as server, deployed(Path(folder), server) as place:
        seconds = [killed(place, number) for number in range(times)]
        lost, twice = len(place.lost()), place.twice()
    latest = quantiles(seconds, n=20, method="inclusive")[-1] if times > 1 else seconds[0]
    row = (spread(seconds, 1), f"{latest:,.1f}", str(lost), str(twice))
    sys.stdout.write(table(("seconds", "95th percentile", "records lost", "pages twice"), [row]) + f"\n\n{machine()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
