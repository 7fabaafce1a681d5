"""The faults of credentials, by number; `faults.py` has the rest."""

from http_source_tests.fault import Fault

AUTH = (
    Fault(223, "an API says with another status than 401 that a token's time is over",
        "`oauth2.renew.on.status.codes` names it. Whatever the status, an entity that has failed starts again with a new token."),
    Fault(224, "a token is due for early renewal, and the token server gives no new one",
        "The token is used until it expires, with a warning; requests fail only after that."),
    Fault(233, "`auth.type` has a value that nothing signs for", "Not possible: each value has its file, its rules and its signer."),
)
