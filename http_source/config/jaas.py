"""Reads who signs in to Kafka from a line of Java's `sasl.jaas.config` (JAAS, as Kafka's `JaasConfig` does)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_VALUE = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[^\s"\';=]+'
_OPTION = re.compile(rf"\s*([A-Za-z_][\w.]*)\s*=\s*({_VALUE})")
_LINE = re.compile(r"\s*([\w.$]+)\s+(required|requisite|sufficient|optional)\b(.*?);?\s*", re.DOTALL | re.IGNORECASE)

_EXTENSION = "extension_"
_FURTHER = ("scope",)

MODULES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "org.apache.kafka.common.security.plain.PlainLoginModule": (("PLAIN",), ("username", "password")),
    "org.apache.kafka.common.security.scram.ScramLoginModule": (("SCRAM-SHA-256", "SCRAM-SHA-512"), ("username", "password")),
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule": (("OAUTHBEARER",), ("clientId", "clientSecret")),
}
"""Login module → the mechanisms it is for, and the options it cannot do without."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in.

    Attributes:
        mechanisms: those that the login module is for.
        options: what the module is given, by Java's names.
    """

    mechanisms: tuple[str, ...]
    options: Mapping[str, str] = field(repr=False)

    @property
    def extensions(self) -> dict[str, str]:
        """What goes along with a token (KIP-342), such as Confluent Cloud's `logicalCluster` and `identityPoolId`."""
        return {name.removeprefix(_EXTENSION): value for name, value in self.options.items() if name.startswith(_EXTENSION)}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may see."""
        return tuple(self.options[name] for name in ("password", "clientSecret") if name in self.options)


def read_login(text: str) -> Login:
    """The login of one line. Raises ValueError with the second half of Connect's sentence, without a value."""
    line = _LINE.fullmatch(text)
    if line is None or line[1] not in MODULES:
        known = ", ".join(module.rpartition(".")[2] for module in MODULES)
        raise ValueError(f"Expected the full name of a login module, required, its options and a semicolon; the modules are {known}")
    mechanisms, needed = MODULES[line[1]]
    options = _options(line[3])
    if lacking := [name for name in needed if not options.get(name)]:
        raise ValueError(f"Its login module needs {' and '.join(lacking)}")
    taken = (*needed, *(_FURTHER if "OAUTHBEARER" in mechanisms else ()))
    if any(name not in taken and not (name.startswith(_EXTENSION) and "OAUTHBEARER" in mechanisms) for name in options):
        raise ValueError(f"Its login module takes {', '.join(taken)} here, and nothing else")
    return Login(mechanisms, options)


def _options(text: str) -> dict[str, str]:
    options, place = {}, 0
    while place < len(text.rstrip()):
        option = _OPTION.match(text, place)
        if option is None:
            raise ValueError('Expected options as name="value", with blanks between them and a backslash before a quotation mark in one')
        options[option[1]] = _unquoted(option[2])
        place = option.end()
    return options


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL) if value[0] in "\"'" else value
