"""What `pause`, `resume`, `stop` and `restart` share: their arguments, and how they say what came of it and what follows."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.folder import connector_names, entity_names
from http_source.config.findings import did_you_mean, some

if TYPE_CHECKING:
    from http_source.orchestration.identity import Connector
    from http_source.orchestration.outcome import Outcome

_CODES = ("done, or nothing to do", "the configuration has mistakes, or Dagster's storage cannot be used")


@dataclass(frozen=True, slots=True)
class Word:
    """One of the four commands.

    Attributes:
        name: the command.
        done: what was done, as a word.
        rests: whether nothing is polled afterwards.
    """

    name: str
    done: str
    rests: bool = False


def declare_word(
    commands: Commands, word: Word, sentence: str, run: Callable[[argparse.Namespace], int], *, without: str
) -> None:
    """Add a command that takes a connector and entities of it; `without` says what it does without any."""
    parser = declare(commands, word.name, sentence, run, codes=_CODES)
    completed_by(parser.add_argument("name", metavar="NAME", help="a connector of the folder"), connector_names)
    entities = parser.add_argument("entities", nargs="*", metavar="ENTITY", help=f"one of its entities; default: {without}")
    completed_by(entities, entity_names)
    add_json(parser, "an object with what changed, what was left as it is and why, and what follows")


def warning_of(unattended: str) -> str:
    """What follows takes effect only once somebody starts runs."""
    return f"WARNING: Nothing starts a run now. {unattended}"


def refuse_unknown(named: Sequence[str], entities: Sequence[str], former: Sequence[str] = ()) -> None:
    """Raise UsageError for an entity that the connector does not have, nor had."""
    for entity in named:
        if entity not in entities and entity not in former:
            raise UsageError(f"Unknown entity {entity!r}. The entities are {some(tuple(entities))}.{did_you_mean(entity, entities)}")


def report(arguments: argparse.Namespace, word: Word, connector: "Connector", outcome: "Outcome", unattended: str) -> int:
    """Say what came of it; `unattended` is why nobody starts runs, as a sentence, and empty while somebody does."""
    follows = list(_follows(arguments, word, connector, outcome))
    if unattended and outcome.changed and (outcome.relieved or not word.rests):
        follows.append(warning_of(unattended))
    if arguments.json:
        print_json({
            "connector": connector.name,
            "changed": list(outcome.changed),
            "left": dict(outcome.left),
            "ending": list(outcome.ending),
            "relieved": list(outcome.relieved),
            "sensor": None if outcome.sensor is None else "RUNNING" if outcome.sensor else "STOPPED",
            "follows": follows,
        })
        return ExitCode.DONE
    whole = not arguments.entities and (word.name != "restart" or not outcome.left)
    done = [f"{word.done} {connector.name if whole else some(outcome.changed)}."] if outcome.changed else []
    print("\n".join([*done, *_left(outcome), *follows]))
    return ExitCode.DONE


def _left(outcome: "Outcome") -> Iterator[str]:
    """What stays as it is, the same reason once."""
    reasons: dict[str, list[str]] = {}
    for name, reason in outcome.left.items():
        reasons.setdefault(reason, []).append(name)
    return (f"{some(names)}: {reason}" for reason, names in reasons.items())


def _follows(arguments: argparse.Namespace, word: Word, connector: "Connector", outcome: "Outcome") -> Iterator[str]:
    if outcome.ending:
        yield f"{_runs(outcome.ending)} what is acknowledged and {'ends' if len(outcome.ending) == 1 else 'end'} within seconds."
    if outcome.relieved and outcome.changed:
        successor = "a run without the paused or stopped entities" if word.rests else "the new run"
        yield f"{', '.join(outcome.relieved)} polls until {successor} takes over, within seconds."
    if not word.rests:
        yield from _start(connector, outcome)
    elif outcome.changed:
        yield f"`http-source resume {' '.join([connector.name, *arguments.entities])}` resumes polling."


def _runs(runs: Sequence[str]) -> str:
    return f"Run {runs[0]} stores" if len(runs) == 1 else f"Runs {', '.join(runs)} store"


def _start(connector: "Connector", outcome: "Outcome") -> Iterator[str]:
    """When polling begins, or why it does not."""
    if outcome.whole:
        yield f"{connector.name} as a whole is {outcome.whole} by hand, so nothing is polled until `http-source resume {connector.name}`."
    elif outcome.sensor is None:
        yield f"Dagster has not seen the sensor {connector.sensor_name} yet: polling starts when Dagster does."
    elif not outcome.sensor:
        yield f"Nothing is polled until the sensor {connector.sensor_name} is on: `http-source resume {connector.name}` switches it on."
    elif outcome.changed:
        yield f"The next tick of the sensor {connector.sensor_name} starts them."
