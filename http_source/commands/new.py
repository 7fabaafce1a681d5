"""`http-source new`: a folder in which `dagster dev` runs and polls, with an example to replace by one's own.

JSON has no comments, and Confluent's tools take no other format: a page beside the example explains it.
"""

import argparse
import json
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from http_source.commands.command import CommandFailed, Commands, ExitCode, declare
from http_source.config.properties import PROPERTIES
from http_source.demo.options import PROJECT
from http_source.demo.programs import program
from http_source.foreign.text import Foreign, escape, readable

_EXAMPLE = "connectors/orders.json"
_FILES: Mapping[str, str] = {
    _EXAMPLE: _EXAMPLE,
    ".env": "env",
    ".env.example": "env",
    ".gitignore": "gitignore",
    "README.md": "README.md",
    "dagster.yaml": "dagster.yaml",
    "workspace.yaml": "workspace.yaml",
}
"""Files of a project, and what they are called in the package, where Git and packagers would obey a `.gitignore`."""

_PRIVATE = ".env"

_REPOSITORY = ".git"
"""A clone of an empty repository is an empty folder."""


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Creates a project that `dagster dev` runs: a folder for connectors with an example, Dagster's settings and a .env."
    parser = declare(commands, "new", sentence, _run, codes=("made", "the folder is not empty, or cannot be written"))
    parser.add_argument("folder", type=Path, metavar="DIR", help="the project's folder: a new or an empty one")


def _run(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    try:
        _refuse(folder)
        _make(folder)
    except OSError as error:
        raise CommandFailed(f"{_shown(folder)} cannot be written: {readable(Foreign.of(error), str)}. Name another folder.") from None
    print(*_next_steps(folder), sep="\n")
    return ExitCode.DONE


def _refuse(folder: Path) -> None:
    """Raise CommandFailed for anything but a folder that is empty or yet to be made."""
    if not folder.is_dir():
        if os.path.lexists(folder):
            raise CommandFailed(f"{_shown(folder)} exists, and is not a folder. Name a new or an empty folder.")
    elif found := next((each for each in folder.iterdir() if each.name != _REPOSITORY), None):
        raise CommandFailed(f"{_shown(folder)} is not empty; it contains {escape(found.name)}. Name a new or an empty folder.")


def _shown(folder: Path) -> str:
    return escape(str(folder))


def _make(folder: Path) -> None:
    """Write all files elsewhere first, so that there is a whole project or none."""
    with TemporaryDirectory(prefix=".http-source-new-", dir=folder if folder.is_dir() else folder.parent) as draft:
        whole = Path(draft, "project")
        _write(whole)
        if folder.is_dir():
            _move(whole, folder)
        else:
            whole.rename(folder)


def _move(whole: Path, folder: Path) -> None:
    """Move the project into a folder that stays the one it is: a shell may be in it."""
    moved: list[Path] = []
    try:
        moved.extend(entry.rename(folder / entry.name) for entry in sorted(whole.iterdir()))
    except OSError:
        for entry in moved:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise


def _write(folder: Path) -> None:
    (folder / "connectors").mkdir(parents=True)
    for name, source in _FILES.items():
        shutil.copyfile(PROJECT / source, folder / name)
    (folder / _PRIVATE).chmod(0o600)
    (folder / _EXAMPLE).with_suffix(".md").write_text("\n".join(_explained(folder / _EXAMPLE)), encoding="utf-8")


def _explained(file: Path) -> Iterator[str]:
    """What each property of a configuration does, for a page beside it."""
    yield f"# {file.name}, property by property"
    yield ""
    for name, value in json.loads(file.read_text(encoding="utf-8")).items():
        yield f"- `{name}` = `{value}`: {PROPERTIES[name].doc}"
    yield ""
    yield "`http-source describe` explains these and all the others."
    yield ""


def _next_steps(folder: Path) -> Iterator[str]:
    yield f"Made {_shown(folder)}: {_EXAMPLE} polls a sample API; README.md describes the rest. Next:"
    if folder.resolve() != Path.cwd():
        yield f"  cd {shlex.quote(str(folder))}"
    yield f"  {program('http-source')} sample    # the sample API, and a Kafka in memory if none listens where .env says"
    yield f"  {program('dagster')} dev           # in a second terminal: polls, and shows it at http://localhost:3000"
