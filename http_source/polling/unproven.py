"""What a proposal leaves open: what one answer cannot show, each as a sentence with what to do."""

from collections.abc import Iterator

from http_source.config.findings import shown
from http_source.config.properties import OffsetMode
from http_source.polling.chain_field import Order, field_for
from http_source.polling.evidence import Evidence, Proposal
from http_source.polling.parameter_roles import Role


def unproven(evidence: Evidence, proposal: Proposal) -> Iterator[str]:
    """The sentences about one proposal."""
    yield from _of_records(evidence)
    yield from _of_sizes(evidence, proposal)
    yield from _of_a_chain(evidence, proposal) if proposal.mode is OffsetMode.CHAINING else _of_the_end(evidence)


def _of_records(evidence: Evidence) -> Iterator[str]:
    if not evidence.records.is_array:
        yield ("There is no array in the answer, so it counts as one record as a whole. If records are elsewhere, set "
               "http.response.data.json.pointer.")
    elif not evidence.records.values:
        yield "The answer holds no record, so whether records come at that place is not proven. Ask with a URL that has some."


def _of_sizes(evidence: Evidence, proposal: Proposal) -> Iterator[str]:
    asked, records = evidence.url.with_role(Role.SIZE), len(evidence.records.values)
    if asked and asked.value and evidence.size is None:
        yield f"The answer holds {records} records although `{shown(asked.name)}` asks for {asked.value}: the API may not look at it."
    elif not evidence.signs and evidence.size and records < int(evidence.size.value):
        yield ("The page is not full, so it may be the last one, which names no next page: ask with a smaller page size to see how the API "
               "names one.")
    if proposal.mode is OffsetMode.PAGE_NUMBER and "http.page.size" not in proposal.properties:
        yield ("How many records a full page holds is not known, so each page costs three requests: set http.page.size where the API "
               "says it.")


def _of_a_chain(evidence: Evidence, proposal: Proposal) -> Iterator[str]:
    parameter = next(each for each in evidence.url.parameters if each.name == proposal.parameter)
    chained = evidence.field_of(parameter)
    if chained and chained.order is Order.MIXED:
        yield "The records are not sorted by that field, so some would be passed over: let the API sort by it."
    elif chained and chained.order is Order.UNKNOWN:
        yield "The values of this page do not show whether they rise: let the API sort by that field."
    yield (f"Whether `{shown(proposal.parameter)}` gives equal values, too, or greater ones only: then records that share the last value "
           "of a page are lost.")


def _of_the_end(evidence: Evidence) -> Iterator[str]:
    """A walk rests at the last page."""
    field = field_for(evidence.records.objects)
    if field and field.order is Order.FALLING:
        yield (f"By `{shown(field.pointer)}` the newest records come first, and a walk that rests at its last page never sees newer ones: "
               "let the API sort the other way, ask for them by a time or an id (CHAINING), or walk anew with http.cursor.end=restart.")
