"""Asks a person at a terminal what a configuration should hold; each answer is checked at once."""

import sys
from collections.abc import Mapping
from getpass import getpass

from http_source.commands.command import CommandFailed
from http_source.commands.draft import Draft, draft
from http_source.config.properties import PROPERTIES
from http_source.errors import ConfigurationError, Finding
from http_source.loading import load_config

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
    "connection.user",
    "connection.password",
    "bearer.token",
)
"""In this order, since the first ones decide which of the others come up."""


def interview(given: Mapping[str, str]) -> dict[str, str]:
    """What was given, and an answer for everything else. Raises CommandFailed when the input ends before that."""
    answers = dict(given)
    _tell("An empty answer takes what stands in brackets. Ctrl-C ends this, and nothing is written.\n")
    for name in _ASKED:
        proposed = draft(answers)
        if name in proposed and name not in answers:
            answers[name] = _ask(name, proposed)
    return answers


def fill_gaps(given: Mapping[str, str]) -> dict[str, str]:
    """What was given, and an answer for what only a person can know. Raises CommandFailed when the input ends before that."""
    answers = dict(given)
    while gaps := [name for name, value in draft(answers).items() if value is None]:
        answers[gaps[0]] = _ask(gaps[0], draft(answers))
    return answers


def _ask(name: str, proposed: Draft) -> str:
    default = proposed[name]
    _tell(f"\n{PROPERTIES[name].doc}\n")
    while True:
        answer = _read(name, default) or default
        mistakes = _mistakes(name, {**proposed, name: answer})
        if answer is not None and not mistakes:
            return answer
        _tell("".join(f"  {finding.message}\n" for finding in mistakes))


def _read(name: str, default: str | None) -> str:
    accepted = PROPERTIES[name].type.valid_values
    prompt = f"{name}{f' ({accepted})' if accepted else ''}{f' [{default}]' if default else ''}: "
    try:
        return getpass(prompt) if PROPERTIES[name].secret else _line(prompt)
    except EOFError:
        raise CommandFailed("The input ended before everything was answered, so nothing was written.") from None


def _line(prompt: str) -> str:
    _tell(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _mistakes(name: str, proposed: Draft) -> list[Finding]:
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
