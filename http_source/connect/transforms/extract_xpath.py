"""ExtractXPath: takes an element out of XML that stands in a text or in bytes."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from http_source.config.property import HIGH, LOW, REQUIRED, prop
from http_source.config.types import LIST, STRING
from http_source.connect.record import Record
from http_source.connect.schema import Schema, Type
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, kind_of, on_part, pointer
from http_source.connect.transforms.settings import TEXT, Misconfigured
from http_source.connect.transforms.transform import Part, TransformRefused
from http_source.foreign.text import Foreign, readable

try:
    from lxml import etree  # type: ignore[import-untyped]  # has no types
except ModuleNotFoundError:
    # Without the extra `transforms`: a configuration that asks for this class is refused before it is made.
    etree = None

_READ = frozenset({Type.STRING, Type.BYTES, Type.UNDECIDED})
_DECLARATION = '<?xml version="1.0" encoding="{}"?>'


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractXPath:
    """Replaces XML by the first node that an XPath 1.0 finds in it, or puts that node into another field; null where it finds none.

    The node is written as Java's serializer writes it, with an XML declaration. No DTD is read, so no entity can grow or lead elsewhere.
    Source: ExtractXPath of kafka-connect-transform-common, which gives null also for what is no XML.
    """

    part: Part
    input: str = prop("input.field", STRING, "", HIGH, "The field that holds the XML; without it, the whole key or value is used.")
    output: str = prop("output.field", STRING, "", HIGH, "The field that gets the result; without it, input.field gets it.")
    xpath: str = prop("xpath", TEXT, REQUIRED, HIGH, "The XPath 1.0 to the element, attribute or text to take.")
    namespaces: tuple[str, ...] = prop("ns.namespace", LIST, (), LOW, "The namespaces that the prefixes of ns.prefix stand for.")
    prefixes: tuple[str, ...] = prop("ns.prefix", LIST, (), LOW,
        "The prefixes of namespaces in the XPath; without them, XML that has namespaces is refused.")
    _find: Any = field(init=False, repr=False, compare=False)
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.namespaces) != len(self.prefixes):
            raise Misconfigured("ns.namespace", "ns.prefix and ns.namespace have different lengths; expected a namespace for each prefix.")
        if self.output and not self.input:
            raise Misconfigured("output.field", "Set input.field too, or remove this to replace the whole key or value.")
        object.__setattr__(self, "_find", self._compiled())

    def __call__(self, record: Record) -> Record:
        """The record with what was found; a null is left alone. Raises TransformRefused."""
        return on_part(record, self.part, self._extracted)

    def _compiled(self) -> Any:
        try:
            find = etree.XPath(self.xpath, namespaces=dict(zip(self.prefixes, self.namespaces, strict=True)))
            # Unknown prefixes and functions only show when it is asked.
            find(etree.Element("any"))
        except (etree.XPathError, ValueError, TypeError) as error:
            raise Misconfigured("xpath", f"Expected an XPath 1.0, but in it: {readable(Foreign.of(error), str)}.") from None
        return find

    def _extracted(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if self.input and (schema is None or schema.inferred) and self.input not in self._fields(schema, value):
            return schema, value
        new_schema = None if schema is None else self._schemas.get(schema, self._schema)
        return new_schema, self._in_field(self._fields(schema, value)) if self.input else self._taken(value)

    def _fields(self, schema: Schema | None, value: Any) -> dict[str, Any]:
        return as_object(value) if schema is None else as_struct(schema, value)

    def _in_field(self, fields: dict[str, Any]) -> dict[str, Any]:
        found, target = fields.get(self.input), self.output or self.input
        taken = self._taken(found, pointer(self.input))
        return fields if target in fields and fields[target] is taken else {**fields, target: taken}

    def _taken(self, xml: Any, path: str = "") -> str | bytes | None:
        """What the XPath finds, as the text or the bytes it was found in."""
        if xml is None:
            return None
        if not isinstance(xml, str | bytes):
            raise TransformRefused(f"XML stands in a string or in bytes, but this is {kind_of(xml)}.", path)
        text = self._text(_read(xml, path), path)
        if text is None or isinstance(xml, str):
            return None if text is None else _DECLARATION.format("UTF-16") + text
        return (_DECLARATION.format("UTF-8") + text).encode()

    def _text(self, tree: Any, path: str) -> str | None:
        if not self.prefixes and any(each.nsmap for each in tree.iter(etree.Element)):
            raise TransformRefused("The XML has namespaces; set ns.prefix and ns.namespace, and write the prefixes in the XPath.", path)
        found = self._found(tree)
        if not isinstance(found, list):
            raise TransformRefused("The XPath does not lead to a node; expected one to an element, an attribute or a text.", path)
        return _written(found[0]) if found else None

    def _found(self, tree: Any) -> Any:
        try:
            return self._find(tree)
        except etree.XPathError:
            return None

    def _schema(self, schema: Schema) -> Schema:
        if not self.input:
            return _nullable(schema, "")
        fields = {each.name: each.schema for each in schema.fields}
        if self.input not in fields:
            raise TransformRefused("The schema has no such field; correct input.field.", pointer(self.input))
        target, taken = self.output or self.input, _nullable(fields[self.input], pointer(self.input))
        return schema if fields.get(target) is taken else schema.with_fields({**fields, target: taken}.items())


def _nullable(schema: Schema, path: str) -> Schema:
    if schema.type not in _READ or schema.name is not None:
        raise TransformRefused(f"XML stands in a string or in bytes, but the schema says {schema.name or schema.type}.", path)
    return schema.as_optional()


def _read(xml: str | bytes, path: str) -> Any:
    # A text is no longer in the encoding that its declaration names.
    encoding = "utf-8" if isinstance(xml, str) else None
    parser = etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
    try:
        root = etree.fromstring(xml.encode() if isinstance(xml, str) else xml, parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        raise TransformRefused("It is not well-formed XML.", path) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise TransformRefused("The XML has a DOCTYPE, which is not read, since its entities could do harm.", path)
    return root.getroottree()


def _written(node: Any) -> str:
    if isinstance(node, str):
        return escape(node)
    alone = deepcopy(node)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    text: str = etree.tostring(alone, encoding="unicode")
    return text
