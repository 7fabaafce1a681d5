"""README.md, docs/ and what the code says are in plain English: sentences that people stumbled over are kept out by their patterns."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRINTED = {"changelog.md"}
"""Made of CHANGELOG.md."""

PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name not in PRINTED)]
INSTEAD = {
    r"(?<![Tt]here )\b(?:is|are) no (?!longer\b|more\b)": "is not a",
    r"\bnot\b[^.;:]{0,60}\bany ?more\b": "no longer",
    r"\b(?:does|do|may) not look at\b": "ignores",
    r"\bin the place of\b": "instead of",
    r"\b(?:is|are) not there\b|\bmust be there\b|\bis there already\b": "is missing, does not exist, must exist, exists",
    r"\bfor so (?:long|many)\b|\b[Ss]o (?:many|often|long)\b[^.]{0,30}\bat most\b": "for this time, at most",
    r"\ball the same\b": "anyway",
    r"\bwithout (?:it|one) (?:the|all|as)\b": "default:",
    r"\bin nothing that is sent\b": "not used in any request",
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


def sentences(module: Path) -> str:
    """What the module may say to a user, a line for each text: without docstrings, and with `…` for what is filled in."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return "\n".join(text for text in _texts(tree, silent) if " " in text)


def _texts(node: ast.AST, silent: set[int]) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values).replace("\n", " ")
        children: list[ast.AST] = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and id(node) not in silent:
            yield node.value.replace("\n", " ")
        return
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _texts(child, silent)


def _without_quotes(text: str) -> str:
    return re.sub(r"`[^`\n]*`|\"[^\"\n]*\"", "", text)


@cache
def of_pages() -> Mapping[Path, str]:
    return {page: prose(page) for page in PAGES}


@cache
def of_the_code() -> Mapping[Path, str]:
    return {module: _without_quotes(sentences(module)) for module in sorted((ROOT / "http_source").rglob("*.py"))}


@pytest.mark.parametrize(("odd", "plain"), INSTEAD.items(), ids=INSTEAD.values())
def test_no_page_reads_oddly(odd: str, plain: str) -> None:
    assert _found(odd, of_pages()) == {}, f"write: {plain}"


@pytest.mark.parametrize(("odd", "plain"), INSTEAD.items(), ids=INSTEAD.values())
def test_no_sentence_of_the_code_reads_oddly(odd: str, plain: str) -> None:
    assert _found(odd, of_the_code()) == {}, f"write: {plain}"


def _found(odd: str, texts: Mapping[Path, str]) -> Mapping[str, list[str]]:
    found = {str(file.relative_to(ROOT)): [match[0] for match in re.finditer(odd, text)] for file, text in texts.items()}
    return {file: words for file, words in found.items() if words}


def test_the_sentences_of_a_module_are_found_and_its_docstrings_are_not(tmp_path: Path) -> None:
    """Also those within what is filled in."""
    module = tmp_path / "module.py"
    module.write_text('"""It is no docstring."""\nA = f"It is {B or \'what it told\'} here."\nC = "one"\n', encoding="utf-8")
    assert sentences(module) == "It is … here.\nwhat it told"
