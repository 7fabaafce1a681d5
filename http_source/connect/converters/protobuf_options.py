"""Options of fields that mean something to Connect or to the bytes of a message. Source: Confluent's `confluent/meta.proto`."""

from collections.abc import Mapping

from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FieldOptions, FileDescriptorProto
from google.protobuf.message_factory import GetMessageClass

from http_source.connect.converters.protobuf_descriptors import message_of
from http_source.connect.converters.protobuf_tokens import Tokens

META_OPTION = "(confluent.field_meta)"

_OPENING, _CLOSING = frozenset("{[<"), frozenset("}]>")


def set_options(field: FieldDescriptorProto, tokens: Tokens) -> None:
    """Read the options in brackets behind a field. Raises ConversionRefused."""
    tokens.expect("[")
    while not tokens.accept("]"):
        name = _name(tokens)
        match name.replace("(.", "("):
            case "json_name":
                field.json_name = tokens.string()
            case "packed":
                field.options.packed = tokens.take() == "true"
            case "jstype":
                field.options.jstype = FieldOptions.JSType.Value(tokens.take())
            case meta if meta.startswith(META_OPTION):
                _set_params(field, tokens)
            case _:
                _skip_value(tokens)
        tokens.accept(",")


def params_of(options: FieldOptions) -> Mapping[str, str]:
    """The parameters that Confluent's own option holds."""
    return _Options.FromString(options.SerializeToString()).field_meta.params  # type: ignore[attr-defined, no-any-return]


def add_params(field: FieldDescriptorProto, params: Mapping[str, str]) -> None:
    """Set parameters in Confluent's own option; of one that is there twice, the last counts."""
    field.options.MergeFromString(_Options(field_meta={"params": params}).SerializeToString())


def _name(tokens: Tokens) -> str:
    words = []
    while not tokens.accept("="):
        words.append(tokens.take())
    return "".join(words)


def _skip_value(tokens: Tokens) -> None:
    """Pass a value up to the comma or bracket behind it."""
    depth = 0
    while depth or tokens.word not in {",", "]"}:
        word = tokens.take()
        depth += (word in _OPENING) - (word in _CLOSING)


def _set_params(field: FieldDescriptorProto, tokens: Tokens) -> None:
    """Take the pairs of `key` and `value` out of the option, however it nests them."""
    depth, params, pair = 0, {}, dict[str, str]()
    while depth or tokens.word not in {",", "]"}:
        word = tokens.take()
        depth += (word in _OPENING) - (word in _CLOSING)
        if word in {"key", "value"}:
            tokens.accept(":")
            pair[word] = tokens.string()
        elif word in _CLOSING and len(pair) == 2:  # noqa: PLR2004 - a key and a value
            params[pair["key"]], pair = pair["value"], {}
    if params:
        add_params(field, params)


# On the wire an extension is a field like any other, so FieldOptions with nothing but Confluent's own can read and write it.
_FILE = text_format.Parse("""
    name: "options.proto" syntax: "proto3"
    message_type { name: "Options" field { name: "field_meta" number: 1088 label: LABEL_OPTIONAL type_name: "Meta" } }
    message_type {
      name: "Meta" field { name: "params" number: 2 label: LABEL_REPEATED type_name: "ParamsEntry" }
      nested_type {
        name: "ParamsEntry" options { map_entry: true }
        field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING }
      }
    }""", FileDescriptorProto())
_Options = GetMessageClass(message_of(_FILE))
