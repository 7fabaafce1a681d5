"""requests' digest for challenges that were read elsewhere: each thread has its own, with its own count."""

from collections.abc import Mapping
from typing import Any

from requests.auth import HTTPDigestAuth


class ChallengedDigest(HTTPDigestAuth):
    """Computes the header of a request; requests would take any challenge, and send the request again itself."""

    _thread_local: Any

    def take(self, challenge: Mapping[str, str]) -> None:
        """Answer this challenge from now on, in this thread."""
        self.init_per_thread_state()
        qop = {"qop": "auth"} if "qop" in challenge else {}
        self._thread_local.chal = {**challenge, **qop}

    def header(self, method: str, target: str) -> str | None:
        """The header of a request with that method and target; None before this thread has a challenge."""
        self.init_per_thread_state()
        if not self._thread_local.chal:
            return None
        # A scheme that urlparse knows nothing of: of an http URL it would split what follows a semicolon from the path.
        header: str | None = self.build_digest_header(method, f"target:{target}")  # type: ignore[no-untyped-call]  # types-requests lacks it
        return header
