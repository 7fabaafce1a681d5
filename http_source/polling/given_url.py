"""A URL as a person asked for it, taken apart: its address, its parameters and what each is for, and the keys among them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote_plus, urlsplit

from http_source.config.likely_keys import is_named_as_key, is_plain
from http_source.config.variables import OFFSET, escaped
from http_source.polling.parameter_roles import Role, role_of


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query, as it was written.

    Attributes:
        variable: the environment variable that is to hold its value; empty where that can be no key.
    """

    name: str
    value: str
    variable: str = ""

    @property
    def role(self) -> Role:
        """What it is for."""
        return role_of(unquote_plus(self.name), self.plain)

    @property
    def plain(self) -> str:
        """Its value, decoded."""
        return unquote_plus(self.value)

    @property
    def is_key(self) -> bool:
        """Whether it may be a key: by its name, or by its looks where its name says nothing else; none has blanks."""
        if is_named_as_key(unquote_plus(self.name), self.value):
            return True
        return self.role is Role.OTHER and " " not in self.plain and not is_plain(self.value)

    def __str__(self) -> str:
        """As a configuration writes it."""
        return f"{self.name}=${{env:{self.variable}}}" if self.variable else escaped(f"{self.name}={self.value}")


@dataclass(frozen=True)
class GivenUrl:
    """The parts of a URL: the address, which stands before the query, and the query's parameters."""

    address: str
    parameters: Sequence[Parameter]

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The keys, by the variables that are to hold them."""
        return {each.variable: each.value for each in self.parameters if each.variable}

    @cached_property
    def noun(self) -> str:
        """What its path ends with."""
        return urlsplit(self.address).path.rstrip("/").rpartition("/")[2]

    def with_role(self, *roles: Role) -> Parameter | None:
        """The first parameter for one of these."""
        return next((each for each in self.parameters if each.role in roles and not each.variable), None)

    def query(self, offset: str = "") -> str:
        """The query, with `${offset}` as the value of the parameter of that name, which is added where it is not there."""
        items = [f"{each.name}={OFFSET}" if each.name == offset else str(each) for each in self.parameters]
        is_there = not offset or any(each.name == offset for each in self.parameters)
        return "&".join(items if is_there else [*items, f"{offset}={OFFSET}"])

    @property
    def keys(self) -> str:
        """The part of the query that may be keys."""
        return "&".join(str(each) for each in self.parameters if each.variable)

    @property
    def without_keys(self) -> str:
        """The whole URL but for these."""
        query = "&".join(f"{each.name}={each.value}" for each in self.parameters if not each.variable)
        return f"{self.address}?{query}" if query else self.address


def take_apart(url: str, connector: str) -> GivenUrl:
    """The parts of a URL; keys are to be held by variables that are named for the connector and the parameter."""
    address, _, query = url.partition("?")
    items = (item.partition("=") for item in query.split("&"))
    parameters = [Parameter(name, value) for name, _, value in items if name.strip()]
    variables = _variables([each.name for each in parameters if each.is_key], connector)
    return GivenUrl(address, [replace(each, variable=next(variables)) if each.is_key else each for each in parameters])


def _variables(names: Sequence[str], connector: str) -> Iterator[str]:
    """The name of a variable for each; a parameter may be there more than once."""
    for place, name in enumerate(names):
        words = re.sub("[^A-Z0-9]+", "_", f"{connector}_{unquote_plus(name)}".upper()).strip("_")
        before = names[:place].count(name)
        yield ("_" if words[:1].isdigit() else "") + words + (f"_{before + 1}" if before else "")
