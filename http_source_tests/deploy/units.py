"""The units of deploy/systemd, as systemd reads them, and what they start, on this machine."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from http_source.demo.processes import Service, free_port
from http_source_tests.demo.waiting import with_package

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = {name: DEPLOY / "systemd" / f"http-source-{name}.service" for name in ("code", "daemon", "webserver")}
"""The units by the part that each of them starts, in the order in which they are started."""

_PROGRAMS = Path(sys.executable).parent


def setting(unit: Path, name: str) -> list[str]:
    """The values of a setting, in their order."""
    lines = (line.partition("=") for line in unit.read_text(encoding="utf-8").splitlines())
    return [value for key, _, value in lines if key == name]


def variables(file: Path) -> dict[str, str]:
    """What an environment file holds."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


class Machine:
    """What the units start, each in a session of its own, as in a control group of its own; ports are free ones of this machine.

    Attributes:
        environment: what all parts have.
        ports: where code server and UI listen.
    """

    def __init__(self, home: Path, environment: Mapping[str, str], stack: ExitStack) -> None:
        self.environment = with_package() | variables(DEPLOY / "systemd" / "env") | {"DAGSTER_HOME": str(home)} | dict(environment)
        self.ports = {"4266": str(free_port(0)), "3000": str(free_port(0))}
        self._home, self._stack = home, stack
        self._parts: dict[str, Service] = {}
        (home / "dagster.yaml").write_text((DEPLOY / "postgresql" / "dagster.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        workspace = yaml.safe_load((DEPLOY / "postgresql" / "workspace.yaml").read_text(encoding="utf-8"))
        workspace["load_from"][0]["grpc_server"]["port"] = int(self.ports["4266"])
        (home / "workspace.yaml").write_text(yaml.safe_dump(workspace), encoding="utf-8")

    def start(self, part: str) -> None:
        (line,) = setting(UNITS[part], "ExecStart")
        program, *arguments = shlex.split(line)
        command = [str(_PROGRAMS / Path(program).name), *(self.ports.get(each, each) for each in arguments)]
        self._parts[part] = self._stack.enter_context(Service(part, command, self._home, environment=self.environment))

    def stop(self, part: str) -> None:
        """Ask all its processes to end, as `systemctl stop` does; returns when the first one has."""
        service = self._parts[part]
        os.killpg(service.group, signal.SIGTERM)
        os.waitid(os.P_PID, service.group, os.WEXITED | os.WNOWAIT)

    def restart(self, part: str) -> None:
        self.stop(part)
        self.start(part)

    def command(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start another program where the parts run."""
        return subprocess.Popen([_PROGRAMS / program, *arguments], cwd=self._home, env=self.environment)

    def story(self) -> str:
        """The end of what each part wrote."""
        return "\n".join(f"--- {part}\n{service.tail()}" for part, service in self._parts.items())


@contextmanager
def machine(home: Path, environment: Mapping[str, str]) -> Iterator[Machine]:
    """All parts, started; when a test fails, it shows what they wrote."""
    with ExitStack() as stack:
        running = Machine(home, environment, stack)
        try:
            for part in UNITS:
                running.start(part)
            yield running
        except BaseException as error:
            error.add_note(running.story())
            raise
