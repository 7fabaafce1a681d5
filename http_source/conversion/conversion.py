"""A page's records → what Kafka gets: parsed, keyed, transformed and converted, all before the first of them is produced.

A page of schemaless JSON that nothing is to change does not come here: its records are produced as they were served.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from http_source.config.options.output import ErrorOptions
from http_source.connect.record_refused import Path, pointer
from http_source.conversion.draft import Drafts, Grows, NeedsCare, Overtaken
from http_source.conversion.fold import Fold
from http_source.conversion.skipping import Skip
from http_source.conversion.steps import Steps
from http_source.errors import PageRefused, RequestFailed
from http_source.foreign.text import Redact
from http_source.model import Message, Page

_MOST_TOLD = 10
_MOST_PLACES = 1_000
_MOST_OVERTAKEN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Converts the pages of a task; may be used by several threads.

    Attributes:
        connector: the connector's name, for the headers of reported records.
        errors: whether records may be skipped.
        largest: the most bytes of a record.
        skips: makes what takes the records of a page that cannot be converted.
    """

    connector: str
    steps: Steps
    errors: ErrorOptions
    redact: Redact
    largest: int
    skips: Callable[[ErrorOptions], Skip] = Skip
    _growing: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _told: set[Path] = field(default_factory=set, repr=False, compare=False)

    def __call__(self, topic: str, page: Page) -> Page:
        """The page with its messages.

        Raises PageRefused for a record that cannot be converted and may not be skipped, RequestFailed when the registry fails.
        """
        if not page.records:
            return page
        try:
            return self._converted(topic, page)
        except RequestFailed as failure:
            if not failure.retriable:
                self.steps.keys.forget()
                self.steps.values.forget()
            raise

    def close(self) -> None:
        """Close the connections to the registry."""
        self.steps.keys.close()
        self.steps.values.close()

    def _converted(self, topic: str, page: Page) -> Page:
        fold = self._fold(topic, page, Drafts())
        try:
            return self._page(fold, page, fold.messages())
        except Grows:
            # One page at a time: what two let grow at once would be two versions, of which one lacks what the other has.
            with self._growing:
                return self._growing_with_others(topic, page)

    def _growing_with_others(self, topic: str, page: Page) -> Page:
        for _ in range(_MOST_OVERTAKEN):
            try:
                return self._grown(topic, page)
            except Overtaken as overtaken:
                failure = overtaken.failure
        raise failure

    def _grown(self, topic: str, page: Page) -> Page:
        fold = self._fold(topic, page, Drafts(growing=True))
        try:
            return self._page(fold, page, fold.messages())
        except NeedsCare:
            pass  # the first look was at all records together
        except PageRefused:
            # Another record, before this one, may be what the grown schema refuses.
            if not fold.drafts.have_grown:
                raise
        fold = self._fold(topic, page, Drafts(growing=True, careful=True))
        return self._page(fold, page, fold.messages())

    def _fold(self, topic: str, page: Page, drafts: Drafts) -> Fold:
        return Fold(self.steps, topic, page.records, self.skips(self.errors), drafts)

    def _page(self, fold: Fold, page: Page, messages: Sequence[Message]) -> Page:
        told = (*page.warnings, *fold.noticed.warnings, *self._lost(fold.noticed.lossy), *fold.skip.warnings(page.records, self.redact))
        return replace(
            page,
            messages=[*messages, *fold.skip.reports(page.records, fold.topic, self.connector)],
            skipped=len(fold.skip.taken),
            undecided=fold.undecided,
            warnings=told,
        )

    def _lost(self, places: set[Path]) -> Iterator[str]:
        """What is logged once a run: places where something is served that reads as null."""
        # Names that are data would never come to an end.
        new = sorted(places - self._told) if len(self._told) < _MOST_PLACES else ()
        self._told.update(new)
        if new:
            more = f" and {len(new) - _MOST_TOLD} more" if len(new) > _MOST_TOLD else ""
            yield (
                f"What is served at {', '.join(map(pointer, new[:_MOST_TOLD]))}{more} is empty, so its type is not known yet, and it is "
                "written as null until a record shows the type. http_source/undecided counts such records."
            )
