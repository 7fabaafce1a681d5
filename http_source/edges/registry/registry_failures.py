"""What the Schema Registry refused, or why it could not be asked → a sentence or two that a user can act on."""

import re
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus

from http_source.edges.registry.address import RegistryAddress
from http_source.errors import RequestFailed
from http_source.foreign.chains import causes
from http_source.foreign.text import Foreign, Redact, readable

NO_CODE = -1
"""Stands where an answer has no code of a registry."""

_MISSING = frozenset({40401, 40402, 40403})
_LONGEST_QUOTE, _LONGEST_WORD = 600, 40
_BESIDES = re.compile(r"(?:, {0,4})?\{(?:oldSchema|validateFields|compatibility|oldSchemaVersion): ")


class RegistryFailed(RequestFailed):
    """The Schema Registry did not do what a page needs, so nothing of that page is produced."""


@dataclass(frozen=True, slots=True)
class RegistryRefusal:
    """An answer that says no: its status, the registry's own code (or NO_CODE) and its words."""

    status: int
    code: int
    message: Foreign

    @property
    def is_missing(self) -> bool:
        """Whether the registry knows no such subject, version or schema; any other 404 comes from something that is no registry."""
        return self.code in _MISSING


def unusable(address: RegistryAddress) -> RegistryFailed:
    """Say that there is no address to ask at."""
    if address.url.strip():
        words = f"{address.url_name} is not the address of a Schema Registry. Expected https://host:port, followed by a path if it has one."
    else:
        words = f"output.data.format needs a Schema Registry, and none is named. Set {address.url_name}, or choose output.data.format=JSON."
    return RegistryFailed(words, retriable=False)


def badly_set_up(address: RegistryAddress, error: Exception, redact: Redact) -> RegistryFailed:
    """Say that a certificate or key cannot be read."""
    return RegistryFailed(
        f"The certificates for the Schema Registry at {address.shown} cannot be read: {_brief(error, redact)}. Check {address.ca_name}, "
        "and the files of the client's certificate and key.",
        retriable=False,
    )


def overdue(address: RegistryAddress) -> RegistryFailed:
    """Say that a call was given up when its time was over."""
    return RegistryFailed(_SLOW.format(at=_at(address), address=address))


def given_up(address: RegistryAddress) -> RegistryFailed:
    """Say that a call was given up since nobody waits for it any longer."""
    return RegistryFailed(f"{_at(address)} had not answered when polling was stopped.")


def no_registry(address: RegistryAddress) -> RegistryFailed:
    """Say that something answered which is no registry, such as a login page."""
    return RegistryFailed(
        f"What answers at {address.shown} is not a Schema Registry. Does {address.url_name} have the right port and path "
        "(for Apicurio the path ends with /apis/ccompat/v7)?"
    )


def unanswered(address: RegistryAddress, error: BaseException, redact: Redact) -> RegistryFailed:
    """Say why no answer came."""
    for kind, sentence in _SENTENCES:
        if cause := next((each for each in causes(error) if isinstance(each, kind)), None):
            return RegistryFailed(sentence.format(at=_at(address), address=address, cause=_brief(cause, redact)))
    return RegistryFailed(f"{_at(address)} did not answer as an HTTP server should. Does {address.url_name} have the right "
                          "port and scheme?")


def unregistered(address: RegistryAddress, subject: str) -> RegistryFailed:
    """Say that a schema is not there although new ones are not registered."""
    return RegistryFailed(
        f"{_at(address)} does not have the schema of these records under subject {subject}, and value.converter.auto.register.schemas is "
        "false. Register it there, or set that property to true.",
        retriable=False,
    )


def unknown_id(address: RegistryAddress, number: int) -> RegistryFailed:
    """Say that no schema has the id that the connector names."""
    return RegistryFailed(
        f"{_at(address)} has no schema with the id {number}. Set value.converter.use.schema.id to one that it has, or to -1.",
        retriable=False,
    )


def not_to_be_imported(address: RegistryAddress, subject: str, version: int) -> RegistryFailed:
    """Say that a version is not there that a registered schema imports."""
    return RegistryFailed(
        f"{_at(address)} does not have version {version} of subject {subject}, which a registered schema imports. Register a schema whose "
        "references are there, or write to another topic.",
        retriable=False,
    )


def other_format(address: RegistryAddress, subject: str, *, theirs: Foreign, ours: str, redact: Redact) -> RegistryFailed:
    """Say that a subject holds schemas of another format."""
    word = readable(theirs, redact, _LONGEST_WORD)
    return RegistryFailed(
        f"Subject {subject} of the Schema Registry at {address.shown} holds {word} schemas, and this connector writes {ours}. "
        "Choose that output.data.format, or another topic.",
        retriable=False,
    )


def refused(address: RegistryAddress, refusal: RegistryRefusal, subject: str, redact: Redact) -> RegistryFailed:
    """Say what the registry refused for a subject, and how to go on."""
    status = refusal.status
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RegistryFailed(f"{_at(address)} cannot answer at the moment (status {status}){_said(refusal, redact)}.")
    sentence = _REFUSALS.get(refusal.code) or _REFUSALS.get(status)
    if sentence is None and (refusal.code == NO_CODE or status in _NO_SUCH_PATH):
        return no_registry(address)
    hint = _HINT if refusal.message.says(_OPEN_CONTENT) and not refusal.message.says(_CLOSED_CONTENT) else ""
    said = _said(refusal, redact)
    words = (sentence or _REFUSED).format(at=_at(address), address=address, subject=subject, said=said, status=status, hint=hint)
    return RegistryFailed(words, retriable=False)


def _at(address: RegistryAddress) -> str:
    return f"The Schema Registry at {address.shown}"


def _said(refusal: RegistryRefusal, redact: Redact) -> str:
    """The registry's words in one line, without the old schema that Confluent's repeats whole."""
    if refusal.code == NO_CODE or not refusal.message:
        return ""
    words = readable(refusal.message.without_between(_BESIDES, "]").joined(), redact, _LONGEST_QUOTE)
    return f": {words}" + "…" * (len(words) == _LONGEST_QUOTE)


def _brief(cause: BaseException, redact: Redact) -> str:
    return readable(Foreign.of(cause).first_line(), redact)


# Behind a place that may be null, in arrays and in maps too, both registries say no more than that a branch is not compatible.
_OPEN_CONTENT = re.compile(
    "ADDED_TO_OPEN_CONTENT_MODEL|PARTIALLY_OPEN_CONTENT_MODEL|COMBINED_TYPE_SUBSCHEMAS_CHANGED|"
    "Object type property schemas narrowed|Combined type subschema not compatible"
)
_CLOSED_CONTENT = re.compile("REMOVED_FROM_CLOSED_CONTENT_MODEL|propertySchemasRemoved")
"""What FORWARD and FULL refuse where the hint was followed already."""
_HINT = ", with value.converter.object.additional.properties=false from its first schema on, under which fields can be added"
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_NO_SUCH_PATH = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
_SLOW = "{at} did not answer within {address.timeout:g} s. Is it running, and is {address.url_name} right?"
_REFUSED = "{at} refuses the request for subject {subject} (status {status}){said}."
_MOVED = "{at} answers with a redirect (status {status}), which is not followed. Set {address.url_name} to where it leads."
_REFUSALS = dict.fromkeys(range(300, 400), _MOVED) | {
    401: "{at} did not accept the credentials, or requires some (status 401). Check {address.user_name}.",
    403: "{at} forbids the request for subject {subject} (status 403){said}. Give the user of {address.user_name} access to read and "
        "write it.",
    409: "{at} does not accept a schema for subject {subject} that is not compatible with an earlier one{said}. Give that subject a "
        "compatibility level that allows the change, or write to another topic{hint}.",
    422: "{at} finds the schema for subject {subject} not valid{said}. Rename or leave out the field with a transform, or choose another "
        "output.data.format.",
    42205: "{at} does not accept a new schema for subject {subject}{said}. Is it in mode READONLY?",
}
"""By the registry's own code, or by status."""

_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "The host name of the Schema Registry at {address.shown} cannot be resolved ({cause}). Check {address.url_name}."),
    (ssl.SSLCertVerificationError,
        "{at} has a certificate that was not accepted: {cause}. Name the authority that issued it in {address.ca_name}."),
    (ssl.SSLError, "No TLS connection to the Schema Registry at {address.shown}: {cause}. Should {address.url_name} start with http://?"),
    (ConnectionRefusedError, "{at} refused the connection. Is it running, and is {address.url_name} right?"),
    (TimeoutError, _SLOW),
    (ConnectionError, "{at} closed the connection before it answered. Does {address.url_name} have the right port and scheme?"),
    (OSError, "No connection to the Schema Registry at {address.shown}: {cause}. Check {address.url_name}."),
)
"""Tried from top to bottom: the first kind found among the causes explains the failure."""
