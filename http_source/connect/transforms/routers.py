"""RegexRouter and TimestampRouter: another topic for a record."""

from dataclasses import dataclass, field

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import STRING
from http_source.connect.record import Record
from http_source.connect.transforms.java_dates import DATE_FORMAT, JavaDateFormat
from http_source.connect.transforms.java_regex import REGEX, JavaRegex, Piece
from http_source.connect.transforms.settings import Misconfigured
from http_source.connect.transforms.topics import to_topic
from http_source.connect.transforms.transform import TransformRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexRouter:
    """Changes topics that match from end to end: the first match in the topic, which may be a part of it, is replaced.

    Source: Apache Kafka, "RegexRouter".
    """

    regex: JavaRegex = prop("regex", REGEX, REQUIRED, HIGH, "Java's regular expression that the whole topic must match to be changed.")
    replacement: str = prop("replacement", STRING, REQUIRED, HIGH,
        "The replacement of the match; $1 and ${name} are its groups, \\$ is the sign itself.")
    _pieces: tuple[Piece, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_pieces", self.regex.pieces(self.replacement))
        except ValueError as error:
            raise Misconfigured("replacement", f"{error}.") from None

    def __call__(self, record: Record) -> Record:
        """The record for its topic. Raises TransformRefused when matching takes too long."""
        if not self.regex.matches(record.topic):
            return record
        return to_topic(record, self.regex.replace_first(record.topic, self._pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRouter:
    """Puts the record's timestamp into its topic. Source: Apache Kafka, "TimestampRouter"."""

    topic_format: str = prop("topic.format", STRING, "${topic}-${timestamp}", HIGH,
        "The new topic; ${topic} is the one the record has, ${timestamp} its timestamp.")
    timestamp_format: JavaDateFormat | None = prop("timestamp.format", DATE_FORMAT, JavaDateFormat("yyyyMMdd"), HIGH,
        "How the timestamp is written, in UTC, in the letters of Java's SimpleDateFormat.")

    def __call__(self, record: Record) -> Record:
        """The record for its topic. Raises TransformRefused for one without a timestamp."""
        if record.timestamp is None:
            raise TransformRefused(
                "The record has no timestamp: without one it gets that of its production, in Kafka. "
                "Set one before, with the transform ExtractTimestamp or TimestampNow."
            )
        timestamp = self.timestamp_format.format(record.timestamp) if self.timestamp_format else ""
        # The topic goes in first, as in Kafka; a topic has no $ that could look like ${timestamp}.
        return to_topic(record, self.topic_format.replace("${topic}", record.topic).replace("${timestamp}", timestamp))
