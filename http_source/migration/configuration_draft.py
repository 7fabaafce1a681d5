"""A configuration that is being moved: what is left of the old one, what is written of the new one, and what is to be said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from http_source.config.types import Secret


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about one property of the old configuration, or of the new one.

    Attributes:
        open: whether the new configuration would not do what the old one did until a person has looked at it.
    """

    property: str
    message: str
    open: bool = False

    def __str__(self) -> str:
        return f"{self.property}: {self.message}"


@dataclass(slots=True)
class ConfigurationDraft:
    """A configuration on its way.

    Attributes:
        left: the old properties that nobody has taken yet.
        properties: the new ones.
        remarks: what has no equivalent here, or another meaning.
        variables: the environment variables that hold what was secret.
        unmoved: why nothing can be written for it; empty where it can.
    """

    left: dict[str, str]
    properties: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    variables: dict[str, Secret] = field(default_factory=dict)
    unmoved: str = ""

    def take(self, name: str) -> str | None:
        """An old property, which counts as moved from now on; None when it is not there or empty."""
        return self.left.pop(name, "") or None

    def take_list(self, name: str) -> list[str]:
        """The items of an old property with commas between them, as `take` takes it."""
        return [item.strip() for item in (self.take(name) or "").split(",") if item.strip()]

    def take_all(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The old properties whose names begin so."""
        names = [name for name in self.left if name.startswith(prefix)]
        return ((name, self.left.pop(name)) for name in names)

    def rename(self, names: Mapping[str, str]) -> None:
        """Move properties that differ in nothing but their names."""
        for old, new in names.items():
            if (value := self.take(old)) is not None:
                self.properties.setdefault(new, value)

    def default(self, name: str, value: str) -> None:
        """Spell out what the old connector does without the property, where this one does something else."""
        if name not in self.left:
            self.properties.setdefault(name, value)

    def remark(self, name: str, message: str) -> None:
        """Say something about a property."""
        self.remarks.append(Remark(name, message))

    def leave_open(self, name: str, message: str) -> None:
        """Say what only a person can decide."""
        self.remarks.append(Remark(name, message, open=True))

    @property
    def is_open(self) -> bool:
        """Whether a person has to look at it."""
        return bool(self.unmoved) or any(remark.open for remark in self.remarks)
