"""Where an answer leads that is a redirect and was not followed: for a message."""

from urllib.parse import urljoin, urlsplit

from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Response, header_of

SEE_OTHER = 303
_CHOICES = 300
FOLLOWED = frozenset({301, 302, SEE_OTHER, 307, 308})
"""Statuses that name one other place (RFC 9110 §15.4), where a GET is asked again."""

REDIRECTS = FOLLOWED | {_CHOICES}
"""Statuses that name another place, or several."""


def leads_away(response: Response) -> bool:
    """Whether an answer is a redirect to somewhere."""
    return response.status in REDIRECTS and bool(_target(response))


def redirect_words(response: Response, redact: Redact | None) -> str:
    """Where it leads, without user, query and fragment, and what to do: nothing with a body is sent anywhere but to `url`."""
    target = _target(response)
    if not target:
        return "It does not say where to go (no usable Location). Check `url`."
    where = f' to "{readable(Foreign(target), redact)}"' if redact else ""
    if response.status == _CHOICES:
        return f"It offers several places, the first of which leads{where}. Set `url` to one of them."
    by_get = " and `http.request.method=GET`, if the records are there" if response.status == SEE_OTHER else ""
    return f"It leads{where}. A request that is not a GET is not sent on: set `url` to where it leads{by_get}."


def _target(response: Response) -> str:
    location = header_of(response.headers, "Location").strip()
    try:
        parts = urlsplit(urljoin(response.url, location))
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if location and host else ""
