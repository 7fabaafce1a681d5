"""The demo's Schema Registry in a process of its own.

`python -m http_source.demo.schemas` serves it on 127.0.0.1 until its standard input closes. It forgets everything when it ends.
"""

from http_source.demo import serving
from http_source.demo.registry.server import SchemaRegistry

DEFAULT_PORT = 8081


def serve() -> None:
    """Serve on the default port or a free one."""
    with serving.listen(SchemaRegistry, DEFAULT_PORT) as registry:
        serving.serve(registry)


if __name__ == "__main__":
    serve()
