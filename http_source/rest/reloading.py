"""Has Dagster load changed configurations: its webserver reloads the code location, as its UI does, and is asked what came of it.

The answer to the reload itself still shows what was defined before, so the workspace is asked again.
"""

import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from http_source.config.findings import shown, some
from http_source.config.partly_shown import shown_url
from http_source.config.slug import UPKEEP
from http_source.errors import HttpSourceError
from http_source.foreign.text import Foreign, readable

_MODULE = "http_source.definitions"
_ASK_S, _RELOAD_S = 10, 60
"""Seconds: together less than the 90 that Connect's clients wait."""

_WORKSPACE = """{ workspaceOrError { __typename ... on PythonError { message } ... on Workspace { locationEntries {
  name displayMetadata { key value } locationOrLoadError { __typename ... on PythonError { message } ... on RepositoryLocation {
    serverId repositories { sensors { name description } jobs { name } assetNodes { assetKey { path } } } } } } } } }"""
_RELOAD = """mutation($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) {
  __typename ... on ReloadNotSupported { message } ... on RepositoryLocationNotFound { message } ... on UnauthorizedError { message }
  ... on PythonError { message } } }"""

_NAME_IT = "--webserver names where Dagster's UI is."

Key = tuple[str, ...]
"""The path of an asset's key."""


class NotReloaded(HttpSourceError):
    """Why Dagster does not have what the files say, and what to do."""


@dataclass(frozen=True, slots=True)
class Location:
    """A code location as the webserver knows it.

    Attributes:
        module: the Python module it loads, where it loads one.
        server: changes whenever its code is loaded anew.
        failure: why it could not be loaded; empty where it was.
        sensors: their descriptions by their names.
    """

    name: str
    module: str = ""
    server: str = ""
    failure: str = ""
    sensors: Mapping[str, str] = field(default_factory=dict)
    jobs: frozenset[str] = frozenset()
    assets: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Location":
        """One of the workspace's entries."""
        found = entry["locationOrLoadError"] or {}
        module = next((each["value"] for each in entry["displayMetadata"] if each["key"] == "module_name"), "")
        if found.get("__typename") != "RepositoryLocation":
            return cls(entry["name"], module, failure=_brief(found.get("message") or "It is being loaded."))
        repositories = found["repositories"]
        return cls(
            entry["name"], module, found["serverId"] or "",
            sensors={each["name"]: each["description"] or "" for one in repositories for each in one["sensors"]},
            jobs=frozenset(each["name"] for one in repositories for each in one["jobs"]),
            assets=frozenset(tuple(each["assetKey"]["path"]) for one in repositories for each in one["assetNodes"]),
        )


class Reloader:
    """One webserver, asked by one request at a time; those that wait meanwhile have one reload together."""

    def __init__(self, url: str, location: str = "") -> None:
        """`url` is where Dagster's UI is; `location` names the code location where it cannot be found out."""
        self._url = url.rstrip("/")
        self._location = location
        self._one = threading.Lock()
        self._newest: tuple[float, Sequence[Location]] = (0.0, ())

    def reload(self, keys: Iterable[Key]) -> Sequence[Location]:
        """Have the code locations loaded anew that serve the folder, whose assets have these keys; as they are then. Raises NotReloaded."""
        since = time.monotonic()
        with self._one:
            if self._newest[0] < since:
                begun = time.monotonic()
                self._newest = (begun, self._reload(frozenset(keys)))
            return self._newest[1]

    def _reload(self, keys: frozenset[Key]) -> Sequence[Location]:
        before = {each.name: each for each in self._choose(self._workspace(), keys)}
        for name in before:
            answered = self._ask(_RELOAD, _RELOAD_S, name=name)["reloadRepositoryLocation"]
            if answered["__typename"] != "WorkspaceLocationEntry":
                raise NotReloaded(f"Dagster's webserver does not reload the code location {shown(name)}: {_brief(answered['message'])}")
        after = [each for each in self._workspace() if each.name in before]
        for each in after:
            if each.failure:
                raise NotReloaded(f"The code location {shown(each.name)} could not be loaded: {each.failure}")
            if each.server and each.server == before[each.name].server:
                raise NotReloaded(f"The code location {shown(each.name)} kept its code, since its server does not reload it; restart "
                                  "that server, or run `dagster code-server start` in its place.")
        return after

    def _choose(self, locations: Sequence[Location], keys: frozenset[Key]) -> Sequence[Location]:
        """Those that serve the folder: by name, by its assets, or where it has none yet by how a folder is served."""
        if self._location:
            ways = [[each for each in locations if each.name == self._location]]
        else:
            ways = [
                [each for each in locations if each.assets & keys],
                [each for each in locations if UPKEEP in each.sensors],
                [each for each in locations if each.module == _MODULE],
                [each for each in locations if len(locations) == 1],
            ]
        chosen = next(filter(None, ways), None)
        if chosen is None:
            names = some([each.name for each in locations]) or "none"
            raise NotReloaded(f"No code location of Dagster's webserver is known to serve this folder; it has {names}. Let --location name "
                              "the one.")
        return chosen

    def _workspace(self) -> Sequence[Location]:
        found = self._ask(_WORKSPACE, _ASK_S)["workspaceOrError"]
        if found["__typename"] != "Workspace":
            raise NotReloaded(f"Dagster's webserver has no workspace: {_brief(found.get('message') or '')}")
        return [Location.of(entry) for entry in found["locationEntries"]]

    def _ask(self, query: str, seconds: float, **variables: object) -> Mapping[str, Any]:
        where = f"Dagster's webserver at {shown_url(self._url)}"
        try:
            with requests.Session() as session:
                # Nothing of the environment but whom to trust: a proxy for other addresses is not one for this.
                session.trust_env, session.verify = False, os.environ.get("SSL_CERT_FILE") or True
                answered = session.post(f"{self._url}/graphql", json={"query": query, "variables": variables}, timeout=seconds)
            document = answered.json()
            data = document["data"]
        except requests.Timeout:
            raise NotReloaded(f"{where} did not answer within {seconds:.0f} s.") from None
        except requests.JSONDecodeError:
            raise NotReloaded(f"{where} answered {answered.status_code}, but not with JSON. {_NAME_IT}") from None
        except requests.RequestException as error:
            raise NotReloaded(f"{where} does not answer ({type(error).__name__}). Start it. {_NAME_IT}") from None
        except (KeyError, TypeError):
            raise NotReloaded(f"{where} answered {answered.status_code} without data. {_NAME_IT}") from None
        if not isinstance(data, dict):
            raise NotReloaded(f"{where} refused the request; this version of Dagster may not be supported.")
        return data


def _brief(message: str) -> str:
    return readable(Foreign(message).first_line(), str)
