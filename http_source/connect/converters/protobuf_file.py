"""What the messages of one .proto file share while they are written."""

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters.protobuf_names import MessageNames
from http_source.connect.converters.protobuf_options import META_OPTION

_IMPORTS = {
    "confluent.type.Decimal": "confluent/type/decimal.proto", "google.type.Date": "google/type/date.proto",
    "google.type.TimeOfDay": "google/type/timeofday.proto", "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
    META_OPTION: "confluent/meta.proto", **dict.fromkeys(marks.WRAPPERS, "google/protobuf/wrappers.proto"),
}  # fmt: skip


class FileWriter:
    """One file.

    Attributes:
        names: for messages that have none.
        labeled: whether every field has a label, as in proto2.
        hidden: whether names of other packages need the dot that leads past all packages.
        taken: what else is called something in the file.
        imports: the files that were needed so far.
    """

    def __init__(self, options: ConverterOptions, names: MessageNames) -> None:
        self.options = options
        self.names = names
        self.labeled = self.hidden = False
        self.taken: frozenset[str] = frozenset()
        self.imports: set[str] = set()

    def imported(self, name: str) -> str:
        """A name from an imported file."""
        self.imports.add(_IMPORTS[name])
        return name.replace("confluent", ".confluent", 1).replace("google", ".google", 1) if self.hidden else name
