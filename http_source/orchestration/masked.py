"""What Dagster's UI shows in place of a secret, and what a run is given when it was launched with that."""

import dagster as dg

MASK = "********"


def refuse_masked(resources: dict[str, dg.ConfigurableResource]) -> None:  # type: ignore[type-arg]  # Dagster's own default
    """Raise dagster.Failure when a field of a resource, by its key, is the mask: `Scaffold all default config` of a launchpad does it."""
    masked = [f"{key}.{field}" for key, resource in resources.items() for field in type(resource).model_fields
              if getattr(resource, field) == MASK]
    if masked:
        raise dg.Failure(
            f"The run's configuration has {MASK} as {', '.join(masked)}, which is what the launchpad shows in place of a secret. Remove "
            "`resources` from the configuration, and launch the run again.",
            allow_retries=False,
        )
