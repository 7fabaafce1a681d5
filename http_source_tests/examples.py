"""How many examples the tests of laws look at."""

import os

_TIMES = int(os.environ.get("EXAMPLES", "1"))


def examples(few: int) -> int:
    """So many, which take seconds, or a multiple: `EXAMPLES=20 make test` looks at twenty times as many."""
    return few * _TIMES
