"""A file or a mapping → a configuration that may start, with all that belongs to it: the door through which every configuration comes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from http_source.config.load import LoadedConfig
from http_source.config.load import load_config as _load_config
from http_source.errors import Finding

__all__ = ["LoadedConfig", "load_config"]


def load_config(source: Path | Mapping[str, object], *, environment: Mapping[str, str] | None = None) -> LoadedConfig:
    """Read and judge a configuration: see `config.load`. Raises ConfigurationError with all mistakes, and never anything else."""
    return _load_config(source, judge=_judge, environment=environment)


def _judge(plugins: Mapping[str, object]) -> Iterator[Finding]:
    if not plugins:
        return
    # Imported here, since it takes a while that configurations without them need not wait.
    from http_source.connect.topic_creation import read_topic_creation  # noqa: PLC0415
    from http_source.connect.transforms.chain import read_chain  # noqa: PLC0415

    yield from read_chain(plugins)[1]
    yield from read_topic_creation(plugins)[1]
