"""Signs by botocore, on addresses that AWS reads in one way only."""

import logging
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus, urlsplit, urlunsplit

import botocore.session
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError

from http_source.config.properties import AuthOptions
from http_source.config.types import text_of
from http_source.edges.auth.authentication import Unchanging
from http_source.edges.auth.aws_sigv4 import OF_S3
from http_source.errors import RequestFailed
from http_source.foreign.chains import apart
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign, readable

if TYPE_CHECKING:
    from requests.models import PreparedRequest

_UNRESERVED = "-_.~"
_SIGNED = ("content-type",)
_INSTEAD = "Set aws.access.key.id and aws.secret.access.key, or give what runs Dagster a role that it may take."
_NONE_FOUND = (
    "There are no AWS credentials: neither aws.access.key.id is set, nor does botocore find any in the environment, in ~/.aws or at the "
    f"machine's role. {_INSTEAD}"
)

# botocore writes what it signs, with the session token, into the log at this level, and has no switch for it.
logging.getLogger(SigV4Auth.__module__).addFilter(lambda record: record.levelno > logging.DEBUG)


class AwsSigner(Unchanging):
    """Signs each request by itself, with the newest credentials: those of a role are renewed by botocore before their time is over."""

    def __init__(self, options: AuthOptions, redact: Redactor) -> None:
        self._region, self._service = options.aws_region or "", options.aws_service
        self._redact = redact
        self._lock = threading.Lock()
        self._found = _configured(options)
        self._token = text_of(options.aws_session_token) or None

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request, its query and for S3 its path percent-encoded anew. Raises RequestFailed where no credentials are found."""
        request.url = _canonical(request.url or "", whole=self._service in OF_S3)
        headers = {name: value for name, value in request.headers.items() if name.lower() in _SIGNED}
        signed = AWSRequest(method=request.method, url=request.url, data=request.body or b"", headers=headers)
        signer = S3SigV4Auth if self._service in OF_S3 else SigV4Auth
        signer(self._credentials(), self._service, self._region).add_auth(signed)
        self._redact.sign(signed.headers["Authorization"].rpartition("Signature=")[2])
        request.headers.update(dict(signed.headers.items()))
        return request

    def _credentials(self) -> ReadOnlyCredentials:
        frozen = apart(self._frozen, (BotoCoreError, ClientError), self._unfound, ours=RequestFailed)
        if frozen.token and frozen.token != self._token:
            self._redact.learn(frozen.token)
            self._token = frozen.token
        return frozen

    def _frozen(self) -> ReadOnlyCredentials:
        with self._lock:
            if self._found is None:
                self._found = botocore.session.get_session().get_credentials()
        if self._found is None:
            raise RequestFailed(_NONE_FOUND)
        return self._found.get_frozen_credentials()

    def _unfound(self, error: Exception) -> RequestFailed:
        return RequestFailed(f"botocore could not get AWS credentials ({readable(Foreign.of(error), self._redact)}). {_INSTEAD}")


def _configured(options: AuthOptions) -> Credentials | None:
    key, secret = options.aws_access_key_id, text_of(options.aws_secret_access_key)
    return Credentials(key, secret, text_of(options.aws_session_token) or None) if key and secret else None


def _canonical(url: str, *, whole: bool) -> str:
    """The address with each letter encoded that RFC 3986 §2.3 does not leave alone: AWS signs it so, botocore signs what it is given."""
    parts = urlsplit(url)
    path = quote(unquote(parts.path, errors="surrogateescape"), safe="/" + _UNRESERVED, errors="surrogateescape") if whole else parts.path
    items = (item.partition("=") for item in parts.query.split("&") if item)
    query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, _, value in items)
    return urlunsplit(parts._replace(path=path or "/", query=query))


def _encoded(text: str) -> str:
    return quote(unquote_plus(text, errors="surrogateescape"), safe=_UNRESERVED, errors="surrogateescape")
