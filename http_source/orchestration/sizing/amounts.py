"""Figures for people: three digits at most say as much as an estimate knows."""

_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1000
_SMALL = 10


def size(count: float) -> str:
    """Bytes in the unit in which they have one to three digits, such as 1.3 GB."""
    amount, unit = float(count), _UNITS[0]
    for unit in _UNITS:
        if amount < _STEP or unit == _UNITS[-1]:
            break
        amount /= _STEP
    return f"{number(amount)} {unit}"


def number(amount: float) -> str:
    """A number as a person reads it: decimals only where it is small."""
    if amount and abs(amount) < 1:
        return f"{amount:.2g}"
    return f"{amount:.1f}".removesuffix(".0") if amount < _SMALL else f"{amount:,.0f}"


def rounded(count: float, what: str) -> str:
    """A number of things, with as many digits as it has for people."""
    shown = number(count)
    return f"{shown} {what}{'' if shown == '1' else 's'}"
