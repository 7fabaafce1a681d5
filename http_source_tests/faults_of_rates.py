"""The faults of limits: what an API allows, and who keeps to it."""

from http_source_tests.fault import Fault

RATES = (
    Fault(234, "the API limits how often it is asked",
        "`http.requests.per.second` is kept, by each task for its part. What answers announce (`RateLimit`, `X-RateLimit-*` and their "
        "like) is kept before a 429 comes, and says how long to wait after one; `status` shows RATE_LIMITED, until when and who says "
        "so. Nonsense is ignored."),
)
