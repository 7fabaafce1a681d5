"""`make site`: every page is in the table of contents, and every link and anchor in it leads somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["'](?:https?:)?//[^"']+"""
    r"""|@import[^;]+//|url\(["']?(?:https?:)?//[^)]+"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make site` builds it, in a folder of its own."""
    pytest.importorskip("sphinx", reason="`make test-lowest` installs the group `test` alone; the site needs the group `site`")
    folder = tmp_path_factory.mktemp("site")
    (command,) = re.findall(r"^\t@\$\(BIN\)/(python -m sphinx .+) docs build/site$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    # Pages that were parsed are kept in the folder itself, not beside it.
    built = subprocess.run(
        [sys.executable, *command.split()[1:], "-d", str(folder / "doctrees"), "docs", str(folder / "html")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "html"


def test_every_page_is_built_without_a_warning(site: Path) -> None:
    pages = {page.relative_to(ROOT / "docs").with_suffix(".html") for page in (ROOT / "docs").rglob("*.md")}
    assert pages <= {page.relative_to(site) for page in site.rglob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """A reader without the network sees the same, and nobody learns what is read."""
    text = "\n".join(file.read_text("utf-8") for file in (*site.rglob("*.html"), *site.rglob("*.css")))
    assert ELSEWHERE.findall(text) == []
