"""README.md and docs/ are in plain English: sentences that people stumbled over are kept out by their patterns."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRINTED = {"properties.md", "transforms.md", "faults.md", "changelog.md"}
"""Made of texts that stand elsewhere: in the code, in the catalogue of faults, in CHANGELOG.md."""

PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name not in PRINTED)]
INSTEAD = {
    r"(?<!there )\b(?:is|are) no (?!longer\b|more\b)": "is not a",
    r"\btells?\b|\btold\b|\btelling\b": "report, log, warn, say",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\b[Aa]ll (?:its |the )?mistakes at once\b": "all mistakes are reported together",
    r"\bcom(?:e|es|ing) (?:a second time|once more|again|twice)\b|\bcame (?:again|twice)\b(?! means)": "is delivered again",
    r"\b(?:go|goes|went|going) on (?:where|from|at|with)\b|\bgo(?:es)? on\b": "resumes, continues",
    r"\bwrites on\b|\bpolls on\b": "keeps writing, keeps polling",
    r"\b(?:thought|taken) (?:to be|for) dead\b": "presumed dead",
    r"\bcomes? into being\b": "is created",
    r"\b(?:that|which) (?:is|are) (?:not )?there\b(?! to)": "existing, missing",
    r"\b[Oo]f what .{1,60} (?:says?|counts?)\b": "if they disagree, the newer one wins",
    r"\bmakes? known\b": "records",
    r"\btakes? what\b": "applies to",
    r"\bis had\b|\bto be had\b": "is available",
    r"\basked for (?:again|anew|once more)\b": "requested again",
    r"\banew\b": "again, from the beginning",
    r"\bwhatever (?:it|that|they) (?:is|says?|are)\b(?! when)": "in any case",
    r"\bWho (?:has|is|wants|asks|comes|signs|needs|sends)\b": "a client that, if you",
    r"\b(?:laid|lays?) to rest\b|\bat rest\b": "paused, not polled",
    r"\blooked last\b": "last tick",
    r"\b1 records\b": "1 record",
    r"\bfor ever\b": "forever",
    r"\bin the clear\b": "in clear text",
}
"""What reads oddly → what to write."""


def prose(page: Path) -> str:
    """What the page says itself: without blocks, quoted words and code."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`]*`|\"[^\"]*\"|\*[^*\n]+\*(?!\*)", "", text)


@pytest.mark.parametrize(("odd", "plain"), INSTEAD.items(), ids=INSTEAD.values())
def test_no_page_reads_oddly(odd: str, plain: str) -> None:
    found = {str(page.relative_to(ROOT)): [match[0] for match in re.finditer(odd, prose(page))] for page in PAGES}
    assert {page: words for page, words in found.items() if words} == {}, f"write: {plain}"
