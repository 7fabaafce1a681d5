"""`value.converter` where it says the format, as in self-managed Connect, which has no `output.data.format`."""

from collections.abc import Iterator

from http_source.config.findings import doubt
from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, STRING_CONVERTER, OutputFormat
from http_source.errors import Finding

_FORMATS = {converter: data_format for data_format, converter in CONVERTERS.items()}
_ENVELOPE = "value.converter.schemas.enable"


def format_of(converter: str) -> OutputFormat | None:
    """The format that a converter writes; the texts of StringConverter are JSON here. None for any other."""
    return OutputFormat.JSON if converter.strip() == STRING_CONVERTER else _FORMATS.get(converter.strip())


def take_format(given: dict[str, object]) -> Iterator[Finding]:
    """Give the properties the format that their converter says, where they say none themselves, and report what may surprise."""
    converter = given.get("value.converter")
    if "output.data.format" in given or not isinstance(converter, str) or not (found := format_of(converter)):
        return
    given["output.data.format"] = str(found)
    if converter.strip() == STRING_CONVERTER:
        given["value.converter"] = JSON_CONVERTER
        yield doubt("value.converter", "StringConverter is taken as output.data.format=JSON: each value is the record as JSON, and not "
                                       "Java's text of it.")
    elif found is OutputFormat.JSON and _ENVELOPE not in given:
        yield doubt("value.converter", f"JsonConverter is taken as output.data.format=JSON with {_ENVELOPE}=false, while Connect's own "
                                       "default is true. Set it to the one you want.")
