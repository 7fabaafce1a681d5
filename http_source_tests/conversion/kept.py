"""A registry in memory that takes every schema: versions by subject, the same id for the same text."""

from collections.abc import Callable

from http_source.config.properties import RegistryOptions
from http_source.connect.converters.format import Format, WrittenSchema
from http_source.connect.subjects import Part, Registered


class Kept:
    """What processes share, and people register by hand."""

    def __init__(self, **registered: str) -> None:
        self.versions: dict[str, list[Registered]] = {}
        self.texts: list[str] = []
        for subject, text in registered.items():
            self.register(subject.replace("_", "-"), WrittenSchema(text))

    def text(self, number: int) -> str:
        """The schema with an id."""
        return self.texts[number]

    def last(self) -> dict[str, str]:
        """The newest schema of each subject."""
        return {subject: versions[-1].text for subject, versions in self.versions.items()}

    def newest(self, subject: str) -> Registered | None:
        found = self.versions.get(subject)
        return found[-1] if found else None

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        if written.text not in self.texts:
            self.texts.append(written.text)
        number, known = self.texts.index(written.text), self.versions.setdefault(subject, [])
        for each in known:
            if each.id == number:
                return each
        known.append(Registered(id=number, guid=None, version=len(known) + 1, text=written.text, references=written.references))
        return known[-1]

    def version(self, subject: str, number: int) -> Registered | None:
        return next((each for each in self.versions.get(subject, ()) if each.version == number), None)

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        return self.register(subject, written)

    def by_id(self, number: int, _subject: str) -> Registered | None:
        return Registered(id=number, guid=None, version=None, text=self.texts[number])

    def close(self) -> None:
        """Processes come and go."""

    def opener(self) -> "Callable[[Part, Format, RegistryOptions], Kept]":
        return lambda _part, _format, _options: self
