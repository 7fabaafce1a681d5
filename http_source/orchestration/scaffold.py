"""What `dg scaffold defs http_source.HttpSourceConnector NAME` writes: a configuration without a fault, to be made one's own."""

import json
import re
from collections.abc import Mapping
from string import Template

import dagster as dg
from pydantic import BaseModel, Field

from http_source.config.properties import PROPERTIES
from http_source.config.rules.connector import LONGEST_NAME

_YAML = Template("""\
type: $type

# All other properties: `http-source describe`. One resource says where Kafka is, for the whole project:
# dg.Definitions(resources={"kafka": KafkaResource.from_environment()})
attributes:
$attributes
""")

_PYTHON = Template("""\
import dagster as dg
from $module import $name


@dg.component_instance
def load(context: dg.ComponentLoadContext) -> $name:
    return $name({
$attributes
    })
""")


class ScaffoldParams(BaseModel):
    """The options of `dg scaffold`."""

    url: str = Field(default="https://api.example.com/records", description=PROPERTIES["url"].doc)


class ConnectorScaffolder(dg.Scaffolder[ScaffoldParams]):
    """Writes a connector that asks for page after page by counting records."""

    @classmethod
    def get_scaffold_params(cls) -> type[ScaffoldParams]:
        """What may be said beforehand."""
        return ScaffoldParams

    def scaffold(self, request: dg.ScaffoldRequest[ScaffoldParams]) -> None:
        """Write `defs.yaml`, or `component.py`, into the folder."""
        python = request.scaffold_format == "python"
        file, text = ("component.py", _python(request)) if python else ("defs.yaml", _yaml(request))
        (request.target_path / file).write_text(text, encoding="utf-8")


def _yaml(request: dg.ScaffoldRequest[ScaffoldParams]) -> str:
    lines = (f"  # {PROPERTIES[key].doc}\n  {key}: {_quoted(value)}" for key, value in _properties(request).items())
    return _YAML.substitute(type=request.type_name, attributes="\n".join(lines))


def _python(request: dg.ScaffoldRequest[ScaffoldParams]) -> str:
    module, _, component = request.type_name.rpartition(".")
    lines = (f"        {_quoted(key)}: {_quoted(value)}," for key, value in _properties(request).items())
    return _PYTHON.substitute(module=module, name=component, attributes="\n".join(lines))


def _properties(request: dg.ScaffoldRequest[ScaffoldParams]) -> Mapping[str, str]:
    """A connector that counts, named as its folder; only `url` is nobody's."""
    name = request.target_path.name
    return {
        "name": name[:LONGEST_NAME],
        "url": request.params.url,
        "http.request.parameters": "start=${offset}&limit=100",
        "http.offset.mode": "SIMPLE_INCREMENTING",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
        "topic.name.pattern": re.sub(r"[^a-zA-Z0-9._-]", "_", name),
        "output.data.format": "JSON",
    }


def _quoted(value: str) -> str:
    """A text as JSON, YAML and Python write it."""
    return json.dumps(value, ensure_ascii=False)
