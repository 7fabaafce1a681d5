"""Requests that make, change and remove connectors, and about plugins and loggers, as clients and mistaken people send them."""

from collections.abc import Iterator

from http_source_tests.rest.beside_connect.asking import Body, Case, Side

MADE = "/connectors/made"
_TEXT = {"Content-Type": "text/plain"}
_BROKEN = (b"{", b"", b'{"name": "made", "config": {}')
_NOT_OBJECTS = (b"null", b"[]", b'"text"', b"1")


def _post(note: str, *bodies: Body) -> Iterator[Case]:
    return (Case("POST /connectors", body, note) for body in bodies)


def _put(note: str, *bodies: Body) -> Iterator[Case]:
    return (Case(f"PUT {MADE}/config", body, note) for body in bodies)


def _patch(note: str, *bodies: Body) -> Iterator[Case]:
    return (Case(f"PATCH {MADE}/config", body, note) for body in bodies)


def _validate(note: str, *bodies: Body) -> Iterator[Case]:
    return (Case("PUT /connector-plugins/{plugin}/config/validate", body, note) for body in bodies)


def _level(note: str, *bodies: Body) -> Iterator[Case]:
    return (Case("PUT /admin/loggers/{logger}", body, note) for body in bodies)


def _new(name: str = "made", /, **more: object) -> "Body":
    return lambda side: {"name": name, "config": side.config(), **more}


def _with(**changes: object) -> "Body":
    return lambda side: {"name": "made", "config": side.config(**changes)}


def _again(side: Side) -> object:
    return side.config("made")


REFUSED = [
    *_post("broken JSON", *_BROKEN),
    *_post("not an object", *_NOT_OBJECTS),
    *_post("an empty object", b"{}"),
    *_post("no `config`", b'{"name": "made"}', b'{"name": "made", "config": null}'),
    *_post("`config` of the wrong type", b'{"name": "made", "config": []}', b'{"name": "made", "config": "x"}'),
    *_post("an empty `config`", b'{"name": "made", "config": {}}'),
    *_post("no name", lambda side: {"config": side.config()}),
    *_post("an empty or blank name", _new(""), _new("  ")),
    *_post("a control character in the name", _new("a\u0007b"), _new("a\nb")),
    *_post("a number for a name", lambda side: {"name": 5, "config": side.config()}),
    *_post("a list for a name", lambda side: {"name": [], "config": side.config()}),
    *_post("another name in `config`", lambda side: {"name": "made", "config": side.config("other")}),
    *_post("an unknown field", _new(more=1)),
    *_post("an unknown `initial_state`", _new(initial_state="NONSENSE"), _new(initial_state="")),
    *_post("an unknown class", _with(connector_class="Nonsense")),
    *_post("a value that is wrong", _with(tasks_max="x"), _with(tasks_max="0")),
    *_post("a property missing", lambda side: {"name": "made", "config": side.without_what_is_needed("made")}),
    *_post("null for a value", _with(tasks_max=None)),
    *_post("a list or an object for a value", _with(tasks_max=[]), _with(tasks_max={})),
    Case("POST /connectors", _new(), "`Content-Type: text/plain`", _TEXT),
    Case("POST /connectors", lambda _: {}, "`Content-Type` of a form", {"Content-Type": "application/x-www-form-urlencoded"}),
    Case("POST /connectors", note="no body"),
    Case("POST /connectors", _new(), "`Accept: text/html`", {"Accept": "text/html"}),
    Case(f"GET {MADE}", note="refused"),
]

MAKING = [
    *_post("", _new()),
    *_post("it exists", _new(), _new(" made ")),
    Case(f"GET {MADE}", note="made"),
    Case(f"GET {MADE}/config", note="made"),
    Case(f"PUT {MADE}/config", _again),
    Case(f"PUT {MADE}/config/", _again, "a slash"),
    *_put("a number", lambda side: side.config("made", tasks_max=1)),
    *_put("no name", lambda side: side.config()),
    *_put("another name", lambda side: side.config("other")),
    *_put("broken JSON", b"{", b""),
    *_put("not an object", *_NOT_OBJECTS),
    *_put("an empty object", b"{}"),
    *_put("wrapped as for POST", _new()),
    *_put("a value that is wrong", lambda side: side.config("made", tasks_max="x")),
    *_put("a property missing", lambda side: side.without_what_is_needed("made")),
    *_put("no class", lambda side: side.config("made", connector_class=...)),
    *_put("null for a value", lambda side: side.config("made", tasks_max=None)),
    *_put("a list or an object for a value", lambda side: side.config("made", tasks_max=[])),
    *_put("an unknown property", lambda side: side.config("made", what_is_not_known="1")),
    Case(f"PUT {MADE}/config", _again, "`Content-Type: text/plain`", _TEXT),
    Case(f"PUT {MADE}/config", note="no body"),
    Case(f"GET {MADE}/config", note="after the refused ones"),
    *_patch("", lambda _: {"tasks.max": "1"}),
    *_patch("a number", lambda _: {"tasks.max": 1}),
    *_patch("null removes", lambda _: {"tasks.max": None}),
    *_patch("nothing", b"{}"),
    *_patch("another name", lambda _: {"name": "other"}),
    *_patch("a value that is wrong", lambda _: {"tasks.max": "x"}),
    *_patch("null for what is needed", lambda side: {side.needed: None}),
    *_patch("broken JSON", b"{", b""),
    *_patch("not an object", *_NOT_OBJECTS),
    *_patch("a list or an object for a value", lambda _: {"tasks.max": []}),
    Case(f"PATCH {MADE}/config", lambda _: {"tasks.max": "1"}, "`Content-Type: text/plain`", _TEXT),
    Case("PATCH /connectors/no/config", lambda _: {"tasks.max": "1"}),
    Case(f"GET {MADE}/config", note="patched"),
    Case(f"DELETE {MADE}/", note="a slash"),
    Case(f"DELETE {MADE}", note="again"),
    *(Case(f"GET {MADE}{part}", note="deleted") for part in ("", "/status", "/config", "/tasks", "/offsets", "/topics")),
    Case(f"PUT {MADE}/config", _again, "a new one"),
    Case(f"DELETE {MADE}"),
    Case("DELETE /connectors/no"),
]

BEGINNING = [
    *_post("`initial_state` PAUSED", _new("asleep", initial_state="paused")),
    *(Case(f"GET /connectors/asleep{part}", note="made PAUSED") for part in ("", "/status", "/tasks")),
    *_post("`initial_state` STOPPED", _new("still", initial_state="STOPPED")),
    *(Case(f"GET /connectors/still{part}", note="made STOPPED") for part in ("", "/status", "/tasks", "/offsets")),
    Case("PATCH /connectors/still/offsets", lambda side: side.offsets(), "made STOPPED"),
    *_post("`initial_state` null", _new("plain", initial_state=None)),
    Case("POST /connectors/", _new("slash"), "a slash"),
    Case("POST /connectors?forward=false", _new("forwarded")),
    *_post("name in `config` alone", lambda side: {"name": None, "config": side.config("inside")}),
    *_post("a slash, a blank and a letter of another script in the name", _new("a/b c\u00e9")),
    *(Case(f"{method} /connectors/a%2Fb%20c%C3%A9", note="a name with a slash") for method in ("GET", "HEAD", "DELETE")),
    *(Case(f"DELETE /connectors/{name}", note="made with `initial_state`") for name in ("asleep", "still", "plain")),
    *(Case(f"DELETE /connectors/{name}") for name in ("slash", "forwarded", "inside")),
]

PLUGINS = [
    *(Case(asked) for asked in (
        "GET /connector-plugins", "GET /connector-plugins/", "HEAD /connector-plugins", "GET /connector-plugins?connectorsOnly=true",
        "GET /connector-plugins?connectorsOnly=false", "GET /connector-plugins?connectorsOnly=False",
        "GET /connector-plugins?connectorsOnly=nonsense", "POST /connector-plugins", "GET /connector-plugins/{plugin}",
        "GET /connector-plugins/{plugin}/config", "GET /connector-plugins/{plugin}/config/", "GET /connector-plugins/Nonsense/config",
        "GET /connector-plugins/{plugin}/config?version=nonsense", "PUT /connector-plugins/{plugin}/config",
        "GET /connector-plugins/{plugin}/config/validate", "POST /connector-plugins/{plugin}/config/validate",
    )),
    *_validate("", lambda side: side.config("made"), lambda side: side.config("orders")),
    *_validate("a value that is wrong", lambda side: side.config("made", tasks_max="x")),
    *_validate("a property missing", lambda side: side.without_what_is_needed("made")),
    *_validate("no name", lambda side: side.config()),
    *_validate("no class", lambda side: side.config("made", connector_class=...)),
    *_validate("another class", lambda side: side.config("made", connector_class="Nonsense")),
    *_validate("an unknown property", lambda side: side.config("made", what_is_not_known="1")),
    *_validate("an empty object", b"{}"),
    *_validate("a number", lambda side: side.config("made", tasks_max=1)),
    *_validate("null for a value", lambda side: side.config("made", tasks_max=None)),
    *_validate("a list or an object for a value", lambda side: side.config("made", tasks_max=[])),
    *_validate("broken JSON", b"{", b""),
    *_validate("not an object", *_NOT_OBJECTS),
    Case("PUT /connector-plugins/{plugin}/config/validate", _again, "`Content-Type: text/plain`", _TEXT),
    Case("PUT /connector-plugins/Nonsense/config/validate", _again),
    Case("PUT /connector-plugins/Nonsense/config/validate", lambda side: side.config("made", connector_class="Nonsense"), "of that class"),
]

LOGGERS = [
    *(Case(asked) for asked in (
        "GET /admin/loggers", "GET /admin/loggers/", "GET /admin/loggers/root", "GET /admin/loggers/root/", "GET /admin/loggers/{logger}",
        "GET /admin/loggers/not.there", "HEAD /admin/loggers", "POST /admin/loggers", "DELETE /admin/loggers/{logger}",
        "POST /admin/loggers/{logger}",
    )),
    *_level("", lambda _: {"level": "ERROR"}),
    Case("GET /admin/loggers/{logger}", note="changed"),
    *_level("the same", lambda _: {"level": "ERROR"}),
    *_level("lower case", lambda _: {"level": "warn"}),
    *_level("an unknown level", lambda _: {"level": "NONSENSE"}),
    *_level("no level", b"{}", b'{"level": null}'),
    *_level("a level that is not a text", b'{"level": 5}', b'{"level": []}'),
    *_level("an unknown field", b'{"level": "WARN", "more": 1}'),
    *_level("broken JSON", b"{", b""),
    *_level("not an object", *_NOT_OBJECTS),
    Case("PUT /admin/loggers/{logger}", lambda _: {"level": "WARN"}, "`Content-Type: text/plain`", _TEXT),
    *(Case(f"PUT /admin/loggers/{{logger}}?scope={scope}", lambda _: {"level": "WARN"}) for scope in ("worker", "cluster", "nonsense")),
    Case("PUT /admin/loggers/not.there", lambda _: {"level": "WARN"}),
]

CASES = [*REFUSED, *MAKING, *BEGINNING, *PLUGINS, *LOGGERS]
