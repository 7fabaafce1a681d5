"""`/admin/loggers` (KIP-495, 976): from which level on this process logs.

Runs have processes of their own, and follow their environment.
"""

import logging
import time
from collections.abc import Iterator, Mapping

from starlette.responses import Response
from starlette.routing import Route

from http_source.logs.lines import OWN
from http_source.logs.settings import LEVELS
from http_source.rest.answers import Refused, answer, nothing
from http_source.rest.calls import Call, endpoint

ROOT = "root"
_SET: Mapping[str, int] = {**LEVELS, "OFF": logging.CRITICAL + 1, "ALL": 1}
"""What may be set."""

_JAVA: Mapping[int, str] = {
    _SET["OFF"]: "OFF", logging.CRITICAL: "FATAL", logging.ERROR: "ERROR", logging.WARNING: "WARN", logging.INFO: "INFO",
    logging.DEBUG: "DEBUG", LEVELS["TRACE"]: "TRACE", _SET["ALL"]: "ALL",
}

_changed: dict[str, int] = {}
"""When the level of a logger was changed, in milliseconds since the epoch."""


def levels(_: Call) -> Response:
    """All loggers."""
    return answer({name: _document(name) for name in sorted(_names())})


def level(call: Call) -> Response:
    """One of them."""
    return answer(_document(_known(call.path["logger"])))


def change(call: Call) -> Response:
    """Change the level of a logger and of those below it; the names of those that had another one, and nothing for `scope=cluster`."""
    number, name = _number(call.body), _known(call.path["logger"])
    changed = [each for each in sorted({name, *_below(name)}) if _logger(each).getEffectiveLevel() != number]
    now = time.time_ns() // 1_000_000
    for each in {name, *_below(name)}:
        _logger(each).setLevel(number)
    _changed.update(dict.fromkeys(changed, now))
    # The cluster is this one worker.
    return nothing(204) if call.query.get("scope", "").lower() == "cluster" else answer(changed)


def _number(body: object) -> int:
    wanted = body.get("level") if isinstance(body, dict) else None
    if not isinstance(wanted, str):
        raise Refused(400, 'The body has no level. Send {"level": "DEBUG"}, or another one of ' + f"{', '.join(_SET)}.")
    if wanted.upper() not in _SET:
        raise Refused(404, f"There is no level {wanted[:40]}. Send one of {', '.join(_SET)}.")
    return _SET[wanted.upper()]


def _known(name: str) -> str:
    """A logger that there is: no request may make new ones without end."""
    if name not in _names():
        raise Refused(404, f"Logger {name} not found. GET /admin/loggers lists those of this process; {OWN} is above all of http-source.")
    return name


def _names() -> frozenset[str]:
    return frozenset({ROOT, OWN, *logging.root.manager.loggerDict.copy()})


def _below(name: str) -> Iterator[str]:
    return (each for each in _names() if name == ROOT or each.startswith(f"{name}."))


def _logger(name: str) -> logging.Logger:
    return logging.getLogger("" if name == ROOT else name)


def _document(name: str) -> dict[str, object]:
    number = _logger(name).getEffectiveLevel()
    # Levels between the named ones count as the next above.
    named = next((word for at, word in sorted(_JAVA.items()) if at >= number), "OFF")
    return {"level": named, "last_modified": _changed.get(name)}


ROUTES = (
    Route("/admin/loggers", endpoint(levels)),
    Route("/admin/loggers/{logger}", endpoint(level)),
    Route("/admin/loggers/{logger}", endpoint(change, takes_body=True), methods=["PUT"]),
)
