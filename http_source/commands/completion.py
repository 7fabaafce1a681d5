"""`http-source completion`: what a shell needs to complete commands, options, files and property names."""

import argparse
import glob
from collections.abc import Sequence
from pathlib import Path

from argcomplete import autocomplete
from argcomplete.completers import ChoicesCompleter
from argcomplete.shell_integration import shellcode

from http_source.commands.command import Commands, ExitCode, declare

SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = 'Prints the shell completion of this command line; for bash and zsh: eval "$(http-source completion bash)".'
    parser = declare(commands, "completion", sentence, _run, codes=("printed", "never"))
    parser.add_argument("shell", choices=SHELLS, help="fish reads it with: http-source completion fish | source")


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks for completions, and end the process; return when none asks."""
    autocomplete(parser, always_complete_options=False, default_completer=ChoicesCompleter({}))


def json_files(prefix: str, _arguments: argparse.Namespace) -> Sequence[str]:
    """Complete a path to folders and JSON files."""
    found = sorted(Path(path) for path in glob.glob(glob.escape(prefix) + "*"))  # noqa: PTH207 - a path that begins, not one that exists
    return [f"{path}/" if path.is_dir() else str(path) for path in found if path.is_dir() or path.suffix == ".json"]


def _run(arguments: argparse.Namespace) -> int:
    print(shellcode(["http-source"], shell=arguments.shell))
    return ExitCode.DONE
