"""Whether Dagster has what was written: its code location is reloaded, and looked at."""

from http_source.foreign.text import Foreign, readable
from http_source.orchestration.identity import Connector
from http_source.orchestration.pausing import end_undefined, stop
from http_source.rest.reloading import Key, Location, NotReloaded, Reloader
from http_source.rest.worker import Worker

_LONGEST_REASON = 1_000


class RefusedThere(NotReloaded):
    """Mistakes of a configuration that show where Dagster runs, such as references that cannot be resolved there."""


class ServedElsewhere(NotReloaded):
    """Dagster still has a connector whose file is gone here: that of another folder."""


def load(worker: Worker, reloader: Reloader, connector: Connector) -> None:
    """Have Dagster poll a connector as its file is now. Raises NotReloaded, as RefusedThere with the mistakes where it refuses the file."""
    locations = reloader.reload(_keys(worker))
    if any(_defines(each, connector) for each in locations):
        return
    refused = next((each.sensors[connector.sensor_name] for each in locations if connector.sensor_name in each.sensors), None)
    if refused is None:
        raise NotReloaded("The code location that was reloaded lacks it; does it serve this folder?")
    # A sentence about the file, and its mistakes.
    raise RefusedThere(readable(Foreign(refused.partition("\n\n")[2] or refused), str, _LONGEST_REASON))


def load_again(worker: Worker, reloader: Reloader) -> None:
    """Have Dagster load the folder as it is now. Raises NotReloaded."""
    reloader.reload(_keys(worker))


def forget(worker: Worker, reloader: Reloader, name: str, connector: Connector | None) -> None:
    """Have Dagster drop a connector whose file is gone, and end its runs; None stands for one that had mistakes.

    Raises NotReloaded where that cannot be known, and it is stopped then; as ServedElsewhere where Dagster goes on polling it.
    """
    try:
        _drop(worker, reloader, connector)
    except ServedElsewhere:
        raise
    except NotReloaded:
        if connector:
            stop(worker.instance, connector, [])
        end_undefined(worker.instance, connector.identity if connector else name)
        raise
    end_undefined(worker.instance, connector.identity if connector else name)


def _drop(worker: Worker, reloader: Reloader, connector: Connector | None) -> None:
    if connector is None:
        load_again(worker, reloader)
        return
    locations = reloader.reload([*_keys(worker), tuple(connector.key.path)])
    if any(_defines(each, connector) for each in locations):
        raise ServedElsewhere("The code location that was reloaded still has it: let HTTP_SOURCE_CONNECTORS name the folder that it "
                              "serves.")


def _defines(location: Location, connector: Connector) -> bool:
    """Whether a code location polls it: one with mistakes has an asset, but no job."""
    return tuple(connector.key.path) in location.assets and connector.job_name in location.jobs


def _keys(worker: Worker) -> list[Key]:
    """The keys of the folder's assets, as far as its files have no mistakes."""
    return [tuple(connector.key.path) for connector in worker.sound(worker.connectors().values()).values()]
