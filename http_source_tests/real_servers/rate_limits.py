"""APIs behind limiters that are not ours: express-rate-limit from npm and Flask-Limiter from PyPI, each run on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed as from_npm
from http_source_tests.real_servers.program import running
from http_source_tests.real_servers.pypi import installed as from_pypi

EXPRESS_RATE_LIMIT, EXPRESS = "8.7.5", "5.3.0"
FLASK_LIMITER, FLASK = "4.1.1", "3.1.3"
HERE = Path(__file__).parent

Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Limited:
    """A running server, and what it says of each request."""

    url: str
    log: Path

    def lines(self, what: str, form: str) -> list[str]:
        """The paths of the requests that were asked, or refused, under a form; oldest first."""
        found = (line.split() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines())
        return [words[1] for words in found if words[0] == what and words[1].startswith(f"/{form}/")]


def express() -> Command:
    """What to run; skips the test without npm."""
    modules = from_npm("express-rate-limit", EXPRESS_RATE_LIMIT, f"express@{EXPRESS}", compiles=False)
    script = HERE / "express_rate_limit.mjs"
    return ["node", script, modules / "express" / "index.js", modules / "express-rate-limit" / "dist" / "index.mjs"]


def flask() -> Command:
    """What to run; skips the test where it cannot be installed."""
    return [from_pypi("Flask-Limiter", FLASK_LIMITER, f"Flask=={FLASK}") / "python", HERE / "flask_limiter_app.py"]


@contextmanager
def served(command: Command, folder: Path) -> Iterator[Limited]:
    """The server at work."""
    port = free_port(0)
    with running([*command, str(port)], folder, lambda written: "listening" in written):
        yield Limited(f"http://127.0.0.1:{port}", folder / f"{Path(command[0]).name}.log")
