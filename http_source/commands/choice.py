"""Chooses among the ways of paging that `http-source init --from` sees: a token counts once it was seen to lead on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from http_source.commands.probe import Probe, Show
from http_source.config.findings import shown
from http_source.config.properties import OffsetMode
from http_source.errors import RequestFailed
from http_source.polling.evidence import Evidence, Proposal
from http_source.polling.proposal import candidates, without_signs
from http_source.polling.signpost import document_of

MOST_TRIES = 2
"""Requests that may be sent to see whether tokens lead on."""

_OWN_NAMES = ("id", "_id", "uuid", "key")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is proposed.

    Attributes:
        others: the ways that there are signs of besides.
        untaken: of the proposal, the parameters that were tried for its token, or thought of, and not seen to take it; an empty text
            for a URL that was not seen to lead on.
    """

    proposal: Proposal
    others: Sequence[Proposal]
    untaken: Sequence[str] = ()


class Chooser:
    """Chooses a way of paging, and sends a few requests where only those decide."""

    def __init__(self, probe: Probe, show: Show) -> None:
        self._probe = probe
        self._show = show
        self._tries = MOST_TRIES

    def choose(self, evidence: Evidence, wanted: str) -> Choice:
        """The first way that is proven or needs no proof, of the mode `wanted` unless that is empty."""
        found = list(candidates(evidence))
        fitting = [each for each in found if wanted in ("", each.mode)]
        for way in fitting:
            if proven := next((each for each in (way, *way.others) if self._is_proven(evidence, each)), None):
                return Choice(proven, _but(way, found))
        if not fitting:
            return Choice(without_signs(evidence, OffsetMode(wanted or OffsetMode.SIMPLE_INCREMENTING)), found)
        first = fitting[0]
        return Choice(first, _but(first, found), [each.parameter for each in (first, *first.others)])

    def _is_proven(self, evidence: Evidence, way: Proposal) -> bool:
        """Whether it needs no proof, or the token in its parameter brings other records than the first answer had."""
        if not way.token or not self._tries:
            return not way.token
        self._tries -= 1
        try:
            values = self._probe.again(way.properties, way.token)
        except RequestFailed as failure:
            return self._told(way, f"No page was received. {failure}", is_taken=False)
        known = _names(evidence.records.values)
        is_taken = bool(values) and known.isdisjoint(_names([document_of(bytes(value)) for value in values]))
        return self._told(way, "Other records were returned." if is_taken else "No other records were returned.", is_taken=is_taken)

    def _told(self, way: Proposal, what_came: str, *, is_taken: bool) -> bool:
        if way.parameter:
            sentence = f"{what_came} So `{shown(way.parameter)}` {'takes' if is_taken else 'was not seen to take'} the token."
        else:
            sentence = f"{what_came} So the URL {'leads' if is_taken else 'was not seen to lead'} to the next page."
        self._probe.requests[-1]["shows"] = sentence
        self._show([f"  {sentence}"])
        return is_taken


def _but(way: Proposal, found: Sequence[Proposal]) -> Sequence[Proposal]:
    return [each for each in found if each is not way]


def _names(values: Sequence[Any]) -> set[str]:
    """What identifies the records: their ids if all have one, else the records as a whole, whose members may differ with each answer."""
    own = next((name for name in _OWN_NAMES if values and all(isinstance(each, dict) and name in each for each in values)), None)
    return {repr(each if own is None else each[own]) for each in values}
