"""The requests of `http-source init --from`: each is shown, sent once, and read as a run would read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_source.assembly.loading import load_config
from http_source.commands.exchange import Exchanged, Question, ask, read, served
from http_source.commands.masking import Mask
from http_source.commands.preview_pages import walk
from http_source.commands.starter import drafted
from http_source.config.properties import OffsetOptions, properties_of
from http_source.edges.http.failures import shown
from http_source.errors import PositionRefused, RequestFailed
from http_source.model import Offset, Position, Value
from http_source.polling.policy import holds_page
from http_source.polling.standing import initial_position

MOST_PAGES = 3
"""Of a walk with the draft."""

_OFFSETS = frozenset(each.name for each in properties_of(OffsetOptions).values()) - {"http.next.page.allowed.hosts"}

Fields = dict[str, Any]
Show = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and the mask of the configuration it was asked with."""

    question: Question
    answer: Exchanged
    mask: Mask

    def records(self) -> Sequence[Value]:
        """All of its records. Raises RequestFailed when it holds no page."""
        try:
            read(self.question, self.answer, self.mask.text)
        except (RequestFailed, PositionRefused) as failure:
            raise RequestFailed(self.mask.text(str(failure))) from None
        return served(self.question, self.answer)


class Probe:
    """Asks one API for its pages.

    Attributes:
        requests: what was asked so far, without keys.
    """

    def __init__(self, given: Mapping[str, str], environment: Mapping[str, str], show: Show) -> None:
        """`given` are the properties that a person set, and `environment` is what config providers read."""
        self.requests: list[Fields] = []
        self._given = given
        self._plain = {name: value for name, value in given.items() if name not in _OFFSETS}
        self._environment = environment
        self._show = show

    def first(self, properties: Mapping[str, str]) -> Heard:
        """Send the given request without any setting of offsets. Raises RequestFailed when there is no answer with a page."""
        heard = self._ask(drafted(properties, self._plain), None)
        if not holds_page(heard.answer.response.status):
            heard.records()
            raise RequestFailed(f"The server answered {heard.answer.response.status}, without a body. Use a URL that has records.")
        return heard

    def again(self, properties: Mapping[str, str], offset: Offset) -> Sequence[Value]:
        """The records that come at an offset with the proposed properties. Raises RequestFailed when no page came."""
        return self._ask(drafted(properties, self._given), offset).records()

    def reread(self, heard: Heard, properties: Mapping[str, str]) -> Sequence[Value]:
        """The records of an answer by other properties than it was asked with. Raises RequestFailed when it holds no page."""
        config = load_config(drafted(properties, self._plain), environment=self._environment).config
        question = Question(config, heard.question.entity, initial_position(config.offsets))
        return Heard(question, heard.answer, heard.mask).records()

    def walk(self, properties: Mapping[str, str | None]) -> Fields:
        """What a walk with a draft shows; a failure is in it."""
        loaded = load_config(properties, environment=self._environment)
        config, mask, document = loaded.config, Mask(loaded.config), Fields(warnings=[])
        question = Question(config, config.request.entities[0], initial_position(config.offsets))
        try:
            walk(question, mask, document, self._show, MOST_PAGES, shows_each=True)
        except (RequestFailed, PositionRefused) as failure:
            document["error"] = mask.text(str(failure))
        self._show([*(f"warning: {warning}" for warning in document["warnings"]), document.get("error", ""), ""])
        return document

    def _ask(self, properties: Mapping[str, str | None], offset: Offset | None) -> Heard:
        config = load_config(properties, environment=self._environment).config
        mask, at = Mask(config), initial_position(config.offsets)
        question = Question(config, config.request.entities[0], at if offset is None else Position(offset, mode=config.offsets.mode.value))
        request = mask.request(question.entity, question.position)
        self.requests.append({"method": request.method, "url": request.url})
        self._show([f"{request.method} {request.url}"])
        return Heard(question, self._sent(question, mask), mask)

    def _sent(self, question: Question, mask: Mask) -> Exchanged:
        try:
            answer = ask(question, lambda *_: None, mask.text)
        except (RequestFailed, PositionRefused) as failure:
            raise RequestFailed(mask.text(str(failure))) from None
        response, last = answer.response, self.requests[-1]
        last |= {"status": response.status, "bytes": len(response.body)}
        last |= {"redirected_to": shown(response.url)} if response.url != answer.asked else {}
        redirected = f", redirected to {last['redirected_to']}" if "redirected_to" in last else ""
        self._show([f"  {response.status}, {len(response.body)} bytes{redirected}"])
        return answer
