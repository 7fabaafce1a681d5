"""AWS Signature Version 4: what is signed, with whose keys, and what is said when there are none."""

import hashlib
import hmac
import logging
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from http_source.edges.auth import auth_of
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.config.samples import VALID, findings, load, mistakes
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of, nobody
from http_source_tests.servers import Asked, Reply, api

KEY: Mapping[str, object] = {
    "auth.type": "aws_sigv4", "aws.region": "eu-central-1", "aws.access.key.id": "AKIDEXAMPLE",
    "aws.secret.access.key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
ROLE: Mapping[str, object] = {"auth.type": "aws_sigv4", "aws.region": "eu-central-1"}
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8}/([^/]+)/([^/]+)/aws4_request), SignedHeaders=([^,]+), Signature=(\w{64})")


def parts_of(asked: Asked) -> tuple[str, ...]:
    match = _SIGNED.fullmatch(asked.headers["Authorization"])
    assert match, asked.headers
    return match.groups()


def signature_of(asked: Asked, secret: str) -> str:
    """By the steps of AWS's documentation, for an address that the server reads in one way only."""
    _, scope, region, service, names, _ = parts_of(asked)
    headers = {name.lower(): value for name, value in asked.headers.items()}
    path, _, query = asked.target.partition("?")
    body = hashlib.sha256(asked.body).hexdigest()
    lines = [asked.method, path if service == "s3" else quote(path, safe="/~"), "&".join(sorted(query.split("&"))),
             *(f"{name}:{headers[name]}" for name in names.split(";")), "", names, body]
    text = "\n".join(("AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256("\n".join(lines).encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for word in (headers["x-amz-date"][:8], region, service, "aws4_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def asked_with(properties: Mapping[str, object], request: Request | None = None) -> Asked:
    """The request that arrives."""
    with api(lambda _: b"[]") as server, patient(auth=credentials_of(properties)) as client:
        asked = request or Request("GET", "/items?b=%20&a=:,/")
        client.fetch(Request(asked.method, server.url + asked.url, asked.headers, asked.body), anywhere)
    return server.asked[0]


@pytest.mark.parametrize(
    "changes",
    [{}, {"aws.region": "us-east-1"}, {"aws.service": "s3"}, {"aws.session.token": "t0ken/+="}, {"aws.access.key.id": "OTHER"},
     {"aws.secret.access.key": "other"}],
)
def test_what_is_signed_follows_the_options(changes: Mapping[str, object]) -> None:
    properties = {**KEY, **changes}
    asked = asked_with(properties)
    key, _, region, service, _, signature = parts_of(asked)
    assert [key, region] == [properties["aws.access.key.id"], properties["aws.region"]]
    assert service == properties.get("aws.service", "execute-api")
    assert asked.headers.get("X-Amz-Security-Token") == properties.get("aws.session.token")
    assert ("X-Amz-Content-SHA256" in asked.headers) == (service == "s3")
    assert signature == signature_of(asked, str(properties["aws.secret.access.key"]))


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ("/items?created=>2020:01,b/c", "/items?created=%3E2020%3A01%2Cb%2Fc"), ("/a:b/c?x", "/a:b/c?x="),
        ("/?a+b=c%2Bd&&a=%e4", "/?a%20b=c%2Bd&a=%E4"),
        ("", "/"),
    ],
)
def test_a_query_is_sent_in_the_one_way_in_which_it_is_signed(sent: str, target: str) -> None:
    asked = asked_with(KEY, Request("GET", sent))
    assert asked.target == target


def test_a_body_and_its_type_are_signed_and_no_other_header() -> None:
    """A proxy may change the others."""
    headers = {"Content-Type": "application/json", "X-Other": "a"}
    asked = asked_with(KEY, Request("POST", "/items", headers, '{"a": "ü"}'.encode()))
    *_, names, signature = parts_of(asked)
    assert names == "content-type;host;x-amz-date"
    assert signature == signature_of(asked, str(KEY["aws.secret.access.key"]))


def test_a_redirect_is_signed_for_where_it_leads() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": "/b?c=d"}) if asked.target == "/a" else Reply()

    with api(answer) as server, patient(auth=credentials_of(KEY)) as client:
        client.fetch(Request("GET", f"{server.url}/a"), anywhere)
    assert all(parts_of(asked)[-1] == signature_of(asked, str(KEY["aws.secret.access.key"])) for asked in server.asked)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of AWS files, and nothing else that botocore could find."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("config", "credentials"):
        monkeypatch.setenv({"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}[name], str(tmp_path / name))
    return tmp_path


def test_without_a_key_it_is_found_where_aws_s_own_programs_find_it(alone: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its session token is hidden from then on, in the log as well."""
    caplog.set_level(logging.DEBUG)
    (alone / "credentials").write_text(
        "[default]\naws_access_key_id = FOUND\naws_secret_access_key = found-secret\naws_session_token = found-t0ken\n"
    )
    options, redact = load(dict(ROLE)).config.auth, Redactor()
    with api(lambda _: b"[]") as server, patient(auth=auth_of(options).signer(options, nobody, redact)) as client:
        client.fetch(Request("GET", f"{server.url}/items?a=b"), anywhere)
    assert parts_of(server.asked[0])[0] == "FOUND"
    assert redact("it is found-t0ken") == "it is [hidden]"
    assert "found-t0ken" not in caplog.text
    assert "found-secret" not in caplog.text


@pytest.mark.usefixtures("alone")
def test_no_key_at_all_is_told() -> None:
    with patient(auth=credentials_of(ROLE)) as client, pytest.raises(RequestFailed, match=r"no AWS credentials: .* Set aws\.access"):
        client.fetch(Request("GET", "https://a.example/"), anywhere)


def test_files_that_botocore_cannot_read_are_told_in_a_sentence(alone: Path) -> None:
    (alone / "config").write_text("no ini\n")
    with patient(auth=credentials_of(ROLE)) as client, pytest.raises(RequestFailed, match="botocore could not get AWS cred") as failure:
        client.fetch(Request("GET", "https://a.example/"), anywhere)
    assert str(failure.value).isprintable()
    assert failure.value.__context__ is None


def test_a_role_that_may_not_be_taken_is_told_in_a_sentence(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (alone / "token").write_text("a-token-of-the-cluster")
    refusal = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error></ErrorResponse>"
    with api(lambda _: Reply(refusal, 403, {"Content-Type": "text/xml"})) as sts:
        for name, value in {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/reader", "AWS_WEB_IDENTITY_TOKEN_FILE": str(alone / "token"),
                            "AWS_ENDPOINT_URL_STS": sts.url, "AWS_DEFAULT_REGION": "eu-central-1", "AWS_MAX_ATTEMPTS": "1"}.items():
            monkeypatch.setenv(name, value)
        with patient(auth=credentials_of(ROLE)) as client, pytest.raises(RequestFailed, match=r"AccessDenied.*role that it may") as failure:
            client.fetch(Request("GET", "https://a.example/"), anywhere)
    assert "a-token-of-the-cluster" not in str(failure.value)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"aws.region": None}, "aws.region"), ({"aws.region": "eu central"}, "aws.region"), ({"aws.service": ""}, "aws.service"),
        ({"aws.secret.access.key": None}, "aws.secret.access.key"), ({"aws.access.key.id": None}, "aws.access.key.id"),
        ({"aws.access.key.id": "a b"}, "aws.access.key.id"), ({"aws.session.token": "a\nb"}, "aws.session.token"),
        ({"aws.access.key.id": None, "aws.secret.access.key": None, "aws.session.token": "t"}, "aws.access.key.id"),
        ({"http.request.headers": "x-amz-date: a"}, "http.request.headers"),
    ],
)
def test_what_cannot_be_signed_is_a_mistake(changes: Mapping[str, object], name: str) -> None:
    assert mistakes({**KEY, **changes}) == [name]


def test_a_missing_package_is_told_with_how_to_install_it() -> None:
    program = f"""
import sys
sys.modules["botocore"] = None
from http_source.assembly.loading import load_config
from http_source.errors import ConfigurationError
try:
    load_config({ {**VALID, **ROLE}!r})
except ConfigurationError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert 'auth.type: auth.type=aws_sigv4 needs botocore, which is not installed; run pip install "http-source[aws]".' in said


def test_validate_loads_nothing_of_it() -> None:
    program = f"""
import sys
from http_source.assembly.loading import load_config
load_config({ {**VALID, **ROLE}!r})
print(*sorted({{"botocore", "requests", "requests_oauthlib"}} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split() == []


def test_a_secret_without_its_key_is_told() -> None:
    assert findings({**KEY, "aws.access.key.id": None})[0].message == "It must be set, since aws.secret.access.key needs it."
