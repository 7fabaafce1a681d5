"""What `serve` answers: compact JSON, nothing at all, or an error in the form of Kafka Connect."""

import json

from starlette.responses import Response

from http_source.errors import HttpSourceError


class Refused(HttpSourceError):
    """A request that is not answered as it was meant, with the status code that says so and the reason."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def answer(document: object, status: int = 200, **headers: str) -> Response:
    """A document. Connect's is compact, and clients show it as it comes."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(errors="backslashreplace"), status, headers, "application/json")


def nothing(status: int) -> Response:
    """An answer without a body and without a `Content-Type`: clients parse an empty body that is called JSON, and fail."""
    return Response(None, status)


def failure(status: int, message: str) -> Response:
    """An error, in the only form that clients read."""
    return answer({"error_code": status, "message": message}, status)
