"""The same numbers by OpenTelemetry (OTLP over HTTP): instruments that are observed, fed by what a scrape reads.

Configured by the standard OTEL_… variables; without an endpoint among them nothing is exported. The packages come with an extra, and
are loaded only then.
"""

import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from http_source.orchestration.totals import Totals
from http_source.rest.metrics.connect_names import ConnectorSeen, Sample, TaskSeen, connect_samples
from http_source.rest.metrics.own_names import MEANINGS
from http_source.rest.metrics.reading import Reader

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, Observation
    from opentelemetry.sdk.metrics import MeterProvider

    Observe = Callable[[CallbackOptions], Iterable[Observation]]

ENDPOINTS = ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_EXPORTER = "OTEL_METRICS_EXPORTER"
_SERVICE = "OTEL_SERVICE_NAME"
_COUNTED = "_total"
_ONE_CYCLE_S = 1.0
"""All instruments are observed one after the other, and are to say what one reading found."""

_log = logging.getLogger(__name__)


@contextmanager
def exporting(reader: Reader, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Export what `reader` reads until the end of the block, if the environment (that of the process) says where to.

    A receiver that is away is logged by the SDK, and delays nothing but the end, by a few seconds.
    """
    environment = os.environ if environment is None else environment
    provider = None
    if is_wanted(environment) and _is_installed():
        provider = _provider(reader, environment)
    elif is_wanted(environment):
        _log.warning("OpenTelemetry's variables are set, but its packages are not installed, so nothing is exported: run pip install "
                     '"http-source[opentelemetry]".')
    try:
        yield
    finally:
        if provider is not None:
            provider.shutdown()


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether the variables name a receiver of metrics, and do not switch them off."""
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or environment.get(_EXPORTER, "otlp").strip() == "none"
    return not off and any(environment.get(name, "").strip() for name in ENDPOINTS)


def _is_installed() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False  # not even the packages around it


def names() -> Sequence[str]:
    """Every name that there may be."""
    task = TaskSeen("", 0, "RUNNING", polls=True, totals=Totals())
    connect = (each.family for each in connect_samples([ConnectorSeen("", "RUNNING", "", "", [task])]))
    return list(dict.fromkeys([*MEANINGS, *connect]))


def _provider(reader: Reader, environment: Mapping[str, str]) -> "MeterProvider":
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415 - see above
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415 - see above
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - see above

    # What is given to a resource wins over the variables.
    named = _SERVICE in environment or "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({} if named else {"service.name": "http-source"})
    provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource)
    _observe(provider.get_meter("http_source"), Cycle(reader))
    return provider


class Cycle:
    """One reading for all that is observed together."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._read_at = -_ONE_CYCLE_S
        self._samples: Mapping[str, Sequence[Sample]] = {}

    def samples(self, name: str) -> Sequence[Sample]:
        """Those of one name, as they are now."""
        with self._lock:
            if time.monotonic() - self._read_at >= _ONE_CYCLE_S:
                found: dict[str, list[Sample]] = defaultdict(list)
                for sample in self._reader.samples():
                    found[sample.family].append(sample)
                self._samples, self._read_at = found, time.monotonic()
            return self._samples.get(name, ())


def _observe(meter: "Meter", cycle: Cycle) -> None:
    for name in names():
        # Whoever turns them into Prometheus' names appends the ending to what only grows.
        make = meter.create_observable_counter if name.endswith(_COUNTED) else meter.create_observable_gauge
        make(name.removesuffix(_COUNTED), [_observing(cycle, name)], description=MEANINGS.get(name, ""))


def _observing(cycle: Cycle, name: str) -> "Observe":
    from opentelemetry.metrics import Observation  # noqa: PLC0415 - an extra

    def observe(_: "CallbackOptions") -> "Iterable[Observation]":
        return [Observation(float(sample.value), dict(sample.labels)) for sample in cycle.samples(name)]

    return observe
