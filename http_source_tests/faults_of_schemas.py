"""Faults of schemas: what is inferred, what is registered, and what becomes of a record between the two."""

from http_source_tests.fault import STAYS, Fault

_OUT = f"Refused with record, place and reason, or left out with `errors.tolerance=all`. {STAYS}"

SCHEMAS = (
    Fault(206, "a field that was only null so far is used by a transform",
        "It exists, and is null; so does a field that a record does not have."),
    Fault(207, 'a field holds `1` and `"A"`, and a transform makes one of both or removes it',
        "Transforms see each record with its own types; the schema is made of what they give."),
    Fault(208, "an array holds numbers, booleans and texts",
        "An array of texts, with the characters that were served. In a field `output.data.mixed.scalars` decides."),
    Fault(209, "a registered union has several records",
        f"The branch that fits is written; where none or several do, the record is refused by name. No branch is added. {STAYS}"),
    Fault(210, 'a record holds `[null, null]`, `[{}]`, `[[], []]` or `{"p": {}}` before their types are known',
        "They read as null until a record shows the type, whatever else is on the page; `http_source/undecided` counts such records."),
    Fault(211, "a schema that a person wrote grows", "A field is added; every other character keeps its meaning."),
    Fault(212, "a schema with an enum, a decimal on fixed or a second message grows elsewhere", "It grows."),
    Fault(213, "a number has more digits than the registered decimal", _OUT),
    Fault(214, "TimestampConverter meets a null struct", "It stays null."),
    Fault(215, "a logical type is impossible by its own schema", "It is ignored, as the Avro specification says."),
    Fault(216, "a registered schema imports others", "It is read, written and grown; its references stay, imported types never change."),
    Fault(217, "strategies are named by Confluent's Java classes", "Taken as their short names are, but for AssociatedNameStrategy."),
    Fault(218, "a text is not a schema in its format", "Refused by the registry; tests let each format's own library judge."),
    Fault(219, "a registry refuses a new property of an open JSON Schema",
        "The advice comes for every place and for either registry's words."),
    Fault(250, "scrubbed names after a restart", "Names are compared as they are written: the same field in every process."),
    Fault(251, "a transform and a bad record in a new process", "Exactly the bad record is left out."),
    Fault(252, "a `.proto` file with `optional`, package, options, services or proto2 grows", "All of it stays."),
    Fault(253, "JSON_SR: a value breaks what the registered schema asserts", _OUT),
    Fault(254, "a record that would let the schema grow is refused", "Nothing of it stays in the schema."),
    Fault(255, "a record type that is used twice by name gets a field in one of its uses", "It is one type with the field in both."),
    Fault(256, "a new symbol of a registered enum, or null in a union without null", _OUT),
    Fault(257, "one of several records of a page is refused", "That one is named: the first that is refused, wherever the page was cut."),
)
