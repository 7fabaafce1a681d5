"""One request of an entity and its answer, whole and in the limits that are known; what the answer says of limits is remembered."""

import time
from dataclasses import dataclass, field

from http_source.edges.http.fetch import Fetcher
from http_source.entity import Entity
from http_source.model import Response
from http_source.polling.limit_headers import limits_in, wish_of
from http_source.polling.tags import Tag, conditional
from http_source.turns.admission import Admission, Permit
from http_source.turns.tally import Tally


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer.

    Attributes:
        wish: for how many seconds its rate limits ask to wait, where it refuses; None where they do not say.
    """

    response: Response
    wish: float | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Asking:
    """Asks for entities.

    Attributes:
        heeds: whether what answers say of rate limits counts (`http.rate.limit.headers`).
        tally: counts the answers, and what else happens to the task.
    """

    fetcher: Fetcher
    admission: Admission
    heeds: bool = True
    tally: Tally = field(default_factory=Tally)

    def ask(self, entity: Entity, permit: Permit) -> Heard:
        """Ask for what comes at the entity's position. Raises what `Fetcher.fetch` and `RequestBuilder.at` raise."""
        plain = entity.requests.at(entity.position)
        request = conditional(plain, entity.tags)
        entity.gate.refuse_foreign(request.url)
        permit.sent, started = True, time.monotonic()
        try:
            response = self.fetcher.fetch(request, entity.gate.refuse_foreign)
            self.tally.answered(response.status, time.monotonic() - started)
            entity.tag = Tag.of(request, response, was_condition=request is not plain)
            return self._hear(response, permit)
        finally:
            entity.traffic = entity.traffic.plus(requests=1, fetch_seconds=time.monotonic() - started)

    def _hear(self, response: Response, permit: Permit) -> Heard:
        limits = limits_in(response.headers, time.time()) if self.heeds else ()
        self.admission.hear(permit, limits)
        return Heard(response, wish_of(limits) if limits else None)
