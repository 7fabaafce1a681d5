"""Kafka Connect's config providers: `${env:NAME}`, `${file:/path:key}` and `${directory:/path:file}` become what they name.

Connect's pattern is `${provider:[path:]key}` (KIP-297, KIP-632, KIP-887), so `${offset}` and `${entityName}`, which have no colon,
stay. Where these are replaced, and in secrets, `$${` writes `${`. Several may stand in one value, with text around them; what they give
is not expanded again.

What Connect's administrator restricts in the worker, the environment restricts here: HTTP_SOURCE_CONFIG_ALLOWED_PATHS (folders, split by
colons; KIP-993) and HTTP_SOURCE_CONFIG_ENV_ALLOWLIST (a regular expression for whole names). As in Connect, nothing is restricted
without them: who writes a connector's file also says where its requests go.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from http_source.config.findings import did_you_mean, shown
from http_source.config.types import Secret
from http_source.config.variables import OPENING
from http_source.foreign.text import Foreign, readable

Escape = Callable[[str], str]
"""How what a provider gives is written into a text."""

ALLOWED_PATHS, ENV_ALLOWLIST = "HTTP_SOURCE_CONFIG_ALLOWED_PATHS", "HTTP_SOURCE_CONFIG_ENV_ALLOWLIST"
LARGEST_FILE = 1024 * 1024
MOST_GIVEN = 8 * 1024 * 1024
_MOST_REASONS = 5
_FORMS = {"env": "${env:NAME}", "file": "${file:/path/secrets.properties:key}", "directory": "${directory:/path:file}"}
_PROVIDER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}")

_BLANKS = " \t\f"
_LINE_END = re.compile(r"\r\n|\r|\n")
_ENTRY = re.compile(r"((?:[^\\=: \t\f]|\\.)*)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class ProviderError(ValueError):
    """References in a value that cannot be resolved; `reasons` has a sentence for each, and never what a provider gave.

    Attributes:
        malformed: whether one of them can be resolved nowhere, whatever the surroundings are.
    """

    def __init__(self, reasons: Iterable[str], *, malformed: bool) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        self.malformed = malformed
        super().__init__(" ".join(self.reasons))


class _Unresolved(ValueError):
    """The end of the sentence about one reference: why, and what to do."""


class _Malformed(_Unresolved):
    """The same about a reference that is not written as one."""


class Providers:
    """The providers of one configuration; each file is read once, so that all its keys are of one moment."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment` takes the place of the process's own."""
        self._environment = os.environ if environment is None else environment
        self._resolved: dict[str, Secret] = {}
        self._files: dict[Path, Mapping[str, Secret] | _Unresolved] = {}
        self._room = MOST_GIVEN

    @property
    def given(self) -> tuple[Secret, ...]:
        """Everything the providers gave so far."""
        return tuple(self._resolved.values())

    def resolve(self, value: object, written: Escape | None = None) -> object:
        """A text, or a list with texts, with every reference resolved; an equal value when there is none. Raises ProviderError.

        In a text where `$${` writes `${`, that is no reference, and `written` is how what is given is put in.
        """
        if isinstance(value, list):
            return [self._fill_in(each, written) if isinstance(each, str) else each for each in value]
        return self._fill_in(value, written) if isinstance(value, str) else value

    def _fill_in(self, text: str, written: Escape | None) -> str:
        # Split at each brace: to search a megabyte of "${a:" by Connect's regular expression would take for ever.
        *pieces, rest = text.split("}")
        filled, errors = [], []
        for piece in pieces:
            before, content = _parted(piece, escapes=written is not None)
            provider, colon, _ = content.partition(":")
            if not colon or not _PROVIDER.fullmatch(provider):
                filled.append(piece + "}")
                continue
            try:
                filled.append(before + (written or str)(self._resolve(content)))
            except _Unresolved as error:
                errors.append((content, error))
                if len(errors) == _MOST_REASONS:
                    break
        if errors:
            reasons = (f"${{{shown(content)}}} cannot be resolved: {error}" for content, error in errors)
            raise ProviderError(reasons, malformed=any(isinstance(error, _Malformed) for _, error in errors))
        return "".join(filled) + rest

    def _resolve(self, content: str) -> str:
        if content not in self._resolved:
            provider, _, rest = content.partition(":")
            path, _, key = rest.rpartition(":") if rest.count(":") < 2 else rest.partition(":")  # noqa: PLR2004
            self._resolved[content] = self._look_up(provider, path, key)
        value = self._resolved[content].reveal()
        self._room -= len(value)
        if self._room < 0:
            raise _Unresolved(f"the config providers give more than {MOST_GIVEN // 1024 // 1024} MB altogether; use it less often.")
        return value

    def _look_up(self, provider: str, path: str, key: str) -> Secret:
        if provider not in _FORMS:
            raise _Malformed(f"there is no such config provider.{did_you_mean(provider, _FORMS)} There are {', '.join(_FORMS)}.")
        if not key or bool(path) is (provider == "env"):
            raise _Malformed(f"write {_FORMS[provider]}.")
        try:
            return {"env": self._variable, "file": self._entry, "directory": self._file}[provider](path, key)
        except _Unresolved:
            raise
        except OSError as error:
            raise _Unresolved(f"the file cannot be read: {readable(Foreign.of(error), str)}.") from None
        except (RuntimeError, ValueError):
            raise _Unresolved("there can be nothing of this name, because of a character in it or a link in a circle.") from None

    def _variable(self, _: str, name: str) -> Secret:
        if not self._allowlist().fullmatch(name):
            raise _Unresolved(f"the environment variable {ENV_ALLOWLIST} does not allow this name.")
        if name not in self._environment:
            raise _Unresolved("there is no such environment variable; set it where Dagster runs.")
        return Secret(self._environment[name])

    def _allowlist(self) -> re.Pattern[str]:
        try:
            return re.compile(self._environment.get(ENV_ALLOWLIST) or "(?s:.*)")
        except re.error:
            raise _Unresolved(f"the environment variable {ENV_ALLOWLIST} is not a regular expression; correct it.") from None

    def _entry(self, path: str, key: str) -> Secret:
        file = self._allowed(Path(path))
        if file not in self._files:
            self._files[file] = _entries_of(file)
        entries = self._files[file]
        if isinstance(entries, _Unresolved):
            raise _Unresolved(*entries.args)
        if key not in entries:
            raise _Unresolved("the file has no such key; add a line key=value.")
        return entries[key]

    def _file(self, path: str, name: str) -> Secret:
        if name in {".", ".."} or "/" in name or "\\" in name:
            raise _Malformed("after the path stands the name of a file in it, without / and \\.")
        return Secret(_read(self._allowed(Path(path, name))))

    def _allowed(self, path: Path) -> Path:
        """The real file, so that neither `..` nor a link leads out of the allowed folders."""
        if not path.is_absolute():
            raise _Malformed("the path is relative; write an absolute one, which is the same wherever Dagster runs.")
        real, folders = path.resolve(), self._environment.get(ALLOWED_PATHS, "")
        allowed = [Path(folder).resolve() for folder in folders.split(os.pathsep) if Path(folder).is_absolute()]
        if folders and not any(map(real.is_relative_to, allowed)):
            raise _Unresolved(f"the environment variable {ALLOWED_PATHS} does not allow this path.")
        return real


def _parted(piece: str, *, escapes: bool) -> tuple[str, str]:
    """What stands before the first reference of a text that ends where it does, and what is in its braces."""
    if not escapes:
        before, _, content = piece.partition("${")
        return before, content
    opening = OPENING.search(piece)
    return (piece[: opening.start()], piece[opening.end() :]) if opening else (piece, "")


def _entries_of(file: Path) -> "dict[str, Secret] | _Unresolved":
    """The entries of a file, or why it has none: however many properties refer to it, it is read once."""
    try:
        return {name: Secret(value) for name, value in parse_java_properties(_read(file)).items()}
    except _Unresolved as failure:
        return failure


def parse_java_properties(text: str) -> dict[str, str]:
    r"""The entries of a Java properties file as `java.util.Properties.load` reads them.

    Of equal keys the last wins. Raises ValueError for a `\u` without four hexadecimal digits.
    """
    entries = (_ENTRY.fullmatch(line) for line in _logical_lines(text))
    return {_unescape(entry[1]): _unescape(entry[2]) for entry in entries if entry}


def _logical_lines(text: str) -> Iterator[str]:
    """The lines without blank ones and comments; a line that ends with an odd number of backslashes goes on in the next one."""
    lines = iter(_LINE_END.split(text))
    for line in lines:
        parts = [line.lstrip(_BLANKS)]
        if parts[0] in {"", "\\"} or parts[0][0] in "#!":
            continue
        while (len(parts[-1]) - len(parts[-1].rstrip("\\"))) % 2:
            parts[-1] = parts[-1][:-1]
            parts.append(next(lines, "").lstrip(_BLANKS))
        yield "".join(parts)


def _unescape(text: str) -> str:
    """Java's texts are UTF-16: two escaped halves of a surrogate pair are one character."""
    plain = _ESCAPE.sub(_unescaped, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if "\\u" in text else plain


def _unescaped(match: re.Match[str]) -> str:
    letter = match[1]
    if letter == "u":
        raise _Unresolved("the file has a \\u without four hexadecimal digits; correct it.")
    return chr(int(letter[1:], 16)) if len(letter) > 1 else _LETTERS.get(letter, letter)


def _read(file: Path) -> str:
    if not file.is_file():
        raise _Unresolved("there is no such file.")
    with file.open("rb") as opened:
        data = opened.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise _Unresolved(f"the file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unresolved("the file is not UTF-8; save it as UTF-8.") from None
