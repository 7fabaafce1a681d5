"""GET /metrics: what was read, in the format of Prometheus that is asked for."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from http_source.rest.metrics.connect_names import Sample
from http_source.rest.metrics.own_names import MEANINGS
from http_source.rest.metrics.reading import Reader

_COUNTED = "_total"
_SMALL = 1_000
_FAST = 1
"""The level of compression: most of what can be saved is repeated names."""


class Numbers(Collector):
    """Reads anew whenever its registry is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def collect(self) -> Iterable[Metric]:
        """The families, each with its samples."""
        return families(self._reader.samples())


def families(samples: Iterable[Sample]) -> Iterator[Metric]:
    """Samples by their families, in the order in which they came first."""
    found: dict[str, Metric] = {}
    for name, labels, value in samples:
        if (family := found.get(name)) is None:
            family = found[name] = _family(name)
        family.add_sample(name, dict(labels), float(value))
    yield from found.values()


def _family(name: str) -> Metric:
    meaning = MEANINGS.get(name, "As Kafka Connect's own, printed by the Prometheus JMX exporter.")
    return Metric(name.removesuffix(_COUNTED), meaning, "counter") if name.endswith(_COUNTED) else Metric(name, meaning, "gauge")


def routes(reader: Reader) -> list[Route]:
    """What serves what is read."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers(reader))

    def page(accept: str) -> Response:
        encode, kind = choose_encoder(accept)
        return Response(encode(registry), headers={"content-type": kind})

    async def metrics(request: Request) -> Response:
        """All numbers, as Prometheus reads them."""
        return await run_in_threadpool(page, request.headers.get("accept", ""))

    return [Route("/metrics", metrics, middleware=[Middleware(GZipMiddleware, minimum_size=_SMALL, compresslevel=_FAST)])]
