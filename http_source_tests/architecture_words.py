"""What `architecture_page.py` says between its tables."""

from http_source.orchestration.ledger.lease import HOLD_S, LAPSE_S, RENEW_S

HEAD = """# Architecture

How http-source is built: for those who want to change it, in five minutes. `python -m http_source_tests.architecture_page` prints this
page from the code; edit there. Tests compare it with the code, and follow a record through a real run.

A connector is a configuration; its entities are shared among at most `tasks.max` tasks; one Dagster run at a time polls the entities of a
task, each at its interval, for up to `run.max.seconds`. A sensor per connector starts the runs.

## The rooms

Folders of `http_source/`, and the module in which they meet; `http_source_tests/` has the same rooms, proven."""

PICTURE_HEAD = """## What imports what

Each line is a folder or a module of `http_source/`, its height, and what it imports; what follows from other imports is left out.
Begin to read at [task.py](../http_source/task.py). `polling`, `connect` and `config` do no I/O and read no clock. Only `orchestration`,
and what stands above it, knows Dagster. The systems in `edges` (HTTP, Kafka, the Schema Registry) do not know each other. import-linter
enforces all of this (`make lint`)."""

WALK_HEAD = """## The way of a record

Start at `Task.poll`: it is the path of every record, and each line is a stage."""

THREADS_HEAD = """## The threads of a run

The main thread waits, stores checkpoints, logs, and takes interrupts. Polling happens in threads that nothing interrupts: an event
stops them, after they have finished what is on its way. Three kinds of threads meet at an entity: each change of it is one transition
under its one lock ([entity.py](../http_source/entity/entity.py))."""

STORED_HEAD = """## What is stored where

All of it is in Dagster's storage; `http_source/orchestration/ledger/` knows the names, and how it is read. Events are folded in
any order, any number of times: the position with the highest (epoch, sequence) is the truth, wherever it was read."""

ELSEWHERE = """The sensor's cursor holds what these events say, for people and for the next tick; a lost one is made again from them.
With `exactly.once.support=required` the positions are also in the topic `offsets.storage.topic`, each in the transaction of its records.
Schemas are in the Schema Registry. The asset's check repeats what is FAILED or in doubt."""

LIFE_HEAD = f"""## The life of a run

A run says in its lease how far it is, and renews it every {RENEW_S:g} s; Dagster's own status (QUEUED, STARTED …) does not say that."""

ENDS = f"""A run that could not renew its lease for {HOLD_S:g} s sends no request until it can. A run whose lease did not change for
{LAPSE_S:g} s counts as dead, and another one takes over its entities. A successor of a run at work asks it to end, and takes over without
a pause."""

ENTITY_HEAD = """## The life of an entity in a run

One of four has it: nobody (AWAY), the agenda (PLANNED), a fetch thread (IN_HAND), or the delivering thread, which has pages enough of it
to do (PARKED). The transitions are methods of `Entity`."""

FURTHER = """## Further

- Why it is so: [decisions.md](decisions.md).
- What goes wrong, and what follows: [errors.md](errors.md).
- How to add a property, a transform, a format, a mode or an auth type: `CONTRIBUTING.md`."""
