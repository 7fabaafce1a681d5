"""Keeps exceptions of others, and the frames they came through, from leaving an edge.

An exception holds the frames it came through, and a frame its variables: urllib3's hold the headers of the request, a registry client's its
password. It holds the exceptions before it as well. Whoever reports it may print all of that, so an exception of ours leaves an edge alone:
`raise … from None` hides a chain from Python's own traceback, and from nobody else.
"""

import traceback
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from http_source.foreign.text import Foreign, Redact, readable

E = TypeVar("E", bound=BaseException)
T = TypeVar("T")

_MOST_FRAMES = 12
_MOST_CAUSES = 5


def apart(
    call: Callable[[], T], kinds: type[Exception] | tuple[type[Exception], ...], failure: Callable[[Exception], Exception],
    ours: type[Exception] | tuple[type[Exception], ...] = (),
) -> T:
    """What the call gives. For an exception of these kinds, what `failure` makes of it is raised in its place, without a chain.

    Exceptions of `ours` are raised as they are, without the frames of libraries that they came through.
    """
    try:
        return call()
    except ours as error:
        raised: Exception = bare(error)
    except kinds as error:
        raised = bare(failure(error))
    # Here no exception is being handled any more that Python would chain to it.
    del call, failure
    raise raised


def bare(error: E) -> E:
    """The exception without its frames and without what it was raised from; it has to be raised where no other one is handled."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def trace(error: BaseException, redact: Redact | None) -> str:
    """Where an exception came from, as lines for a log: classes, words that may be shown, and places in source; no values."""
    chain = islice(causes(error), _MOST_CAUSES)
    return "\n".join(line for each in chain for line in (f"{type(each).__name__}: {readable(Foreign.of(each), redact)}", *_places(each)))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, what it was raised from, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _places(error: BaseException) -> Iterator[str]:
    """The innermost frames, the last one first."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    for frame in reversed(frames[-_MOST_FRAMES:]):
        yield f"  at {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}"
