"""docs/operating.md explains every state that `http-source status` may show, and no other."""

import re
from pathlib import Path

from http_source.orchestration.conditions import Condition

PAGE = (Path(__file__).parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")


def test_each_state_has_one_row() -> None:
    rows = re.findall(r"^\| ([A-Z_]+)(?: \(2 of 6\))? \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(condition.value for condition in Condition)
