"""`python -m http_source_tests.crash.sweep --kills 20 --pages 200`: the numbers for docs/measurements.md."""

import argparse
import logging

from http_source_tests.crash.rehearsal import SIZE, at_random, rehearse


def main() -> None:
    """Kill, restart, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    kills, pages = options.kills, options.pages
    logging.disable(logging.CRITICAL)
    verdict, rehearsal = rehearse(pages, at_random(kills, pages))
    repeated = sorted(records / SIZE for records in verdict.repeated)
    print(f"{pages} pages of {SIZE} records, {kills} kills, {len(rehearsal.resumed)} restarts")  # noqa: T201 - it is a command
    print(f"lost: {verdict.lost} records; out of order: {len(verdict.skipped)} places")  # noqa: T201
    print(f"repeated: {sum(repeated):.1f} pages in {len(repeated)} places, at most {max(repeated, default=0):.1f} "  # noqa: T201
          f"in one, {sum(repeated) / kills:.1f} per kill on average")


if __name__ == "__main__":
    main()
