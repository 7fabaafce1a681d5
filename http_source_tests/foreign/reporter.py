"""What an error reporter sends of an exception: Sentry's own client, with the variables of every frame, to a list instead of a server."""

import json
from collections.abc import Iterator
from typing import Any

import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.scrubber import EventScrubber
from sentry_sdk.transport import Transport
from sentry_sdk.utils import event_from_exception

_TESTS = ("http_source_tests", "_pytest")


class Reporter(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self._client = sentry_sdk.Client(
            dsn="http://public@127.0.0.1:1/1", transport=self, include_local_variables=True, include_source_context=True,
            # Its own would hide what is called a password.
            event_scrubber=EventScrubber(denylist=[], pii_denylist=[]),
            max_value_length=1_000_000, default_integrations=False, auto_enabling_integrations=False,
        )

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep what is in an envelope."""
        self.sent += [json.dumps(item.payload.json) for item in envelope.items]

    def report(self, error: BaseException) -> list[str]:
        """What is sent of an exception: its words, and the variables of each frame that is not a test's."""
        event, hint = event_from_exception(error, client_options=self._client.options)
        self._client.capture_event(event, hint)
        exceptions = json.loads(self.sent[-1])["exception"]["values"]
        words = [json.dumps(each["value"]) for each in exceptions]
        return words + [line for each in exceptions for line in _sent(each["stacktrace"])]


def _sent(stack: Any) -> Iterator[str]:
    for frame in stack["frames"]:
        if not any(each in frame["abs_path"] for each in _TESTS):
            where = f"{frame['module']}.{frame['function']}"
            yield from (f"{where} {name}={json.dumps(value)}" for name, value in frame.get("vars", {}).items())


def shown_in_frames(error: BaseException) -> list[str]:
    """What a reporter that knows no bounds shows: the words and the variables of every frame of the whole chain, hidden or not."""
    pending: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while pending:
        each = pending.pop()
        if each is not None and each not in seen:
            seen.append(each)
            pending += [each.__cause__, each.__context__]
    return [text for each in seen for text in (repr(each), str(each), *map(repr, each.args), *_variables(each))]


def _variables(error: BaseException) -> list[str]:
    trace, found = error.__traceback__, []
    while trace is not None:
        if not any(each in trace.tb_frame.f_code.co_filename for each in _TESTS):
            found += [f"{trace.tb_frame.f_code.co_qualname} {name}={value!r}" for name, value in trace.tb_frame.f_locals.items()]
        trace = trace.tb_next
    return found
