"""What a proposal leaves open: what one answer cannot show, each as a sentence with what to do."""

from collections.abc import Iterator
from urllib.parse import unquote_plus

from http_source.config.findings import shown
from http_source.config.properties import OffsetMode
from http_source.polling.chain_field import Order, field_for
from http_source.polling.evidence import Evidence, Proposal
from http_source.polling.parameter_roles import Role


def unproven(evidence: Evidence, proposal: Proposal) -> Iterator[str]:
    """The sentences about one proposal."""
    yield from _of_records(evidence)
    yield from _of_sizes(evidence, proposal)
    yield from _of_parameters(evidence)
    if proposal.mode is OffsetMode.TIME_WINDOW:
        yield _OF_WINDOWS
    else:
        yield from _of_a_chain(proposal) if proposal.mode is OffsetMode.CHAINING else _of_the_end(evidence)


def _of_records(evidence: Evidence) -> Iterator[str]:
    if not evidence.records.is_array:
        yield ("There is no array in the answer, so it counts as one record as a whole. If records are elsewhere, set "
               "http.response.data.json.pointer.")
    elif not evidence.records.values:
        yield "The answer holds no record, so it does not show whether the records are at that place. Use a URL that has some."


def _of_sizes(evidence: Evidence, proposal: Proposal) -> Iterator[str]:
    asked, records = evidence.url.with_role(Role.SIZE), len(evidence.records.values)
    if asked and asked.value and evidence.size is None:
        yield f"The answer holds {records} records although `{shown(asked.name)}` asks for {asked.value}: the API may ignore it."
    elif proposal.mode is not OffsetMode.TIME_WINDOW and not evidence.signs and evidence.size and records < int(evidence.size.value):
        yield ("The page is not full: it is the last one, which names no next page, or the API gives fewer records than requested. "
               "Use a smaller page size.")
    if proposal.mode is OffsetMode.PAGE_NUMBER and "http.page.size" not in proposal.properties:
        yield ("How many records a full page holds is not known, so each page costs three requests: set http.page.size if the API "
               "documents it.")


def _of_parameters(evidence: Evidence) -> Iterator[str]:
    """Those that would take something which is not there."""
    after, token = evidence.url.with_role(Role.AFTER), evidence.url.with_role(Role.TOKEN)
    if after and not field_for(evidence.records.objects, unquote_plus(after.name), after.plain):
        yield (f"No field of the records seems to fit `{shown(after.name)}`. If one does, add --mode CHAINING and "
               "--set http.offset.json.pointer=.")
    if token and not evidence.signs:
        yield f"Nothing in the answer looks like the token that `{shown(token.name)}` takes: this may be the last page."


def _of_a_chain(proposal: Proposal) -> Iterator[str]:
    yield from filter(None, [_OF_ORDERS.get(proposal.chained.order) if proposal.chained else None])
    yield (f"`{shown(proposal.parameter)}` may give equal values, too, or greater ones only. With greater ones only, records that share "
           "the last value of a page are lost.")


_OF_ORDERS = {
    Order.FALLING: (
        "The newest records come first, so if there are more than fit into a page, the older ones are skipped, including records that "
        "already exist: let the API sort the other way if it can, or ask it for larger pages."
    ),
    Order.MIXED: "The records are not sorted by that field, so some would be skipped: let the API sort by it.",
    Order.UNKNOWN: "The values of this page do not show whether they rise: let the API sort by that field.",
}


_OF_WINDOWS = ("How late records can appear: a window is requested once, so set http.window.lag.ms to that. Whether the API includes the "
               "start of a window and leaves out its end, and whether an answer holds a whole window.")


def _of_the_end(evidence: Evidence) -> Iterator[str]:
    """A walk rests at the last page."""
    field = field_for(evidence.records.objects)
    if field and field.order is Order.FALLING:
        yield (f"By `{shown(field.pointer)}` the newest records come first, and a walk that rests at its last page never sees newer ones: "
               "let the API sort the other way, ask for them by a time or an id (CHAINING), or walk from the start "
               "again with http.cursor.end=restart.")
