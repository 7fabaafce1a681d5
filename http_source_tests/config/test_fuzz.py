"""Whatever a configuration holds, it loads or is refused with findings: nothing else is raised, and time and memory stay bounded.

Eight hundred configurations are made, 200 for each of the four kinds, or a multiple (`EXAMPLES`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.config.document import MAX_BYTES
from http_source.config.properties import PROPERTIES
from http_source.config.refused import REFUSED
from http_source.config.types import OneOf
from http_source.errors import ConfigurationError, Finding
from http_source_tests.config.samples import VALID
from http_source_tests.examples import examples

ROOT = Path(__file__).parents[2]
CANARY = "canary-5ec4e7"
ENVIRONMENT = {"A": CANARY, "B": f"b,{CANARY}:${{offset}}|X", "N": "12"}
EXAMPLES = examples(200)

words = st.sampled_from([
    "${offset}", "${entityName}", "${env:A}", "${env:B}", "${env:M}", "${file:/a:b}", "${directory:/:a}", "${", "}", "http://", "https://h/",
    *'[]@:|&=/~,;-?#%\\" \r\n\0', "400", "500-", "$.a", "/a~1", "true", "Authorization:", "Host:", "\ud800", "ü", "🙂", "٣",
])
texts = st.lists(words | st.text(max_size=5), max_size=6).map("".join)
values = st.recursive(
    texts | st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
accepted = st.sampled_from([word for known in PROPERTIES.values() if isinstance(known.type, OneOf) for word in known.type.words])
plausible = accepted | st.sampled_from(["0", "1", "100", "a,b", "/id", "X: y", "a=b", "https://h/${entityName}?o=${offset}", "${env:N}"])
names = st.sampled_from(sorted(PROPERTIES)) | st.sampled_from(sorted(REFUSED)) | st.text(max_size=9)
fuzz = settings(max_examples=EXAMPLES)


def loads_or_is_refused(source: dict[str, object] | Path) -> None:
    """What loads can be shown and used; what is refused says so without a value of a provider."""
    findings = mistakes_in(source)
    assert all(not finding.warning and finding.message for finding in findings)
    assert CANARY not in "".join(map(str, findings)).encode().decode()


def mistakes_in(source: dict[str, object] | Path) -> tuple[Finding, ...]:
    try:
        loaded = load_config(source, environment=ENVIRONMENT)
    except ConfigurationError as error:
        return error.findings
    assert CANARY not in repr(loaded.warnings) + redactor(loaded.config)("nothing")
    return ()


@fuzz
@given(st.dictionaries(names, values, max_size=20))
def test_any_mapping(mapping: dict[str, object]) -> None:
    loads_or_is_refused(mapping)


@fuzz
@given(st.dictionaries(names, values | plausible, max_size=4))
def test_a_valid_configuration_with_changes(changes: dict[str, object]) -> None:
    loads_or_is_refused({**VALID, **changes})


@fuzz
@given(st.dictionaries(st.sampled_from(sorted(PROPERTIES)), plausible, max_size=12))
def test_a_configuration_of_plausible_values(changes: dict[str, object]) -> None:
    loads_or_is_refused({**VALID, **changes})


@fuzz
@given(
    st.binary(max_size=40)
    | st.text(alphabet='{}[]",:\u201c\u201d\'ab1\\ \n', max_size=40).map(str.encode)
    | st.dictionaries(names, values, max_size=9).map(lambda each: json.dumps(each, default=repr).encode())
)
def test_any_file(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "connector.json"
        file.write_bytes(data)
        loads_or_is_refused(file)


# Bounds

LOADING = """
import json, resource, sys
from pathlib import Path
from http_source.assembly.loading import load_config
from http_source.errors import ConfigurationError, Finding
from http_source_tests.config.monsters import monsters
from http_source_tests.examples import examples

resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
most = 0
for source in monsters(Path(sys.argv[1]), sys.argv[2]):
    try:
        load_config(source, environment={"A": "x" * 100, "B": "y" * (1 << 20)})
    except ConfigurationError as error:
        most = max(most, len(error.findings))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"findings": most, "megabytes": usage.ru_maxrss // 1024, "seconds": usage.ru_utime}))
"""


@pytest.mark.parametrize("kind", ["long", "many", "deep", "referring"])
def test_monsters_are_bounded(kind: str, tmp_path: Path) -> None:
    """Measured in a process of its own, which has two gigabytes: more is a MemoryError there."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOADING, str(tmp_path), kind]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    measured = json.loads(done.stdout)
    assert measured["megabytes"] < 128 * MAX_BYTES / 1024 / 1024
    assert measured["findings"] < 1_000
