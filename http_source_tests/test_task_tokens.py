"""A task and its token: what is kept after an entity has failed, and after a token could not be renewed."""

from itertools import count

from http_source_tests.edges.grants import CLIENT, token
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, started, task_of
from http_source_tests.waiting import until


def test_b223_an_entity_that_failed_starts_again_with_a_new_token_whatever_the_status(cluster: Cluster) -> None:
    numbers = count(1)

    def answer(asked: Asked) -> Reply | bytes:
        return b"[1]" if asked.headers["Authorization"] == "Bearer token-2" else Reply(b"token expired", 403)

    with api(lambda _: token(f"token-{next(numbers)}", expires_in=3600)) as grants, api(answer) as server:
        properties = {**CLIENT, "oauth2.token.url": grants.url, "url": server.url + "/${offset}"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).failure)
            assert "`oauth2.renew.on.status.codes`" in (entity_of(task).failure or "")
            until(lambda: entity_of(task).acknowledged.pages)
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer token-1", "Bearer token-2"}
    assert len(grants.asked) == 2
