"""What it takes to begin, and to have nothing to do: a run, a code location, a connector at rest, each beside what Dagster itself takes.

    python -m bench.start [--rounds N] [--files N] [--seconds N]

- a run: from the start of the process (`dagster job execute`) to its first request, beside the first line of an op that does nothing else.
- a code location: what importing `http_source.definitions` takes with so many configurations once Dagster is imported.
- at rest: what all processes of `dagster dev` take of a core while one connector gets empty pages once a second, beside none.

In turn, round after round. The server and Kafka are those of `throughput.py`.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.figures import machine, spread, table
from bench.setting import ROOT, Setting, pause, setting
from http_source.demo.processes import free_port

_NAME = "bench"
_BIN = Path(sys.executable).parent
_SETTLING_SECONDS, _LOOK_SECONDS, _INTERVAL_MS = 45, 0.02, 1_000
_PORT = 3000
_EMPTY = """
import time, pathlib, dagster as dg

@dg.op
def nothing():
    pathlib.Path("began").write_text(str(time.time()))

@dg.job(executor_def=dg.in_process_executor)
def empty():
    nothing()

defs = dg.Definitions(jobs=[empty])
"""
_IMPORT = "import time, dagster; begun = time.perf_counter(); import http_source.definitions; print(time.perf_counter() - begun)"


def configuration(url: str, name: str) -> str:
    """A connector that gets an empty page once a second."""
    return json.dumps({
        "name": name,
        "url": f"{url}/none/{name}?offset=${{offset}}",
        "http.offset.mode": "SIMPLE_INCREMENTING",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "/hits/hits",
        "request.interval.ms": str(_INTERVAL_MS),
        "output.data.format": "JSON",
        "topic.name.pattern": _NAME,
    })


class Home:
    """A folder with configurations and Dagster's state."""

    def __init__(self, folder: Path, here: Setting, files: int) -> None:
        self.folder = folder
        self._here = here
        self._names = [f"{_NAME}_{folder.parent.name}_{number}" for number in range(files)]
        self._connectors = folder / "connectors"
        self._connectors.mkdir(parents=True)
        for name in self._names:
            (self._connectors / f"{name}.json").write_text(configuration(here.url, name), encoding="utf-8")
        (folder / "empty.py").write_text(_EMPTY, encoding="utf-8")
        (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
        self.environment: Mapping[str, str] = {
            **os.environ,
            "DAGSTER_HOME": str(folder),
            "HTTP_SOURCE_CONNECTORS": str(self._connectors),
            "KAFKA_BOOTSTRAP_SERVERS": here.kafka,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]),
        }

    def run(self, *command: str) -> str:
        """What a command prints. Raises CalledProcessError."""
        return subprocess.run(  # noqa: S603  the command is ours
            [sys.executable, *command], cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def empty_run(self) -> float:
        """Seconds until an op began."""
        begun = time.time()
        self.run("-m", "dagster", "job", "execute", "-m", "empty", "-j", "empty")
        return float((self.folder / "began").read_text(encoding="utf-8")) - begun

    def polling_run(self) -> float:
        """Seconds until the first request of a run."""
        before, begun = self._here.ask("known"), time.time()
        command = ["-m", "dagster", "job", "execute", "-m", "http_source.definitions", "-j", f"{self._names[0]}_poll"]
        with subprocess.Popen(  # noqa: S603  the command is ours
            [sys.executable, *command], cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while self._here.ask("known") == before and process.poll() is None:
                pause(_LOOK_SECONDS)
            return time.time() - begun

    def at_rest(self, seconds: float) -> float:
        """The share of a core that `dagster dev` takes."""
        command = [str(_BIN / "dagster"), "dev", "--port", str(free_port(_PORT)), "-m", "http_source.definitions"]
        dev = subprocess.Popen(  # noqa: S603  the command is ours
            command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            pause(_SETTLING_SECONDS)
            before, begun = _cpu(dev.pid), time.perf_counter()
            pause(seconds)
            return (_cpu(dev.pid) - before) / (time.perf_counter() - begun)
        finally:
            os.killpg(dev.pid, signal.SIGKILL)
            dev.wait()


def _cpu(pid: int) -> float:
    """Seconds of a process and all of its children, those that have ended included."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in processes if process.is_running())


def measure(here: Setting, folder: Path, files: int, seconds: float) -> dict[str, float]:
    """What → its figure in one round."""
    one, many, none = (Home(folder / str(count), here, count) for count in (1, files, 0))
    empty, nothing = one.empty_run(), none.at_rest(seconds)
    return {
        "a run: an op that does nothing begins, s": empty,
        "a run: beyond that to the first request, s": one.polling_run() - empty,
        "a code location of one file, s": float(one.run("-c", _IMPORT)),
        f"a code location of {files} files, s": float(many.run("-c", _IMPORT)),
        "`dagster dev` without a connector, % of a core": 100 * nothing,
        "beyond that with one at rest, % of a core": 100 * (one.at_rest(seconds) - nothing),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what it takes to begin, and to have nothing to do.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--files", type=int, default=200, help="configurations of the code location (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="for how long a connector at rest is looked at (default: %(default)s)")
    options = parser.parse_args()
    rounds: list[dict[str, float]] = []
    with TemporaryDirectory() as folder, setting(1) as here:
        for number in range(options.rounds):
            rounds.append(measure(here, Path(folder) / f"round_{number}", options.files, options.seconds))
            sys.stderr.write(f"round {number + 1} of {options.rounds}\n")
    rows = [[what, spread([figures[what] for figures in rounds], 2)] for what in rounds[0]]
    sys.stdout.write(f"{table(['what', 'median [least … greatest]'], rows)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
