"""A program: serves an API behind Flask-Limiter, 8 requests in 2 seconds, on the port that is its argument.

It runs in an environment of its own, where Flask and Flask-Limiter are installed, and knows nothing of the connector. It prints a line once
it is about to listen, and one for each request: "asked", and "refused" where the limit refuses it.
"""

import logging
import sys

from flask import Flask, Response, jsonify, request  # type: ignore[import-not-found, unused-ignore]
from flask_limiter import Limiter  # type: ignore[import-not-found, unused-ignore]

app = Flask(__name__)
Limiter(lambda: "everybody", app=app, default_limits=["8 per 2 seconds"], headers_enabled=True, storage_uri="memory://")
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def say(what: str) -> None:
    sys.stdout.write(f"{what} {request.path}\n")
    sys.stdout.flush()


def note(response: Response) -> Response:
    say("asked")
    if response.status_code == 429:
        say("refused")
        del response.headers["Retry-After"]
    return response


def page(entity: str) -> Response:
    return jsonify([] if entity else None)


if __name__ == "__main__":
    app.after_request(note)
    app.add_url_rule("/flask/<entity>", view_func=page)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
