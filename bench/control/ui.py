"""What a person does in Dagster's UI, through its GraphQL."""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

LOCATION = "http_source"
_REPOSITORY = "__repository__"
_TIMEOUT_S = 90
_SETTLES_S, _LOOK_S = 1.5, 0.2
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}

_RUNS = """query($job: String) { runsOrError(filter: {pipelineName: $job}, limit: 200) {
  ... on Runs { results { runId status startTime } } ... on PythonError { message } } }"""
_SENSOR = """query($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) {
  ... on Sensor { sensorState { id status } } ... on PythonError { message } } }"""
_START = "mutation($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) { __typename ... on PythonError { message } } }"
_STOP = "mutation($id: String!) { stopSensor(id: $id) { __typename ... on PythonError { message } } }"
_RELOAD = """mutation($location: String!) { reloadRepositoryLocation(repositoryLocationName: $location) { __typename
  ... on WorkspaceLocationEntry { locationOrLoadError { __typename ... on PythonError { message } } } ... on PythonError { message } } }"""
_TERMINATE = "mutation($run: String!) { terminateRun(runId: $run) { __typename ... on TerminateRunFailure { message } } }"
_LOGS = """query($run: ID!) { logsForRun(runId: $run) { ... on EventConnection { events { ... on MessageEvent { message } } } } }"""


class Refused(RuntimeError):
    """Dagster did not do what was asked; carries what it said."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a connector, as the UI lists it."""

    id: str
    status: str

    @property
    def ended(self) -> bool:
        """Whether Dagster counts it as ended."""
        return self.status in _ENDED


class Ui:
    """Talks to one webserver."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/graphql"

    def loaded(self, connector: str) -> bool:
        """Whether the webserver answers and knows the connector."""
        try:
            return "sensorState" in self._ask(_SENSOR, sensor=_sensor(connector))
        except (requests.RequestException, Refused):
            return False

    def reload(self) -> None:
        """Click on `Reload` of the code location."""
        entry = self._ask(_RELOAD, location=LOCATION)
        found = entry.get("locationOrLoadError") or {}
        if found.get("__typename") != "RepositoryLocation":
            raise Refused(f"The code location was not loaded: {found.get('message') or entry}")

    def pause(self, connector: str) -> int:
        """Switch a connector's sensor off, and again where the daemon undoes that, having read the switch before; how often it did."""
        clicks, settled = 0, time.monotonic() + _SETTLES_S
        while time.monotonic() < settled:
            state = self._ask(_SENSOR, sensor=_sensor(connector))["sensorState"]
            if state["status"] != "STOPPED":
                self._ask(_STOP, id=state["id"])
                clicks += 1
            threading.Event().wait(_LOOK_S)
        return clicks - 1

    def resume(self, connector: str) -> None:
        """Switch it on."""
        self._ask(_START, sensor=_sensor(connector))

    def terminate(self, run: str) -> None:
        """Click on `Terminate` of a run."""
        self._ask(_TERMINATE, run=run)

    def runs(self, connector: str) -> list[Run]:
        """The runs of a connector, newest first."""
        found = self._ask(_RUNS, job=f"{connector}_poll").get("results", [])
        return [Run(each["runId"], each["status"]) for each in found]

    def process_of(self, run: str) -> int | None:
        """The process of a run, as its log in the UI says."""
        events = self._ask(_LOGS, run=run).get("events", [])
        said = [re.search(r"\(pid: (\d+)\)", each.get("message") or "") for each in events]
        return next((int(match[1]) for match in said if match), None)

    def _ask(self, query: str, **variables: object) -> Mapping[str, Any]:
        answer = requests.post(self._url, json={"query": query, "variables": variables}, timeout=_TIMEOUT_S).json()
        if answer.get("errors"):
            raise Refused(str(answer["errors"])[:500])
        (found,) = answer["data"].values()
        if "message" in found:
            raise Refused(str(found["message"])[:500])
        return dict(found)


def _sensor(connector: str) -> Mapping[str, str]:
    return {"repositoryLocationName": LOCATION, "repositoryName": _REPOSITORY, "sensorName": f"{connector}_sensor"}
