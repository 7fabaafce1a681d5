"""What is said of a property that is known and not taken."""

from dataclasses import dataclass

from http_source.config.property import Property


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a property is not accepted.

    Attributes:
        declared: what it is where it comes from; a name with a `*` stands for all that fit (as file names do in a shell). Its `doc` says
            why it is refused, and what to do.
        harmless: values that ask for what happens anyway.
        instead: the property that means the same here, if there is one.
        idle: whether it has no meaning here whatever its value: a warning, and no mistake.
        once: whether one sentence is enough for all names that it stands for.
    """

    declared: Property
    harmless: tuple[str, ...] = ()
    instead: str = ""
    idle: bool = False
    once: bool = False

    @property
    def reason(self) -> str:
        """Why, and what to do."""
        return self.declared.doc

    def accepts(self, value: object) -> bool:
        """Whether a value is harmless, in any case and as JSON's boolean or number too."""
        return isinstance(value, str | bool | int) and str(value).strip().lower() in {each.lower() for each in self.harmless}
