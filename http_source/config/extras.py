"""What the extras of the package bring, and the sentence where a configuration asks for something that is not installed."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from http_source.config.findings import some
from http_source.errors import Finding, PackageMissing

AWS = "aws"
REGISTRY = "registry"
TRANSFORMS = "transforms"

EXTRAS: Mapping[str, Mapping[str, str]] = {
    AWS: {"botocore": "botocore"},
    REGISTRY: {
        "attrs": "attrs",
        "authlib": "authlib",
        "cachetools": "cachetools",
        "certifi": "certifi",
        "httpx2": "httpx2",
        "jsonschema-rs": "jsonschema_rs",
        "referencing": "referencing",
    },
    TRANSFORMS: {"google-re2": "re2", "lxml": "lxml"},
}
"""The extras without which a configuration may be refused: their packages, each with a module by which it is found."""


def lacking(name: str, what: str, extra: str, *packages: str) -> Iterator[Finding]:
    """A mistake where `what`, which property `name` asks for, needs packages of an extra not installed: of all, unless some are named."""
    modules = EXTRAS[extra]
    missing = [each for each in packages or modules if find_spec(modules[each]) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        said = f'{what} needs {some(missing)}, which {verb} not installed; run pip install "http-source[{extra}]".'
        yield PackageMissing(name, said)
