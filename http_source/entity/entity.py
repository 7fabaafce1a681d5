"""One entity at work: a state machine with one lock, whose transitions say what follows.

Three kinds of threads meet here. A fetch thread has the entity *in hand* during its turn; the delivering thread says what became of
its pages, at any time; the main thread reads, and closes it. Whoever has it in hand owns `position`, `held`, `traffic`, `warned`,
`doubts`, `trail`, `tag` and `tags`; all else changes under the lock. So two threads meet between two transitions only, and each of
those looks at the whole state.
"""

import time
from dataclasses import replace

from http_source.entity.doubts import doubts_after
from http_source.entity.marks import Mark
from http_source.entity.state import EntityState
from http_source.entity.transitions import Phase, Step
from http_source.entity.words import endless, failed, left, retrying, running_again, unheard
from http_source.model import Lasts, Notice, Page, Position
from http_source.polling.pace import pause_after_failure
from http_source.polling.tags import tags_after

_PAGES_AHEAD = 2
"""So many pages of an entity may wait for Kafka."""

_DRAINING_AHEAD, _DRAINING_BYTES = 64, 4_194_304
"""So many more of one that asks on at once, as long as they are small: their acknowledgements come together."""

_LARGE_BYTES = 16_777_216
"""A page of so many bytes is the only one: the next is asked for once Kafka has it, since each takes several times its size of memory."""

_NOTHING = Step()


class Entity(EntityState):
    """The transitions of an entity."""

    __slots__ = ()

    def resume(self, position: Position) -> None:
        """Begin at another position than the one it was made with; nobody has it yet."""
        self.position, self.acknowledged = position, Mark(position)

    def begin(self, due: float) -> Step:
        """Have the first turn at that time, if there is anything left to do."""
        with self.lock:
            return _NOTHING if self.position.done else self._rest(Phase.PLANNED, due)

    # A turn, in the fetch thread that has it in hand

    def take(self, due: float) -> bool:
        """Be taken in hand for the turn that was planned for `due`; False when another one was planned since."""
        with self.lock:
            if self.phase is not Phase.PLANNED or self.due != due:
                return False
            self.phase = Phase.IN_HAND
            self.traffic = replace(self.traffic, lag_seconds=time.monotonic() - due)
            return True

    def accept(self, page: Page) -> Step:
        """Have read a page: memory moves on, unless the pages before it do not count."""
        with self.lock:
            if self.closed:
                return _NOTHING
            self.failed_attempts = 0
            notices = tuple(unheard(self, page.told))
            if self.is_lost:
                return Step(notices=notices)
            if page.doubts or self.doubts:
                self.doubts = doubts_after(self.doubts, page, time.time())
            if page.repeats or self.tags:
                self.tags = tags_after(self.tags, self.tag, page, self.position) if self.tag else ()
            self.caught_up = page.position if self._has_caught_up(page) else None
            if self.failures and self.trial is None:
                self.trial = page.position.order
            return Step(notices=notices + self._recovered(), delivers=self._moves_on(page))

    def plan(self, seconds: float, *, goes_on: bool = False) -> Step:
        """Be done with a turn, and have the next in so many seconds; with `goes_on` also where an entity is polled once."""
        with self.lock:
            return self._planned(seconds, goes_on=goes_on)

    def rest(self, seconds: float) -> Step:
        """Be done with a turn in which there is nothing to ask for before so many seconds are over."""
        with self.lock:
            in_doubt = any(each.lasts is Lasts.UNTIL_AN_ANSWER for each in self.doubts.values())
            self.caught_up = None if self.is_lost or self.failure or in_doubt else self.position
            return self._planned(seconds, goes_on=False)

    def retry(self, pause: float, reason: str, of: int) -> Step:
        """Be done with a turn whose request failed, and is to be sent again after a pause; `of` is how often that is done."""
        with self.lock:
            if self.closed or self.refusal:
                return self._lost_its_turn()
            self.failed_attempts += 1
            self.traffic = self.traffic.plus(retries=1)
            return self._pause(pause, retrying(self, reason, pause, of))

    def wait(self, pause: float) -> Step:
        """Be done with a turn whose page is to be converted again after a pause."""
        with self.lock:
            return self._lost_its_turn() if self.closed or self.refusal else self._pause(pause)

    def fail(self, reason: str) -> Step:
        """Be done with a turn that cannot be repeated: be FAILED, once more."""
        with self.lock:
            return _NOTHING if self.closed else self._fail(reason)

    def leave(self, reason: str) -> Step:
        """Be done with a turn that the end of the task may have cut off."""
        with self.lock:
            self._rest(Phase.AWAY, self.due)
            return Step(notices=(left(self, reason),))

    # What becomes of its pages, in the delivering thread

    def acknowledge(self, mark: Mark) -> Step:
        """Have all records up to a mark in Kafka."""
        with self.lock:
            if self.closed:
                return _NOTHING
            self.acknowledged = mark
            return Step(notices=self._recovered())

    def lose(self, refusal: str | None = None) -> Step:
        """Have nothing that was read since the mark count: Kafka refused a page of it for that reason, or without one others' pages.

        It goes back to the mark now, or when the thread that has it in hand is done. A pause that the API or a failure asks for is kept.
        """
        with self.lock:
            self.counting += 1
            if self.closed:
                return _NOTHING
            self.refusal = self.refusal or refusal
            if self.phase is Phase.IN_HAND:
                return _NOTHING
            if self.refusal:
                return self._fail()
            self._put_back()
            return _NOTHING if self.pauses else self._rest(Phase.PARKED if self.phase is Phase.PARKED else Phase.PLANNED, time.monotonic())

    def leave_out(self) -> None:
        """Have no page count that was read already: the run ends."""
        with self.lock:
            self.counting += 1

    def settle(self, weight: int = 0) -> Step:
        """Have one page less in the delivering thread, of so many bytes."""
        with self.lock:
            self.waiting, self.weight = self.waiting - 1, self.weight - weight
            return self._rest(Phase.PLANNED, self.due) if self.phase is Phase.PARKED else _NOTHING

    # The end, in the main thread

    def close(self) -> tuple[Notice, ...]:
        """Change no more, whoever has it in hand: what was refused is a failure, and a page that is held a failed attempt."""
        with self.lock:
            notices = self._fail().notices if self.refusal else ()
            if self.held is not None:
                self.held = None
                self.failed_attempts += 1
            self._rest(Phase.AWAY, self.due)
            self.closed = True
            return notices

    # Parts of transitions

    def _planned(self, seconds: float, *, goes_on: bool) -> Step:
        if self.closed or self.is_lost:
            return self._lost_its_turn()
        if self.position.done:
            return self._rest(Phase.AWAY, None)
        if self.rules.page_max and self.trail.pages >= self.rules.page_max:
            return self._fail(endless(self.trail.pages), waits=True)
        due = time.monotonic() + seconds
        if self.rules.once and not goes_on:
            return self._rest(Phase.AWAY, due)
        return self._rest(Phase.PARKED if self._is_ahead(drains=seconds == 0) else Phase.PLANNED, due)

    def _is_ahead(self, *, drains: bool) -> bool:
        """Whether the delivering thread has pages enough."""
        lets_more = drains and self.waiting < _DRAINING_AHEAD and self.weight < _DRAINING_BYTES
        most = 1 if self.weight >= _LARGE_BYTES else _PAGES_AHEAD
        return self.waiting >= most and not lets_more

    def _has_caught_up(self, page: Page) -> bool:
        """Whether a page says that there is nothing more for now; one without an array does not, nor one within a window.

        A token that is another one with each answer, as of a feed of changes, leads on only where it brings records.
        """
        is_missing = any(doubt.lasts is Lasts.UNTIL_AN_ANSWER for doubt in page.doubts)
        leads_on = page.progressed or page.at_once or is_missing
        return not leads_on and (page.is_last or page.position.within is None or bool(page.records))

    def _moves_on(self, page: Page) -> bool:
        if not page.records and page.position.order == self.position.order:
            # What a look has shown is not worth a checkpoint.
            self.position = page.position
            self.traffic = self.traffic.plus(empty_polls=1)
            return False
        self.position = page.position
        self.traffic = self.traffic.plus(records=len(page.records))
        self.waiting, self.weight = self.waiting + 1, self.weight + page.weight
        self.hands_over_since = time.monotonic()
        return True

    def _recovered(self) -> tuple[Notice, ...]:
        """It runs again once Kafka stands where the first answer since it failed led."""
        if self.trial is None or self.acknowledged.position.order < self.trial:
            return ()
        self.trial, self.failures, self.failure = None, 0, None
        return (running_again(self),)

    def _lost_its_turn(self) -> Step:
        """What was read in the turn does not count: because a page was refused, without a fault of its own, or since all is over."""
        if self.closed:
            return _NOTHING
        if self.refusal:
            return self._fail()
        self._put_back()
        return self._rest(Phase.PLANNED, time.monotonic())

    def _put_back(self) -> None:
        self.position, self.generation = self.acknowledged.position, self.counting
        self.refusal = self.held = self.caught_up = self.trial = None
        self.trail.begin()
        self.tags = ()

    def _fail(self, reason: str = "", *, waits: bool = False) -> Step:
        """Be FAILED; `waits` for a person, whatever the configuration says."""
        words = f"{self.refusal or ''} {reason}".strip()
        if self.is_lost:
            self._put_back()
        self.trial, self.failed_attempts = None, 0
        self.failures, self.failure = self.failures + 1, words
        pause = pause_after_failure(self.failures) if self.rules.auto_restart and not waits else None
        self.trail.pages = 0
        notice = failed(self, pause)
        return self._rest(Phase.AWAY, None, notice, pauses=True) if pause is None else self._pause(pause, notice)

    def _pause(self, pause: float, *notices: Notice) -> Step:
        """Go on after a pause that nothing shortens, or in the next run where an entity is polled once and has failed."""
        if self.is_lost:
            self._put_back()
        over = self.rules.once and self.failure is not None
        return self._rest(Phase.AWAY if over else Phase.PLANNED, time.monotonic() + pause, *notices, pauses=True)

    def _rest(self, phase: Phase, due: float | None, *notices: Notice, pauses: bool = False) -> Step:
        self.phase, self.due, self.pauses, self.hands_over_since = phase, due, pauses, None
        return Step(due if phase is Phase.PLANNED else None, notices)
