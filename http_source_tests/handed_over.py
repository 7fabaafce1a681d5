"""What a code location hands to the web server, whole. Dagster has no public names for it: the ones that are used stand here alone."""

import warnings

import dagster as dg
from dagster._core.remote_representation.external_data import RepositorySnap  # noqa: TID251 - what is handed over
from dagster._serdes import serialize_value  # noqa: TID251 - how


def handed_over(definitions: dg.Definitions) -> str:
    """The repository of the definitions, as it is sent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Dagster's own, of itself
        return serialize_value(RepositorySnap.from_def(definitions.get_repository_def()))
