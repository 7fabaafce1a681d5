"""The faults of configurations that come from elsewhere."""

from http_source_tests.fault import Fault

MIGRATION = (
    Fault(228, "`security.protocol` does not match Kafka's listener, as with `kafka.api.key` and a listener without TLS",
        "The message names the protocol that is set, what the listener did and what to choose, and that `kafka.api.key` means SASL_SSL."),
    Fault(230, "`retry.on.status.codes` leaves out every 5xx, or holds codes that no error has", "A warning, with what to add or remove."),
    Fault(231, "YAML reads a text as a boolean, or a number that is written otherwise (`no`, `012`, `1_000`, `12:30`)",
        "A mistake, with the quotes to set."),
    Fault(232, "names of other connectors, of Connect's workers and of Confluent Cloud",
        "Each is answered with the property to use, before any is guessed at; those without meaning here are one warning for their kind. "
        "`value.converter` says the format where `output.data.format` does not."),
)
