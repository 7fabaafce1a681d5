"""`http-source describe`: the properties, from where they are declared."""

import argparse
from collections.abc import Sequence
from inspect import getdoc

from http_source.commands.command import CommandFailed, Commands, ExitCode, add_json, completed_by, declare, print_json
from http_source.config.properties import GROUPS, PROPERTIES, Property, properties_of
from http_source.config.reference import describe
from http_source.config.refused import refusal_of
from http_source.errors import ConfigurationError


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Describes all properties by group, or one of them."
    parser = declare(commands, "describe", sentence, _run, codes=("described", "there is no such property"))
    choice = parser.add_mutually_exclusive_group()
    completed_by(choice.add_argument("property", nargs="?", metavar="PROPERTY", help="such as http.offset.mode"), property_names)
    choice.add_argument("--group", choices=list(GROUPS), help="the properties of one group")
    add_json(parser, "a list of properties, or the one,")


def property_names(prefix: str, *, parsed_args: argparse.Namespace, **_: object) -> Sequence[str]:  # noqa: ARG001 - a completer's arguments
    """Complete the name of a property."""
    return tuple(PROPERTIES)


def property_fields(name: str) -> dict[str, object]:
    """A property for machines. Raises KeyError for a name that is none."""
    known = PROPERTIES[name]
    return {
        "name": known.name,
        "group": next(group for group, fields in GROUPS.items() if known in properties_of(fields).values()),
        "type": known.type.name,
        "required": known.required,
        "default": _default(known),
        "valid_values": known.type.valid_values,
        "importance": known.importance,
        "secret": known.secret,
        "since": known.since,
        "description": known.doc,
    }


def _run(arguments: argparse.Namespace) -> int:
    groups = {arguments.group: GROUPS[arguments.group]} if arguments.group else GROUPS
    names = [known.name for group in groups.values() for known in properties_of(group).values()]
    if arguments.property:
        _describe_one(arguments.property, as_json=arguments.json)
    elif arguments.json:
        print_json([property_fields(name) for name in names])
    else:
        print("\n\n".join(map(_section, groups.values())))
    return ExitCode.DONE


def _describe_one(name: str, *, as_json: bool) -> None:
    try:
        described = describe(name)
    except ConfigurationError as error:
        raise CommandFailed(str(error.findings[0])) from None
    if not as_json:
        print(described)
    elif name in PROPERTIES:
        print_json(property_fields(name))
    elif refusal := refusal_of(name):
        print_json({"name": name, "refused": refusal.reason})


def _section(group: type) -> str:
    lines = [f"{getdoc(group)}"]
    for known in properties_of(group).values():
        lines += ["", f"  {known.name}{_value(known)}", f"    {known.doc}"]
    return "\n".join(lines)


def _value(known: Property) -> str:
    """What a file without the property has; nothing for one that is not set."""
    default = _default(known)
    if known.required:
        return " (required)"
    return "" if default is None else f" = {str(default).lower() if isinstance(default, bool) else default}"


def _default(known: Property) -> str | int | None:
    if known.required or known.default is None or known.default == ():
        return None
    return known.default if isinstance(known.default, bool | int) else str(known.default)
