"""What tests with child processes need: to let them find the package under test."""

import os
import sys


def with_package() -> dict[str, str]:
    """The environment in which a child finds the package under test."""
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
