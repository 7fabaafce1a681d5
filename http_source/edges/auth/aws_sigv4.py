"""auth.type=aws_sigv4: AWS Signature Version 4, as API Gateway with IAM, OpenSearch, AppSync and S3 want it."""

import re
from collections.abc import Iterator

from http_source.config.extras import AWS, lacking
from http_source.config.findings import invalid, needed
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig
from http_source.config.types import text_of
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

KEY, SECRET, TOKEN = "aws.access.key.id", "aws.secret.access.key", "aws.session.token"
REGION, SERVICE = "aws.region", "aws.service"
OF_S3 = frozenset({"s3", "s3-outposts", "s3express"})
"""Services that sign a path as it is, and want the digest of the body in a header."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def check_package(_config: ConnectorConfig) -> Iterator[Finding]:
    """What signs is installed."""
    yield from lacking("auth.type", "auth.type=aws_sigv4", AWS)


def check_key(config: ConnectorConfig) -> Iterator[Finding]:
    """Key and secret are there together; without both botocore finds them where AWS's own programs do."""
    given = {KEY: config.auth.aws_access_key_id, SECRET: text_of(config.auth.aws_secret_access_key) or None}
    there = [name for name, value in given.items() if value]
    if len(there) == 1:
        yield needed(SECRET if there == [KEY] else KEY, there[0])
    if config.auth.aws_session_token and not there:
        yield needed(KEY, TOKEN)


def check_words(config: ConnectorConfig) -> Iterator[Finding]:
    """What stands in the header can stand there."""
    auth = config.auth
    for name, word in ((REGION, auth.aws_region), (SERVICE, auth.aws_service)):
        if word is not None and not _WORD.fullmatch(word):
            yield invalid(name, word, "Expected letters, digits, hyphens and dots, such as eu-central-1 or execute-api")
    for name, text in ((KEY, auth.aws_access_key_id or ""), (TOKEN, text_of(auth.aws_session_token))):
        if text and not _PRINTABLE.fullmatch(text):
            yield invalid(name, HIDDEN, "Expected printable ASCII without blanks")


class AwsSigV4(Authentication):
    """A signature over method, address, body and time, for one region and service."""

    name = AuthType.AWS_SIGV4
    needs = (REGION,)
    owns = ("aws.",)
    sample = {SERVICE: "execute-api"}  # noqa: RUF012 - nobody changes it
    rules = (check_package, check_key, check_words)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - botocore asks by itself
        """What signs by botocore; it tells `redact` the session tokens that it finds."""
        # Imported here, since it is not installed everywhere.
        from http_source.edges.auth.aws_signer import AwsSigner  # noqa: PLC0415

        return AwsSigner(options, redact)

    @classmethod
    def headers(cls, options: AuthOptions) -> tuple[str, ...]:
        """What botocore adds."""
        return ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", *(("X-Amz-Content-SHA256",) if options.aws_service in OF_S3 else ()))
