"""The faults of what others say, and of what reports their errors."""

from http_source_tests.fault import Fault

WORDS = (
    Fault(220, "a server, broker or library repeats a secret, in part or in an encoding, or sends control characters, line breaks or a "
        "megabyte", "Messages show their words on one line, cut, with `[hidden]` for a secret and for each piece of one."),
    Fault(221, "a Schema Registry repeats its credentials, or sends control characters and line breaks", "As 220."),
    Fault(222, "an error reporter prints the variables of every frame of an exception",
        "No secret is among them: exceptions leave an edge without the frames and the chains of libraries."),
)
