"""Asks a person at a terminal what a configuration should hold; each answer is checked at once."""

import sys
from collections.abc import Mapping
from getpass import getpass
from typing import TextIO

from http_source.assembly.loading import load_config
from http_source.commands.command import CommandFailed
from http_source.commands.starter import Starter, draft
from http_source.config.properties import PROPERTIES
from http_source.edges.auth import AUTH_TYPES
from http_source.errors import ConfigurationError, Finding

_ASKED = (
    "http.offset.mode",
    "url",
    "entity.names",
    "name",
    "topic.name.pattern",
    "http.request.parameters",
    "http.window.start",
    "http.initial.offset",
    "http.response.data.json.pointer",
    "http.offset.json.pointer",
    "http.next.page.json.pointer",
    "request.interval.ms",
    "auth.type",
    *dict.fromkeys(name for each in AUTH_TYPES.values() for name in (*each.needs, *each.sample)),
)
"""In this order, since the first ones decide which of the others come up."""


def interview(given: Mapping[str, str], stdin: TextIO) -> dict[str, str]:
    """What was given, and an answer for everything else. Raises CommandFailed when the input ends before that."""
    answers = dict(given)
    _tell("An empty answer accepts the value in brackets. Ctrl-C ends without writing anything.\n")
    for name in _ASKED:
        proposed = draft(answers)
        if name in proposed and name not in answers:
            answers[name] = _ask(name, proposed, stdin)
    return answers


def fill_gaps(given: Mapping[str, str], stdin: TextIO) -> dict[str, str]:
    """What was given, and an answer for what only a person can know. Raises CommandFailed when the input ends before that."""
    answers = dict(given)
    while gaps := [name for name, value in draft(answers).items() if value is None]:
        answers[gaps[0]] = _ask(gaps[0], draft(answers), stdin)
    return answers


def _ask(name: str, proposed: Starter, stdin: TextIO) -> str:
    default = proposed[name]
    _tell(f"\n{PROPERTIES[name].doc}\n")
    while True:
        answer = _read(name, default, stdin) or default
        mistakes = _mistakes(name, {**proposed, name: answer})
        if answer is not None and not mistakes:
            return answer
        _tell("".join(f"  {finding.message}\n" for finding in mistakes))


def _read(name: str, default: str | None, stdin: TextIO) -> str:
    accepted = PROPERTIES[name].type.valid_values
    prompt = f"{name}{f' ({accepted})' if accepted else ''}{f' [{default}]' if default else ''}: "
    try:
        return getpass(prompt) if PROPERTIES[name].secret else _line(prompt, stdin)
    except EOFError:
        raise CommandFailed("The input ended before all questions were answered, so nothing was written.") from None


def _line(prompt: str, stdin: TextIO) -> str:
    _tell(prompt)
    line = stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _mistakes(name: str, proposed: Starter) -> list[Finding]:
    """What is wrong with one property, given the others."""
    try:
        load_config(proposed)
    except ConfigurationError as error:
        return [finding for finding in error.findings if finding.property == name]
    return []


def _tell(text: str) -> None:
    """Talk on stderr, since stdout may be where the configuration goes."""
    sys.stderr.write(text)
    sys.stderr.flush()
