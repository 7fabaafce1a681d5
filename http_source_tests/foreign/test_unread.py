"""No module makes a text of foreign words but by `readable`; a new edge that does so is found.

What is read is in `unread.py`. `demo/` is left out: it is the other side, a sample API and registry that answer with their own words.
"""

from functools import cache
from pathlib import Path

import pytest

from http_source_tests.foreign.unread import ours_in, unread

PACKAGE = Path(__file__).parents[2] / "http_source"
LEFT_OUT = {"demo", "foreign"}
OUTSIDE = {"edges", "delivery", "assembly", "task.py"}
"""Where a ValueError may be anybody's; elsewhere this project raises it itself, with a sentence of its own."""

MODULES = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
SOURCES = {str(module): (PACKAGE / module).read_text() for module in MODULES if module.parts[0] not in LEFT_OUT}


@cache
def ours() -> frozenset[str]:
    return ours_in(SOURCES.values()) | {"MemoryError"}


def found_in(module: str, source: str) -> list[str]:
    known = ours() if Path(module).parts[0] in OUTSIDE else ours() | {"ValueError"}
    return [f"{module}:{each.line} {each.how}" for each in unread(source, lambda name: name.rpartition(".")[2] in known)]


@pytest.mark.parametrize("module", SOURCES)
def test_b220_no_text_is_made_of_foreign_words_elsewhere(module: str) -> None:
    assert found_in(module, SOURCES[module]) == []


EDGE = """
def ask(question, redact):
    try:
        answer = send(question)
    except ({kinds}) as error:
        {statement}
"""

BAD = {
    "formatted": 'raise DeliveryFailed(f"It failed: {error}") from None',
    "formatted with a conversion": 'return f"{error!r}"',
    "formatted by its words": 'return f"It says {error.reason}."',
    "formatted by its arguments": 'return "It says {}".format(error.args[0])',
    "put together": 'return "It says " + error.strerror',
    "put together in the old way": 'return "It says %s" % error',
    "made a text": "raise DeliveryFailed(str(error)) from None",
    "made a text by librdkafka": 'return f"It says {error.args[0].str()}"',
    "by a detour": 'words = getattr(error, "verify_message", None) or error.reason; return f"It says {words}"',
    "by a cause": 'cause = error.__cause__ or error; return f"{type(cause).__name__}: {cause}"',
    "by many causes": 'return [f"{each}" for each in (error, error.__context__)]',
    "handed on": "raise DeliveryFailed(error)",
    "raised from": 'raise DeliveryFailed("It failed.") from error',
    "logged": '_log.warning("It failed: %s", error)',
    "logged with its frames": '_log.exception("It failed")',
    "logged with its frames by a word": '_log.error("It failed", exc_info=True)',
}


@pytest.mark.parametrize("statement", BAD.values(), ids=BAD)
@pytest.mark.parametrize("kinds", ["KafkaException", "OSError, ValueError", "requests.RequestException"])
def test_b220_an_edge_that_shows_an_exception_itself_is_found(kinds: str, statement: str) -> None:
    assert len(found_in("edges/new/edge.py", EDGE.format(kinds=kinds, statement=statement))) >= 1


@pytest.mark.parametrize(
    "function",
    [
        'def explain(error: ssl.SSLError) -> str:\n    return f"It says {error.reason}"',
        "def explain(error: BaseException | None) -> str:\n    return str(error)",
        'def explain(response: Response) -> str:\n    return f"The server is {response.headers[\'Server\']}"',
        'def explain(answer: Response) -> str:\n    place = answer.headers.get("Location")\n    return "It leads to " + place',
        'def explain(answer: Response) -> str:\n    return "It begins with " + answer.body[:10].decode()',
    ],
    ids=["an exception that it is given", "one that may be missing", "a header", "a header by a detour", "a body"],
)
def test_b220_a_function_that_shows_what_others_wrote_is_found(function: str) -> None:
    assert len(found_in("edges/new/edge.py", function)) == 1


GOOD = {
    "readable": 'raise DeliveryFailed(f"It failed: {readable(Foreign.of(error), redact)}.") from None',
    "by its code": 'raise DeliveryFailed(f"It failed ({error.args[0].code()}).") from None',
    "by its class": 'return f"It failed: {type(error).__name__}"',
    "by a function of ours": "raise self._failure(error) from None",
    "asked": 'return error.args[0].code() == 3 or Foreign.of(error).says("No such")',
}


@pytest.mark.parametrize("statement", GOOD.values(), ids=GOOD)
def test_what_passes_the_one_place_is_not_found(statement: str) -> None:
    assert found_in("edges/new/edge.py", EDGE.format(kinds="KafkaException", statement=statement)) == []


def test_an_exception_of_ours_is_shown_as_it_is() -> None:
    assert found_in("edges/new/edge.py", EDGE.format(kinds="RequestFailed", statement='return f"{error}"')) == []
