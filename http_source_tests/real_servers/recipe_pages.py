"""What the pages of `docs/recipes/` show: replies of the server they are for, and what commands print of it.

On a page `…` stands for anything: for what is left out, and for what differs each time, such as an id. White space does not count.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from http_source.assembly.loading import load_config
from http_source_tests.kafka import kafka
from http_source_tests.real_servers.recipes import RECIPES, arrived, moved, polling, printed, recipe
from http_source_tests.waiting import until

API, REASONING, CONFIGURATION, SEEN, TO_CHECK = FORM = (
    "The API", "Reasoning", "Configuration", "What you see", "To check in your installation",
)
"""The sections of each page, in this order."""

_FENCE = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ http-source (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply, as a page shows them: two or three parts with a blank line between each."""

    method: str
    target: str
    body: str
    reply: str

    def sent_to(self, origin: str, session: requests.Session) -> str:
        """The reply of the server there, with those headers that the page shows."""
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if self.body else {})
        with session.request(self.method, origin + self.target, data=self.body.encode(), headers=headers, timeout=60) as answer:
            head, *_ = self.reply.partition("\n\n")
            named = [line.partition(":")[0] for line in head.splitlines()[1:]]
            lines = [f"{answer.status_code} {answer.reason}", *(f"{name}: {answer.headers.get(name)}" for name in named)]
            return "\n".join([*lines, "", answer.text])


def sections(page: str) -> dict[str, str]:
    """The text below each heading of a page; what comes before the first one is below the page's title."""
    text = (RECIPES / f"{page}.md").read_text(encoding="utf-8")
    parts = re.split(r"^#{1,2} (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def exchanges(page: str) -> Iterator[Exchange]:
    """What the page shows of its API."""
    for block in _FENCE.findall(sections(page)[API]):
        asked, _, reply = block.partition("\n\n")
        line, _, body = asked.partition("\n")
        method, _, target = line.partition(" ")
        yield Exchange(method, target, body, reply)


def commands(page: str) -> list[tuple[str, str]]:
    """The arguments of each command that the page shows, and what it shows of the output."""
    return [each for block in _FENCE.findall(sections(page)[SEEN]) for each in _COMMAND.findall(block)]


def missing(shown: str, came: str) -> str:
    """The first part of what is shown that did not come in its place; empty if all of it came, and nothing else where there is no `…`."""
    first, *others = ("".join(part.split()) for part in shown.split("…"))
    rest = "".join(came.split())
    if not rest.startswith(first):
        return first
    rest = rest.removeprefix(first)
    if not others:
        return rest and f"{first} and no more"
    *middle, last = others
    for part in middle:
        _, found, rest = rest.partition(part)
        if found != part:
            return part
    return "" if rest.endswith(last) else last


def compare(  # noqa: PLR0913 - the last two are for APIs that want somebody signed in
    page: str, origin: str, folder: Path, *,
    records: int, session: requests.Session | None = None, environment: Mapping[str, str] | None = None,
) -> None:
    """Fail where a page shows something else than comes of the server at that origin.

    `consume` shows a topic to which so many records were delivered by the page's first configuration. The session is one that signs in
    where the API wants that.
    """
    first, *_ = configurations = printed(page)
    usual = "{0.scheme}://{0.netloc}".format(urlsplit(str(first["url"] if "://" in str(first["url"]) else first["http.initial.offset"])))
    came = [(each.reply, each.sent_to(origin, session or requests.Session())) for each in exchanges(page)]
    (folder / "connectors").mkdir()
    for each in configurations:
        (folder / "connectors" / f"{each['name']}.json").write_text(json.dumps(moved(each, origin)), encoding="utf-8")
    config = load_config(first, environment=environment).config
    (topic,) = map(config.output.topic_of, config.request.entities)
    with kafka(topic) as cluster:
        with polling(recipe(page, origin), cluster, environment=environment) as task:
            until(lambda: len(arrived(cluster, topic)) >= records or any(entity.failure for entity in task.entities))
        variables = {"KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap} | dict(environment or {})
        came += [(shown, _printed_by(command, folder, variables)) for command, shown in commands(page)]
    compared = [(shown, each.replace(origin, usual)) for shown, each in came]
    found = [f"{part} is missing in:\n{each}" for shown, each in compared if (part := missing(shown, each))]
    assert not found, "\n\n".join(found)


def _printed_by(command: str, folder: Path, variables: Mapping[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "http_source.cli", *shlex.split(command)], cwd=folder, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables},
    )
    return ran.stdout
