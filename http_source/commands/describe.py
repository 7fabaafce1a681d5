"""`http-source describe`: the properties, from where they are declared."""

import argparse
import re
from collections.abc import Iterable, Sequence
from inspect import getdoc

from http_source.commands.command import CommandFailed, Commands, ExitCode, add_json, completed_by, declare, print_json
from http_source.config.findings import shown
from http_source.config.properties import GROUPS, NAMES, Property, properties_of
from http_source.config.reference import describe, lookup
from http_source.config.refusal import Refusal
from http_source.config.refused import REFUSED
from http_source.errors import ConfigurationError

_CLASS = re.compile(r"(org|io|com)\.[A-Za-z0-9_.$]+\.[A-Z][A-Za-z0-9_$]*")


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Describes all properties by group, or one of them."
    parser = declare(commands, "describe", sentence, _run, codes=("described", "there is no such property"))
    choice = parser.add_mutually_exclusive_group()
    words = "such as http.offset.mode, or the class of a transform"
    completed_by(choice.add_argument("property", nargs="?", metavar="PROPERTY", help=words), property_names)
    choice.add_argument("--group", choices=list(GROUPS), help="the properties of one group")
    add_json(parser, "a list of properties, or the one,")


def property_names(_prefix: str, _arguments: argparse.Namespace) -> Sequence[str]:
    """Complete the name of a property."""
    return (*NAMES, *(name for name in REFUSED if "*" not in name))


def property_fields(name: str) -> dict[str, object]:
    """A property for machines; a refused one has no group, and says why. Raises ConfigurationError for a name that is none."""
    known, refusal = lookup(name)
    return {
        "name": known.name,
        "aliases": known.aliases,
        "group": None if refusal else next(group for group, fields in GROUPS.items() if known in properties_of(fields).values()),
        "type": known.type.name,
        "required": known.required,
        "default": known.default if isinstance(known.default, bool | int) else known.default_text,
        "valid_values": known.type.valid_values,
        "importance": known.importance,
        "secret": known.secret,
        "since": None if refusal else known.since,
        "description": known.doc,
        "refused": refusal is not None,
        "accepted_values": list(refusal.harmless) if refusal else None,
    }


def _run(arguments: argparse.Namespace) -> int:
    groups = {arguments.group: GROUPS[arguments.group]} if arguments.group else GROUPS
    refused = {} if arguments.group else REFUSED
    if arguments.property:
        _describe_one(arguments.property, as_json=arguments.json)
    elif arguments.json:
        names = [known.name for group in groups.values() for known in properties_of(group).values()]
        print_json([property_fields(name) for name in (*names, *refused)])
    else:
        print("\n\n".join([*map(_section, groups.values()), *([_unsupported(refused.values())] if refused else [])]))
    return ExitCode.DONE


def _describe_one(name: str, *, as_json: bool) -> None:
    try:
        if as_json:
            print_json(property_fields(name))
        else:
            print(_class(name) if _CLASS.fullmatch(name) else describe(name))
    except ConfigurationError as error:
        raise CommandFailed(str(error.findings[0])) from None
    except ValueError as error:
        raise CommandFailed(f"{shown(name)}: {error}") from None


def _class(name: str) -> str:
    # Imported here: dozens of classes that who asks for a property need not wait for.
    from http_source.connect.transforms.reference import describe_class  # noqa: PLC0415

    return describe_class(name)


def _section(group: type) -> str:
    return "\n".join([f"{getdoc(group)}", *(line for known in properties_of(group).values() for line in _lines(known))])


def _unsupported(refused: Iterable[Refusal]) -> str:
    title = "Known, but not supported in this version: each is refused by name."
    return "\n".join([title, *(line for refusal in refused for line in _lines(refusal.declared))])


def _lines(known: Property) -> tuple[str, ...]:
    return ("", f"  {known.name}{_value(known)}", f"    {known.doc}")


def _value(known: Property) -> str:
    """What a file without the property has; nothing for one that is not set."""
    if known.required:
        return " (required)"
    return "" if known.default_text is None else f" = {known.default_text}"
