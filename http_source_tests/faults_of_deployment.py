"""The faults of packages, projects and hosts: from an empty folder to several machines."""

from http_source_tests.fault import Fault

DEPLOYMENT = (
    Fault(240, "a newcomer has an empty folder, Python and no Kafka",
        "`http-source new`, `http-source sample` and `dagster dev` bring records into a topic; the demo runs from a wheel."),
    Fault(241, "the package is built, and installed without what only some connectors need",
        "Wheel and source distribution are complete; a configuration that needs an extra does not start, and says which one to install."),
    Fault(242, "the lowest versions are installed that the package allows",
        "Each is one that the others go with; `make test-lowest` runs the tests with them."),
    Fault(243, "Dagster's storage is PostgreSQL, as Dagster documents it", "It works with the versions that the extra `postgres` allows."),
    Fault(244, "a run is cut off from the storage, daemons and code servers are there twice, or a Celery worker is killed, cut off or "
        "redeployed",
        "Nothing is asked twice: a run that cannot report that it is alive stops polling before another one takes over. A run on a host "
        "whose configuration is older than the code server's logs a warning that names the host."),
    Fault(245, "the first `make demo` or `make test` installs what it needs", "It says what it installs, and how long that takes."),
    Fault(246, "a page shows what does not come",
        "Each command that the README and the tutorial show is run, and what they show is compared with what comes."),
    Fault(247, "somebody wants to look into a topic",
        "`http-source consume TOPIC` shows the records, decoded by the Schema Registry, and leaves no consumer group behind; a record that "
        "cannot be decoded is shown with the reason."),
    Fault(248, "a person looks at a connector in Dagster's UI, and launches its jobs there",
        "The asset leads to its sensor and back; a checkpoint's line says records, seconds and offset; runs show Dagster's own tags only; "
        "launchpads open valid, and can be launched as they open."),
    Fault(249, "two code locations have connectors of one name", "A key prefix, chosen by a translator, distinguishes them."),
    Fault(258, "a test run is killed", "Its workers, and all that a test has started, end within seconds."),
    Fault(259, "what started a run is gone before the run looked who that is", "It ends by itself, stored."),
)
