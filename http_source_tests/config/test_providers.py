"""Config providers: what `${env:…}`, `${file:…}` and `${directory:…}` become, and what is said when they cannot be resolved."""

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.assembly.loading import load_config
from http_source.config.properties import PROPERTIES
from http_source.config.providers import ALLOWED_PATHS, ENV_ALLOWLIST, LARGEST_FILE, ProviderError, Providers, parse_java_properties
from http_source.config.types import Secret
from http_source.errors import ConfigurationError
from http_source_tests.config.samples import VALID, mistakes

CANARY = "canary-5ec4e7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a properties file and a file that holds one secret."""
    (tmp_path / "secrets.properties").write_text("# of the shop\ntoken = t0ken\nurl: https\\://example.com\n", encoding="utf-8")
    (tmp_path / "password").write_text("pässword\n", encoding="utf-8")
    return tmp_path


def resolve(text: object, folder: Path | None = None, /, **environment: str) -> object:
    """The text resolved, with `FOLDER` standing for the folder."""
    return Providers(environment).resolve(text.replace("FOLDER", str(folder)) if isinstance(text, str) else text)


def reasons(text: str, folder: Path | None = None, /, **environment: str) -> tuple[str, ...]:
    with pytest.raises(ProviderError) as error:
        resolve(text, folder, **environment)
    return error.value.reasons


# What references become


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("${env:TOKEN}", "abc"),
        ("Bearer ${env:TOKEN}", "Bearer abc"),
        ("X: ${env:TOKEN}|Y: ${env:OTHER}|Z: z", "X: abc|Y: ${env:TOKEN}|Z: z"),
        ("${env::TOKEN}", "abc"),
        ("${file:FOLDER/secrets.properties:token}", "t0ken"),
        ("${file:FOLDER/secrets.properties:url}/${offset}", "https://example.com/${offset}"),
        ("${directory:FOLDER:password}", "pässword\n"),
        ("${env:EMPTY}", ""),
    ],
)
def test_a_reference_becomes_what_it_names(text: str, resolved: str, folder: Path) -> None:
    """Several in a text, with text around them; what they give is not expanded again."""
    assert resolve(text, folder, TOKEN="abc", OTHER="${env:TOKEN}", EMPTY="") == resolved


@pytest.mark.parametrize("text", ["", "${offset}", "${entityName}-${offset}", "{}", "${", "${:a}", "$env:A", "${env:A", "${a b:c}"])
def test_what_is_no_reference_stays(text: str) -> None:
    assert resolve(text) == text


def test_the_texts_of_a_list_are_resolved_and_other_values_stay() -> None:
    assert resolve(["a", "${env:B}", 3], B="b") == ["a", "b", 3]
    assert resolve(7) == 7


def test_a_reference_ends_at_the_first_brace_as_in_connect() -> None:
    assert resolve("${env:A}}", A="a") == "a}"
    assert resolve("{${env:A}}", A="a") == "{a}"


@given(st.lists(st.sampled_from(["${", "}", "env", ":", "A", "${offset}", "text", "$", "{"])).map("".join))
def test_only_references_change(text: str) -> None:
    """Any text around them comes out as it went in."""
    environment = {"A": "a", "B": "b"}
    try:
        before = resolve(text + "}", **environment)
    except ProviderError:
        return
    assert resolve(text + "}${env:B}", **environment) == f"{before}b"


def test_every_property_may_come_from_a_provider() -> None:
    """A whole configuration of references is the configuration of what they name."""
    environment = {f"V{number}": str(value) for number, value in enumerate(VALID.values())}
    references: dict[str, object] = {name: f"${{env:V{number}}}" for number, name in enumerate(VALID)}
    assert load_config(references, environment=environment).config == load_config(VALID).config


def test_a_secret_of_a_provider_is_one_of_the_configuration() -> None:
    loaded = load_config({**VALID, "auth.type": "bearer", "bearer.token": "${env:TOKEN}"}, environment={"TOKEN": f" {CANARY}\n"})
    assert loaded.config.auth.bearer_token == Secret(CANARY)
    assert loaded.config.provided == (Secret(f" {CANARY}\n"),)
    assert CANARY not in repr(loaded)


def test_the_environment_is_the_processs_own_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "abc")
    assert load_config({**VALID, "name": "${env:TOKEN}"}).config.connector.name == "abc"


# What cannot be resolved


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${env:NOT_SET}", "there is no such environment variable"),
        ("${env:}", "write ${env:NAME}"),
        ("${env:a:NAME}", "write ${env:NAME}"),
        ("${file:token}", "write ${file:/path/secrets.properties:key}"),
        ("${file:FOLDER/secrets.properties:}", "write ${file:/path/secrets.properties:key}"),
        ("${file:FOLDER/secrets.properties:other}", "no such key"),
        ("${file:FOLDER/missing:token}", "there is no such file"),
        ("${file:FOLDER:token}", "there is no such file"),
        ("${file:secrets.properties:token}", "the path is relative"),
        ("${file:/dev/zero:token}", "there is no such file"),
        ("${directory:FOLDER:missing}", "there is no such file"),
        ("${directory:FOLDER:../x}", "without / and \\"),
        ("${directory:FOLDER:..}", "without / and \\"),
        ("${directory:FOLDER:}", "write ${directory:/path:file}"),
        ("${vault:secret/a:b}", "there is no such config provider. There are env, file, directory."),
        ("${ENV:A}", "Did you mean env?"),
        ("${file:/a\x00b:c}", "there can be nothing of this name"),
        ("${directory:/a:\ud800}", "there can be nothing of this name"),
    ],
)
def test_what_cannot_be_resolved_is_told_with_provider_and_key(text: str, reason: str, folder: Path) -> None:
    (told,) = reasons(text, folder)
    assert told.startswith(f"{text.split(':', maxsplit=1)[0]}:")
    assert reason in told


def test_every_reference_that_fails_is_told_beside_the_other_mistakes() -> None:
    changes: dict[str, object] = {"url": "${env:A}/${env:B}", "bearer.token": "${env:C}", "max.retries": "x"}
    assert mistakes(changes) == ["url", "url", "bearer.token", "max.retries"]


@pytest.mark.parametrize("content", [b"\xff" + CANARY.encode(), b"a" * (LARGEST_FILE + 1), f"a={CANARY}\\u12".encode()])
def test_a_file_that_cannot_be_read_is_told_without_its_content(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(content)
    (told,) = reasons("${file:FOLDER/f:a}", tmp_path)
    assert CANARY not in told
    assert told.endswith((" save it as UTF-8.", " is larger than 1 MB.", " correct it."))


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "cannot be resolved" in reasons("${directory:FOLDER:a}", tmp_path)[0]


def test_connects_own_settings_of_providers_are_refused_with_where_they_are_set() -> None:
    for name in ("config.providers", "config.providers.env.class", "config.providers.file.param.allowed.paths"):
        with pytest.raises(ConfigurationError, match=f"{ALLOWED_PATHS} and {ENV_ALLOWLIST}"):
            load_config({**VALID, name: "env"})


# Restrictions


def test_only_allowed_folders_are_read(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    allowed = {ALLOWED_PATHS: f"{elsewhere}:{folder}"}
    assert resolve("${directory:FOLDER:password}", folder, **allowed) == "pässword\n"
    for text in ("${directory:/etc:hostname}", "${file:FOLDER/../secrets.properties:token}", "${file:/etc/hostname:a}"):
        assert f"{ALLOWED_PATHS} does not allow this path" in reasons(text, folder, **allowed)[0]


def test_no_link_leads_out_of_an_allowed_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    allowed = tmp_path_factory.mktemp("allowed")
    (allowed / "link").symlink_to(folder / "password")
    (allowed / "inner").symlink_to(allowed / "real")
    (allowed / "real").write_text("a")
    assert resolve("${directory:FOLDER:inner}", allowed, **{ALLOWED_PATHS: str(allowed)}) == "a"
    assert "does not allow" in reasons("${directory:FOLDER:link}", allowed, **{ALLOWED_PATHS: str(allowed)})[0]


@pytest.mark.parametrize("setting", ["relative", ":", "/no/such/folder"])
def test_a_setting_that_names_no_folder_allows_nothing(setting: str, folder: Path) -> None:
    assert "does not allow" in reasons("${directory:FOLDER:password}", folder, **{ALLOWED_PATHS: setting})[0]


def test_only_allowed_variables_are_read_and_the_whole_name_counts() -> None:
    assert resolve("${env:SHOP_KEY}", SHOP_KEY="k", **{ENV_ALLOWLIST: "SHOP_.*"}) == "k"
    for name in ("HOME", "MY_SHOP_KEY", "SHOP"):
        (told,) = reasons(f"${{env:{name}}}", HOME="h", MY_SHOP_KEY="k", **{ENV_ALLOWLIST: "SHOP_.*"})
        assert f"{ENV_ALLOWLIST} does not allow this name" in told


def test_a_broken_allowlist_allows_nothing() -> None:
    assert f"{ENV_ALLOWLIST} is not a regular expression" in reasons("${env:A}", A="a", **{ENV_ALLOWLIST: "("})[0]


# Nothing a provider gives is in a finding


WRONG = (
    CANARY, f"{CANARY},{CANARY}", f"${{{CANARY}}}", f"ftp://{CANARY}@h", f"$.{CANARY}", f"{CANARY}:{CANARY}|{CANARY}:b", f"{CANARY}\x00",
    f"={CANARY}", f"{CANARY.upper()} ", f"{'x' * 79}{CANARY}", f"Host:{CANARY}", "599-400", "12345678", "-77",
)


@pytest.mark.parametrize("name", PROPERTIES)
def test_no_value_of_a_provider_is_in_any_finding(name: str) -> None:
    for value, text in product(WRONG, ("${env:A}", "prefix ${env:A} suffix")):
        found = said({**VALID, name: text}, {"A": value}).lower()
        assert CANARY[:6] not in found
        assert value.lower().strip() not in found


@pytest.mark.parametrize("beside", [
    {"entity.names": "${env:A}", "topic.name.pattern": "t ${entityName}", "url": "https://h/${entityName}"},
    {"request.interval.ms": "${env:N}", "catchup.interval.ms": "99999999"},
    {"entity.names": ["${env:A}", "${env:A}"]},
    {"http.next.page.allowed.hosts": ["h", "https://${env:A}"]},
    {"topic.name.pattern": "${env:A}${offest}"},
])
def test_no_other_property_tells_it(beside: dict[str, object]) -> None:
    found = said({**VALID, **beside}, {"A": CANARY, "N": "12345678"})
    assert found
    assert CANARY not in found
    assert "12345678" not in found


def test_what_is_not_told_says_how_to_read_it() -> None:
    assert "by a made-up value of the same kind" in said({**VALID, "topic.name.pattern": "${env:A}!"}, {"A": CANARY})


def test_what_has_nothing_of_a_provider_is_told_in_full() -> None:
    found = said({**VALID, "max.retries": "many", "tasks.max": "${env:A}", "bearer.token": "${env:T}"}, {"A": "x", "T": CANARY})
    assert "Invalid value many for configuration max.retries: Not a number of type INT." in found
    assert "Invalid value [hidden] for configuration tasks.max: Not a number of type INT." in found


def said(properties: Mapping[str, object], environment: Mapping[str, str]) -> str:
    """All findings, mistakes or warnings."""
    try:
        return repr(load_config(properties, environment=environment).warnings)
    except ConfigurationError as error:
        return str(error) + repr(error.findings)


# Java properties


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("a=b", {"a": "b"}),
        ("a = b\nc:d\r\ne f\rg\th", {"a": "b", "c": "d", "e": "f", "g": "h"}),
        ("  # comment\n! another\n\n \t\f\na=b", {"a": "b"}),
        ("# a comment goes not on \\\na=b", {"a": "b"}),
        ("a=b\\\n   c\\\r\n  # no comment\nd=e", {"a": "bc# no comment", "d": "e"}),
        ("a=b\\\\\nc=d\\", {"a": "b\\", "c": "d"}),
        ("a\\=\\:\\ b=c", {"a=: b": "c"}),
        ("a=\\u00e4\\ud83d\\ude42\\t\\n\\q", {"a": "ä🙂\t\nq"}),
        ("a==b", {"a": "=b"}),
        ("a = = b ", {"a": "= b "}),
        ("a", {"a": ""}),
        ("a=1\na=2", {"a": "2"}),
        ("\\\n# a comment after a lone backslash\na=b", {"a": "b"}),
        ("ключ=значение", {"ключ": "значение"}),
        ("", {}),
    ],
)
def test_a_properties_file_is_read_as_java_reads_it(text: str, entries: dict[str, str]) -> None:
    assert parse_java_properties(text) == entries


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_escaped_comes_back(entries: dict[str, str]) -> None:
    """As `java.util.Properties.store` writes it."""
    escape: Callable[[str], str] = lambda text: "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in text)  # noqa: E731
    assert parse_java_properties("".join(f"{escape(key)}={escape(value)}\n" for key, value in entries.items())) == entries
