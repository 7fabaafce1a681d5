"""What `http-source migrate` says of each public configuration. Run as a module, it writes `sentences/` anew, to be read and kept."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from http_source.cli import main

HERE = Path(__file__).parent
FOLDER = HERE / "configurations"
SENTENCES = HERE / "sentences"
FILES = sorted(file.name for file in FOLDER.iterdir())
ENVIRONMENT = {
    "CUSTOMERS_TOKEN": "a-made-up-token",
    "KAFKA_API_KEY": "a-key",
    "KAFKA_API_SECRET": "a-made-up-secret",
    "REPOSITORY_EVENTS_SOURCE_AUTHORIZATION": "a-made-up-token",
}
"""What the owners' environments hold."""


def said(name: str) -> tuple[int, str]:
    """The exit code, and what stands beside the configuration that is written."""
    words = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(words):
        code = main(["migrate", str(FOLDER / name)])
    return code, words.getvalue()


def sentences_of(name: str) -> Path:
    """Where they are kept."""
    return SENTENCES / f"{name}.txt"


if __name__ == "__main__":
    os.environ.update(ENVIRONMENT)
    for each in FILES:
        sentences_of(each).write_text(said(each)[1], encoding="utf-8")
