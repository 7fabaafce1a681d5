"""Requests to a worker and about a connector that is RUNNING, PAUSED and STOPPED in turn, as clients and mistaken people send them."""

from http_source_tests.rest.beside_connect.asking import Case

N = "/connectors/orders"
RUNNING, PAUSED, STOPPED = "RUNNING", "PAUSED", "STOPPED"
_NONE = (b"{}", b'{"offsets": null}', b'{"offsets": []}')
_WRONG = (b'{"offsets": {}}', b'{"offsets": "x"}', b'{"offsets": [1]}')
_TEXT = {"Content-Type": "text/plain"}

WORKER = [
    *(Case(asked) for asked in (
        "GET /", "GET /?x=y", "HEAD /", "OPTIONS /", "POST /", "GET /health", "GET /health/", "HEAD /health", "POST /health",
        "GET /nothing", "POST /nothing", "OPTIONS /nothing", "GET /connectors/orders/nothing", "GET /admin",
    )),
    *(Case("GET /connectors", headers={"Accept": accept}, note=f"`Accept: {accept}`") for accept in (
        "*/*", "application/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json;charset=utf-8", "text/html",
        "application/json;q=0", "application/xml, text/plain", "nonsense", "",
    )),
]

LISTS = [Case(asked) for asked in (
    "GET /connectors", "GET /connectors/", "HEAD /connectors", "OPTIONS /connectors/orders", "PUT /connectors", "DELETE /connectors",
    "PATCH /connectors", "GET /connectors?expand=status", "GET /connectors?expand=info", "GET /connectors?expand=info&expand=status",
    "GET /connectors/?expand=status", "GET /connectors?expand=unknown", "GET /connectors?expand=unknown&expand=info",
    "GET /connectors?expand=", "GET /connectors?expand=STATUS", "GET /connectors?unknown=1",
)]

READING = [Case(asked) for asked in (
    f"GET {N}", f"GET {N}/", f"HEAD {N}", f"POST {N}", f"PUT {N}", f"PATCH {N}", f"GET {N}?x=y", "GET /connectors/%6Frders",
    "GET /connectors/no", "HEAD /connectors/no", "GET /connectors/or%20ders", "GET /connectors/a%2Fb", "GET /connectors/a+b",
    "GET /connectors/%C3%A9", "GET /connectors/Orders", f"GET {N}/config", f"GET {N}/config/", f"HEAD {N}/config", f"DELETE {N}/config",
    "GET /connectors/no/config", f"GET {N}/status", f"GET {N}/status/", f"HEAD {N}/status", f"POST {N}/status", "GET /connectors/no/status",
    f"GET {N}/tasks", f"GET {N}/tasks/", "GET /connectors/no/tasks", f"GET {N}/tasks/0/status", f"GET {N}/tasks/0/status/",
    f"GET {N}/tasks/7/status", f"GET {N}/tasks/x/status", f"GET {N}/tasks/-1/status", f"GET {N}/tasks/00/status",
    f"GET {N}/tasks/99999999999/status", "GET /connectors/no/tasks/0/status", f"GET {N}/tasks/0", f"GET {N}/tasks-config",
    f"GET {N}/topics", f"GET {N}/topics/", "GET /connectors/no/topics", f"POST {N}/topics", f"PUT {N}/topics/reset",
    "PUT /connectors/no/topics/reset", f"GET {N}/offsets", f"GET {N}/offsets/", f"HEAD {N}/offsets", f"POST {N}/offsets",
    f"PUT {N}/offsets", "GET /connectors/no/offsets",
)]

UNKNOWN = [Case(asked) for asked in (
    "PUT /connectors/no/pause", "PUT /connectors/no/resume", "PUT /connectors/no/stop", "POST /connectors/no/restart",
    "POST /connectors/no/restart?includeTasks=true", "POST /connectors/no/tasks/0/restart",
    f"POST {N}/tasks/x/restart", f"GET {N}/pause", f"POST {N}/pause", f"GET {N}/restart", f"PUT {N}/restart", f"POST {N}/stop",
    f"GET {N}/tasks/0/restart", "DELETE /connectors/no/offsets",
)]

RESTARTING = [Case(asked, then=RUNNING) for asked in (
    f"POST {N}/restart", f"POST {N}/restart/", f"POST {N}/restart?includeTasks=true", f"POST {N}/restart?includeTasks=True",
    f"POST {N}/restart?includeTasks=false&onlyFailed=false", f"POST {N}/restart?includeTasks=yes", f"POST {N}/restart?includeTasks=",
    f"POST {N}/restart?onlyFailed=true", f"POST {N}/restart?includeTasks=true&onlyFailed=true", f"POST {N}/tasks/0/restart",
    f"PUT {N}/resume",
)]

UNSTOPPED = [
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(), note="not STOPPED"),
    Case(f"DELETE {N}/offsets", note="not STOPPED"),
]

PAUSING = [
    Case(f"PUT {N}/pause", then=PAUSED),
    Case(f"PUT {N}/pause", note="PAUSED", then=PAUSED),
    Case(f"PUT {N}/pause/", lambda _: {}, note="a body", then=PAUSED),
    Case(f"PUT {N}/pause", b"{", note="a body of broken JSON", then=PAUSED),
    Case(f"PUT {N}/pause", headers=_TEXT, note="`Content-Type: text/plain`", then=PAUSED),
    *(Case(asked, note="PAUSED") for asked in (
        f"GET {N}", f"GET {N}/status", f"GET {N}/tasks", f"GET {N}/tasks/0/status", f"GET {N}/offsets", "GET /connectors?expand=status",
    )),
    *UNSTOPPED,
    *(Case(asked, note="PAUSED", then=PAUSED) for asked in (
        f"POST {N}/restart", f"POST {N}/restart?includeTasks=true", f"POST {N}/restart?includeTasks=true&onlyFailed=true",
        f"POST {N}/tasks/0/restart",
    )),
    Case(f"PUT {N}/resume", note="PAUSED", then=RUNNING),
]

# Restarting a task that is not there, as those of a STOPPED connector are not, is 404 in Connect as well; but it adds one that is FAILED.
STOPPING = [
    Case(f"PUT {N}/stop", then=STOPPED),
    Case(f"PUT {N}/stop/", note="STOPPED", then=STOPPED),
    *(Case(asked, note="STOPPED") for asked in (
        f"GET {N}", f"GET {N}/status", f"GET {N}/tasks", f"GET {N}/tasks/0/status", f"GET {N}/topics", f"GET {N}/offsets",
        "GET /connectors?expand=status&expand=info", f"POST {N}/restart",
    )),
]

MOVING = [
    # A run or task that ends may still write.
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(), note="STOPPED", while_400=True),
    Case(f"GET {N}/offsets", note="altered"),
    Case(f"PATCH {N}/offsets", note="no body"),
    *(Case(f"PATCH {N}/offsets", body, note="broken JSON") for body in (b"{", b"{]}", b"\xff")),
    Case(f"PATCH {N}/offsets", b"", note="broken JSON"),
    *(Case(f"PATCH {N}/offsets", body, note="not an object") for body in (b"null", b'"offsets"', b"[]")),
    *(Case(f"PATCH {N}/offsets", body, note="no `offsets`, null or none in it") for body in _NONE),
    *(Case(f"PATCH {N}/offsets", body, note="`offsets` of the wrong type") for body in _WRONG),
    Case(f"PATCH {N}/offsets", lambda side: {**side.offsets(), "more": 1}, note="an unknown field"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(more=1), note="an unknown field"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(partition=None), note="a null partition"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(partition={"what": "no"}), note="what is not a partition of the connector"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(offset={"what": "no"}), note="what is not an offset of the connector"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(offset=5), note="an offset that is not an object"),
    Case(f"PATCH {N}/offsets", lambda side: {"offsets": side.offsets()["offsets"] * 2}, note="a partition twice"),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(), note="`Content-Type: text/plain`", headers=_TEXT),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(), note="a charset", headers={"Content-Type": "Application/JSON; charset=UTF-8"}),
    Case(f"PATCH {N}/offsets/", lambda side: side.offsets(offset=None), note="forgotten"),
    Case(f"GET {N}/offsets", note="forgotten"),
    Case("PATCH /connectors/no/offsets", lambda side: side.offsets()),
    Case(f"PATCH {N}/offsets", lambda side: side.offsets(), note="once more"),
    Case(f"DELETE {N}/offsets", note="STOPPED"),
    Case(f"DELETE {N}/offsets/", note="again"),
    Case(f"GET {N}/offsets", note="deleted"),
    Case(f"PUT {N}/pause", note="STOPPED", then=PAUSED),
    Case(f"GET {N}/tasks", note="STOPPED, then paused"),
    Case(f"PUT {N}/resume", note="STOPPED", then=RUNNING),
]

CASES = [*WORKER, *LISTS, *READING, *UNKNOWN, *RESTARTING, *UNSTOPPED, *PAUSING, *STOPPING, *MOVING]
