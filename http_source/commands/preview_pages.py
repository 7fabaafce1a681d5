"""`http-source preview --pages N`: one request after another, and what the mode makes of their pages."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from http_source.commands.exchange import AskAt, Question, asking, pause_after, read, served
from http_source.commands.masking import Mask
from http_source.config.numbers import plain
from http_source.config.properties import OffsetMode
from http_source.entity.trail import Trail
from http_source.errors import PositionRefused, RequestFailed
from http_source.foreign.text import escape
from http_source.model import Offset
from http_source.polling.signpost import signpost_of
from http_source.polling.verdict import counted, verdict
from http_source.polling.walk import Step, Walk

_LONGEST_OFFSET = 100
_NOT_CONVERTED = "The records were not converted: preview without --pages shows what becomes of them, and of their schema."

Fields = dict[str, Any]


def walk(  # noqa: PLR0913 - the last one is for drafts only
    question: Question, mask: Mask, document: Fields, show: Callable[[Sequence[str]], None], pages: int, *, shows_each: bool = False
) -> None:
    """Walk through at most so many pages, to where the walk would rest, and fill the document; each page is shown once it was read.

    The first request is shown, and with `shows_each` every one. Raises RequestFailed with the number of the page that failed; what came
    before stays shown and judged.
    """
    document |= {"pages": [], "verdict": ""}
    walker = _Walker(question, mask, lambda line: show([line]) if shows_each or not document["pages"] else None)
    try:
        for step in walker.steps(pages):
            document["pages"].append(walker.fields_of(step))
            show([_page_line(document["pages"])])
    except (RequestFailed, PositionRefused) as failure:
        raise RequestFailed(f"Page {len(walker.walk.steps) + 1} failed: {failure}") from failure
    finally:
        document["warnings"] += dict.fromkeys(warning for page in document["pages"] for warning in page["warnings"])
        document["verdict"] = mask.text(verdict(question.config, walker.walk.steps, walker.signpost))
        if document["pages"]:
            show(["", _rest(document["pages"]), document["verdict"], *([_NOT_CONVERTED] if question.config.changes_records else [])])


class _Walker:
    """Asks for pages and keeps what they show."""

    def __init__(self, question: Question, mask: Mask, sent: Callable[[str], None]) -> None:
        """`sent` hears of each request, as a line for people, before it is sent."""
        self._question = question
        self._mask = mask
        self._sent = sent
        self._trail = Trail()
        self.walk = Walk(question.config.offsets)
        self.signpost = ""

    def steps(self, pages: int) -> Iterator[Step]:
        """Take at most so many steps, and none from where nothing leads on."""
        with asking(self._question, lambda *_: None, self._mask.text) as ask_for:
            for _ in range(pages):
                yield (step := self._step(ask_for))
                if not step.page.progressed and not step.page.at_once:
                    return

    def fields_of(self, step: Step) -> Fields:
        """A step for machines."""
        question, mask = self._question, self._mask
        return {
            "url": mask.request(question.entity, step.at).url,
            "asked": mask.offset(step.asked),
            "records": len(step.served),
            "new": step.fresh,
            "again": step.again,
            "produced_again": step.repeated,
            "looked_at": step.looked_at,
            "next": None if step.page.position.done else mask.offset(step.next),
            "leads_on": step.page.progressed or step.page.at_once,
            "next_in_seconds": pause_after(question, step.page),
            "warnings": list(map(mask.text, step.page.told)),
        }

    def _step(self, ask_for: AskAt) -> Step:
        question = self._question
        self._sent(self._line_of_request())
        answer = ask_for(question.position)
        page = self._trail.follow(read(question, answer, self._mask.text), question.position)
        step = self.walk.take(question.position, page, served(question, answer))
        if len(self.walk.steps) == 1 and not (question.config.offsets.mode is OffsetMode.CURSOR_PAGINATION and page.progressed):
            self.signpost = signpost_of(answer.response, question.config.offsets, str(step.next))
        self._question = replace(question, position=page.position)
        return step

    def _line_of_request(self) -> str:
        question = self._question
        request = self._mask.request(question.entity, question.position)
        return f"{request.method} {request.url}"


# For people


def _page_line(pages: Sequence[Fields]) -> str:
    """The line of the last page."""
    page = pages[-1]
    return f"page {len(pages)}: asked for {_shown(page['asked'])}, {_records(page)}, {_next(page)}"


def _records(page: Fields) -> str:
    again, twice = page["again"], page["produced_again"]
    parts = (
        counted(page["records"], "record"),
        _new(page) if page["records"] else "",
        f"{again} repeated" if again else "",
        f"{twice} of these would be produced again" if twice else "",
        f"{page['looked_at']} only looked at" if page["looked_at"] else "",
    )
    return ", ".join(filter(None, parts))


def _new(page: Fields) -> str:
    return "all new" if page["new"] == page["records"] else f"{page['new']} new"


def _next(page: Fields) -> str:
    if page["next_in_seconds"] is None:
        return "next nothing"
    offset = "the same" if page["next"] == page["asked"] else _shown(page["next"])
    return f"next offset {offset}, {'leads on' if page['leads_on'] else 'rests'}"


def _shown(offset: Offset) -> str:
    """An offset; in the middle of a long one something is left out, since links often differ in their ends."""
    text, half = escape(json.dumps(offset, ensure_ascii=False)), _LONGEST_OFFSET // 2
    return f"{text[:half]}…{text[-half:]}" if len(text) > _LONGEST_OFFSET else text


def _rest(pages: Sequence[Fields]) -> str:
    last = pages[-1]
    if last["next_in_seconds"] is None:
        return f"The walk ends with page {len(pages)}: the last page was reached and http.cursor.end=stop."
    if last["leads_on"]:
        return f"Page {len(pages)} leads on: in a run the next request follows in {plain(last['next_in_seconds'])} s (catchup.interval.ms)."
    return f"The walk rests after page {len(pages)}: the next request would follow in {plain(last['next_in_seconds'])} s."
