"""What properties demand of each other, in small functions. A file judges what the one of its name in `options/` declares.

There is none for `options/auth.py`: each type judges its own properties, in its file of `edges/auth/`.
"""

from collections.abc import Iterator

from http_source.config.properties import ConnectorConfig
from http_source.config.rules import connection, connector, converter, delivery, output, producer, request, response, tls
from http_source.config.rules.rule import Rule
from http_source.errors import Finding

_ROOMS = (connector, request, tls, connection, response, output, converter, delivery, producer)
"""In the order of the properties."""


def check(config: ConnectorConfig, *others: Rule, complete: bool) -> Iterator[Finding]:
    """What all rules find, those of other rooms included.

    When the configuration is not complete, faulty properties are unset; a rule that asks for one has nothing to add to what is
    known of it and ends there.
    """
    for rule in (*(rule for room in _ROOMS for rule in room.RULES), *others):
        try:
            yield from rule(config)
        except AttributeError:
            if complete:
                raise
