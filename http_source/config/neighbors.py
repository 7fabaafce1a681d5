"""The configuration files of a folder, and which of their connectors Dagster cannot tell apart."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from http_source.config.findings import shown, some
from http_source.config.slug import is_reserved, names_of
from http_source.errors import Finding


def connector_files(folder: Path) -> list[Path]:
    """The folder's `*.json` without those that begin with a dot: editors and file systems put their own there."""
    return sorted(file for file in folder.glob("*.json") if not file.name.startswith("."))


def taken(names: Mapping[Path, str]) -> Mapping[Path, Finding]:
    """File → connector's name, of one folder; the mistake of each that takes a name of another, since nobody knows which is meant."""
    owners: dict[str, set[Path]] = defaultdict(set)
    for file, name in names.items():
        for each in names_of(name):
            owners[each].add(file)
    found = {}
    for file, name in names.items():
        rivals = sorted(set[Path]().union(*(owners[each] for each in names_of(name))) - {file})
        if rivals:
            found[file] = _clash(name, {rival: names[rival] for rival in rivals})
        elif is_reserved(name):
            found[file] = Finding("name", f"Dagster cannot distinguish {shown(name)} from the daily upkeep. Give it another name.")
    return found


def _clash(name: str, rivals: Mapping[Path, str]) -> Finding:
    files = some([file.name for file in rivals])
    if set(rivals.values()) == {name}:
        return Finding("name", f"The connector {shown(name)} is in {files} as well, so none of them is started: it is not clear which one "
                               "is meant. Give each its own name, or move the wrong file out of the folder.")
    others = f"{some(list(dict.fromkeys(rivals.values())))} in {files}"
    return Finding("name", f"Dagster cannot distinguish {shown(name)} from {others}, so none of them is started. Give each its own name.")
