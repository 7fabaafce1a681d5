"""Connectors made, changed and removed: their files are written, and Dagster loads them.

Requests that change one connector take turns. What one sends is judged as a whole before anything is written. A change that Dagster refuses
where it runs is taken back; one that Dagster could not be told of stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.findings import shown, some
from http_source.config.types import BLANKS
from http_source.rest.answers import Refused, nothing
from http_source.rest.calls import Call, endpoint
from http_source.rest.connectors import info
from http_source.rest.editor import STATES, Editor, Written
from http_source.rest.loaded import RefusedThere, ServedElsewhere, forget, load, load_again
from http_source.rest.reloading import NotReloaded, Reloader
from http_source.rest.validation import texts_of, texts_or_nulls

_FIELDS = ("name", "config", "initial_state")


def create(call: Call) -> Response:
    """POST: a new one. Raises Refused: 400 for mistakes, 409 where it exists, 500 where it was written and Dagster does not load it."""
    reloader = _reloader(call)
    name, config, state = _created(call.body)
    properties = _named(name, texts_of(config))
    with call.worker.locks.of(name):
        with Editor.of(call) as editor:
            written = editor.make(properties, state)
        return _answered(call, reloader, written)


def configure(call: Call) -> Response:
    """PUT: the whole configuration of one that is there, or a new one. Raises as `create`, and 409 where its file was changed meanwhile."""
    reloader = _reloader(call)
    name = call.path["name"]
    properties = _named(name, texts_of(call.body))
    with call.worker.locks.of(name):
        with Editor.of(call) as editor:
            held = editor.find(name)
            written = editor.rewrite(held, properties) if held else editor.make(properties)
        return _answered(call, reloader, written)


def patch(call: Call) -> Response:
    """PATCH: some properties; null removes one. Raises as `configure`, and 404 for one that is not there."""
    reloader = _reloader(call)
    name, given = call.path["name"], texts_or_nulls(call.body)
    if given.get("name", name) != name:
        raise _renamed(given["name"] or "null", name)
    with call.worker.locks.of(name):
        with Editor.of(call) as editor:
            written = _patched(editor, name, given)
        return _answered(call, reloader, written)


def delete(call: Call) -> Response:
    """DELETE: its file goes and its runs end; its offsets stay. Raises Refused: 404, and 500 where Dagster still defines it."""
    reloader = _reloader(call)
    name = call.path["name"]
    try:
        with call.worker.locks.of(name):
            with Editor.of(call) as editor:
                connector = editor.remove(editor.found(name))
            forget(call.worker, reloader, name, connector)
    except ServedElsewhere as error:
        raise Refused(500, f"The file of {name} was removed, but Dagster keeps polling a connector of that name. {error}") from None
    except NotReloaded as error:
        raise Refused(500, f"{name} was removed and is not polled, but Dagster may still show it. {error}") from None
    return nothing(204)


def _patched(editor: Editor, name: str, given: Mapping[str, str | None]) -> Written:
    held = editor.found(name)
    if held.properties is None:
        raise Refused(400, f"{held.file.name} cannot be read, so nothing can be put into it. Send the whole configuration by PUT.")
    patched: Mapping[str, object] = {"name": name, **held.properties, **given}
    return editor.rewrite(held, {each: value for each, value in patched.items() if value is not None})


def _answered(call: Call, reloader: Reloader, written: Written) -> Response:
    """INFO of what was written, once Dagster has it."""
    name, is_new = written.connector.name, written.before is None
    try:
        load(call.worker, reloader, written.connector)
    except RefusedThere as error:
        _take_back(call, reloader, written)
        raise Refused(400, f"Dagster refuses the configuration of {name} where it runs, so nothing was changed:\n{error}") from None
    except NotReloaded as error:
        raise Refused(500, f"The configuration of {name} was written, but Dagster does not run it. {error} Then reload the code "
                           "location, or send the same by PUT.") from None
    answered = info(replace(call, path={"name": name}))
    if is_new:
        answered.status_code = 201
        answered.headers["Location"] = f"/connectors/{quote(name, safe='')}"
    return answered


def _take_back(call: Call, reloader: Reloader, written: Written) -> None:
    with Editor.of(call) as editor:
        editor.take_back(written)
    try:
        load_again(call.worker, reloader)
    except NotReloaded as error:
        raise Refused(500, f"The configuration of {written.connector.name} is as it was, since Dagster refuses the one that was sent; but "
                           f"it was not loaded again. {error} Then reload the code location.") from None


def _reloader(call: Call) -> Reloader:
    if call.worker.reloader is None:
        raise Refused(403, "This server does not change connectors. Start it as `http-source serve --allow-changes`, or edit the files in "
                           "the folder of connectors and reload Dagster's code location.")
    return call.worker.reloader


def _created(body: Any) -> tuple[str, Any, str]:
    """Name, configuration and state of a POST's body."""
    if not isinstance(body, dict) or not isinstance(body.get("config"), dict):
        raise Refused(400, 'Send {"name": "…", "config": {"property": "value", …}}.')
    if further := [field for field in body if field not in _FIELDS]:
        raise Refused(400, f"The body has {some(further)}, but its members are {', '.join(_FIELDS)}; properties stand in config.")
    name, state = body.get("name") or "", "RUNNING" if body.get("initial_state") is None else body["initial_state"]
    if not isinstance(name, str) or not isinstance(state, str) or state.upper() not in STATES:
        raise Refused(400, f"name is a text, and initial_state is one of {', '.join(STATES)}.")
    return name.strip(BLANKS), body["config"], state.upper()


def _named(name: str, texts: dict[str, str]) -> dict[str, str]:
    """The properties with the name, which is added where it is not there. Raises Refused (400) for another one."""
    if not name or name != name.strip(BLANKS):
        raise Refused(400, "A connector's name is not empty, and neither begins nor ends with a blank.")
    if texts.setdefault("name", name) != name:
        raise _renamed(texts["name"], name)
    return texts


def _renamed(given: str, name: str) -> Refused:
    return Refused(400, f"Connector name configuration ({shown(given)}) doesn't match connector name in the URL or body ({shown(name)}). A "
                        "connector keeps its name: make a new one, and delete this one.")


ROUTES = (
    Route("/connectors", endpoint(create, takes_body=True), methods=["POST"]),
    Route("/connectors/{name}/config", endpoint(configure, takes_body=True), methods=["PUT"]),
    Route("/connectors/{name}/config", endpoint(patch, takes_body=True), methods=["PATCH"]),
    Route("/connectors/{name}", endpoint(delete), methods=["DELETE"]),
)
