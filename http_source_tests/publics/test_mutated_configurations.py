"""Public configurations with other values, less properties, and others' beside their own: moving one never ends in a traceback."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from http_source.cli import main
from http_source.errors import ConfigurationError
from http_source.migration.documents import read_properties
from http_source.migration.move import migrate
from http_source_tests.publics.said import FILES, FOLDER

PROPERTIES = {name: read_properties((FOLDER / name).read_bytes(), name) for name in FILES}
EVERY_ITEM = sorted({item for properties in PROPERTIES.values() for item in properties.items()})
ODD_VALUES = (
    "", " ", ",", "=", "/", "[", "0", "-1", "1e3", "9" * 30, "true", "null",
    "${", "${}", "${offset", "${offset.}", "a=b=c", "key=, timestamp=", "é\u2028\x00",
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, str]:
    """A configuration of the files, changed in a few places."""
    properties = dict(PROPERTIES[draw(st.sampled_from(FILES))])
    properties.update(draw(st.lists(st.sampled_from(EVERY_ITEM), max_size=2)))
    names = sorted(properties)
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        properties.pop(name, None)
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        properties[name] = draw(st.sampled_from(ODD_VALUES) | st.text(max_size=40))
    return properties


@given(mutated())
def test_a_changed_configuration_is_moved_or_refused_in_sentences(properties: dict[str, str]) -> None:
    with suppress(ConfigurationError):
        for draft in migrate(properties, "connector")[1]:
            assert all(remark.message and remark.property for remark in draft.remarks)


@given(mutated())
@example({"connector.class": "com.github.castorm.kafka.connect.http.HttpSourceConnector"})
def test_the_commands_end_with_a_code_and_lines_of_text(properties: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "old.json"
        file.write_text(json.dumps(properties), encoding="utf-8")
        words = io.StringIO()
        with redirect_stdout(io.StringIO()), redirect_stderr(words):
            codes = [main(["migrate", str(file), "-o", f"{folder}/new"]), main(["validate", str(file)])]
    assert set(codes) <= {0, 1}
    assert all(line.isprintable() for line in words.getvalue().splitlines())
    assert "defect" not in words.getvalue()
