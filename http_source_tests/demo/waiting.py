"""What tests with child processes need: to wait for them, and to let them find the package under test."""

import os
import sys
import threading
from collections.abc import Callable


def until(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds."""
    while not condition():
        threading.Event().wait(0.02)


def with_package() -> dict[str, str]:
    """The environment in which a child finds the package under test."""
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
