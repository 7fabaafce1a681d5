"""A sensor that the UI shows on the page of the asset, too."""

from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg

Evaluate = Callable[[dg.SensorEvaluationContext], dg.SensorResult]


class LinkedSensor(dg.SensorDefinition):
    """A sensor that starts the runs of one job, and is shown with a second one, which it never starts.

    Dagster shows a sensor on an asset's page by the jobs of that asset among the sensor's targets. As one of `jobs` the second job would
    have to be chosen in each request, and both given as definitions, which makes Dagster warn of a parameter of its own.
    """

    def __init__(self, shown_job: str, evaluate: Evaluate, **settings: Any) -> None:
        """`shown_job` is the name of the job of the asset; `settings` are those of any sensor, `job_name` among them."""
        super().__init__(evaluation_fn=evaluate, **settings)
        self._made_of = (shown_job, evaluate, settings)
        self._shown = dg.SensorDefinition(name=self.name, job_name=shown_job, evaluation_fn=evaluate).targets

    @property
    def targets(self) -> Sequence[Any]:
        """What the UI shows."""
        return [*super().targets, *self._shown]

    def with_attributes(self, **attributes: Any) -> dg.SensorDefinition:
        """A copy with other attributes; Dagster makes one of each sensor of a component."""
        changes = {name: value for name, value in attributes.items() if value is not None}
        if changes.keys() - {"metadata"}:
            return super().with_attributes(**changes)
        shown_job, evaluate, settings = self._made_of
        return LinkedSensor(shown_job, evaluate, **{**settings, **changes})
