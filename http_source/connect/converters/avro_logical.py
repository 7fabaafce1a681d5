"""Logical types, and whether they hold: one that its schema makes impossible is ignored.

Source: Avro specification 1.12, "Logical Types".
"""

from math import floor, log10
from typing import Any

Json = dict[str, Any]

DECIMAL = "decimal"

_UNITS = ("millis", "micros", "nanos")
_CARRIERS: dict[str, tuple[str, ...]] = {
    "date": ("int",), "time-millis": ("int",), "time-micros": ("long",),
    **{f"{kind}-{unit}": ("long",) for kind in ("timestamp", "local-timestamp") for unit in _UNITS},
    "uuid": ("string", "fixed"), "duration": ("fixed",), DECIMAL: ("bytes", "fixed"), "big-decimal": ("bytes",),
}
_SIZES = {"uuid": 16, "duration": 12}
_FIXED = "fixed"


def logical_type(avro: Json) -> str | None:
    """The logical type of a schema, if it holds there."""
    logical = avro.get("logicalType")
    if not isinstance(logical, str) or avro["type"] not in _CARRIERS.get(logical, ()):
        return None
    if logical == DECIMAL:
        return logical if _is_decimal(avro) else None
    sized = avro["type"] != _FIXED or avro["size"] == _SIZES[logical]
    return logical if sized else None


def _is_decimal(avro: Json) -> bool:
    precision, scale = avro.get("precision"), avro.get("scale", 0)
    if type(precision) is not int or type(scale) is not int:
        return False
    return 0 <= scale <= precision and precision > 0 and (avro["type"] != _FIXED or precision <= _digits(avro["size"]))


def _digits(size: int) -> int:
    """How many digits a number of so many bytes has room for, whichever they are."""
    return floor(log10(2) * (8 * size - 1))
