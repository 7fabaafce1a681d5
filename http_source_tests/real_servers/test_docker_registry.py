"""The connector on the catalog of a Docker registry that is not ours, as `docs/recipes/docker_registry.md` has it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from http_source.polling.modes.cursor_pagination import PAGE_REORDERED
from http_source.task import Task
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.docker_registry import DockerRegistry, docker_registry, install
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 23


def names(first: int, last: int) -> list[str]:
    return [f"shop/app-{number:03d}" for number in range(first, last + 1)]


def configuration(registry: DockerRegistry, **changes: Any) -> dict[str, object]:
    """The page's, with smaller pages."""
    return recipe("docker-registry", registry.url, http_request_parameters="n=5", **changes)


def following(registry: DockerRegistry, **changes: Any) -> dict[str, object]:
    """The page's for names that grow."""
    return configuration(registry, http_cursor_end="follow", **changes)


def delivered(cluster: Cluster, registry: DockerRegistry) -> Sequence[object]:
    return arrived(cluster, topic_of(configuration(registry)))


def wait_for(task: Task, records: int) -> None:
    """Return once so many are acknowledged."""
    until(lambda: task.entities[0].acknowledged.records >= records)


def walks(values: Sequence[object]) -> list[list[object]]:
    """The names of each walk through the catalog: one begins where they fall."""
    begins = [0, *(at for at, (one, other) in enumerate(pairwise(map(str, values)), 1) if other <= one), len(values)]
    return [list(values[begin:end]) for begin, end in pairwise(begins)]


@pytest.fixture(scope="module")
def program() -> str:
    return install()


@pytest.fixture
def registry(program: str, tmp_path: Path) -> Iterator[DockerRegistry]:
    """One for each test: a registry has one catalog."""
    with docker_registry(program, tmp_path) as running:
        yield running


@pytest.fixture
def cluster(registry: DockerRegistry) -> Iterator[Cluster]:
    with kafka(topic_of(configuration(registry))) as running:
        yield running


def test_each_walk_delivers_the_whole_catalog_in_order_with_names_that_are_new(registry: DockerRegistry, cluster: Cluster) -> None:
    registry.push(*names(1, STOCK))
    with polling(configuration(registry), cluster) as task:
        wait_for(task, STOCK)
        registry.push("shop/app-012-b", "a/first", "z/last")
        wait_for(task, task.entities[0].acknowledged.records + 3 * (STOCK + 3))
    first, *_, last, _ = walks(delivered(cluster, registry))
    assert first == names(1, STOCK)
    assert last == sorted([*names(1, STOCK), "shop/app-012-b", "a/first", "z/last"])
    assert doubts(task) == []


def test_a_task_built_anew_in_the_middle_of_a_walk_loses_and_repeats_nothing(registry: DockerRegistry, cluster: Cluster) -> None:
    registry.push(*names(1, STOCK))
    with polling(configuration(registry, request_interval_ms=300, catchup_interval_ms=300), cluster) as first:
        until(lambda: first.entities[0].acknowledged.pages >= 2)
    assert "last=" in str(acknowledged(first).offset)
    with polling(configuration(registry, request_interval_ms=60_000), cluster, acknowledged(first)) as second:
        until(lambda: acknowledged(second).offset == "")
    assert delivered(cluster, registry) == names(1, STOCK)
    assert doubts(first) == doubts(second) == []


def test_names_that_grow_arrive_once_and_in_order_with_follow(registry: DockerRegistry, cluster: Cluster) -> None:
    """One by one, so that the last page fills and gets a link while it is asked for."""
    registry.push(*names(1, STOCK))
    with polling(following(registry), cluster) as task:
        for last in range(STOCK, STOCK + 9):
            wait_for(task, last)
            registry.push(*names(last + 1, last + 1))
        wait_for(task, STOCK + 9)
    assert delivered(cluster, registry) == names(1, STOCK + 9)
    assert doubts(task) == []


def test_a_task_built_anew_goes_on_from_the_last_page_with_follow(registry: DockerRegistry, cluster: Cluster) -> None:
    registry.push(*names(1, STOCK))
    with polling(following(registry), cluster) as first:
        wait_for(first, STOCK)
    registry.push(*names(STOCK + 1, STOCK + 9))
    with polling(following(registry), cluster, acknowledged(first)) as second:
        wait_for(second, 9)
    assert delivered(cluster, registry) == names(1, STOCK + 9)
    assert doubts(first) == doubts(second) == []


def test_with_follow_a_name_within_the_last_page_is_reported_and_one_before_it_is_never_found(
    registry: DockerRegistry, cluster: Cluster
) -> None:
    registry.push(*names(1, STOCK))
    with polling(following(registry), cluster) as task:
        wait_for(task, STOCK)
        registry.push("a/first", "shop/app-021-b")
        wait_for(task, STOCK + 1)
    assert delivered(cluster, registry) == [*names(1, STOCK), "shop/app-021-b"]
    assert doubts(task) == [PAGE_REORDERED.sentence]


def test_tags_of_a_repository_arrive_with_each_walk(registry: DockerRegistry, cluster: Cluster) -> None:
    pushed = ["1.0", "1.1", "1.2"]
    for tag in pushed:
        registry.push("shop/app", tag=tag)
    tags = configuration(registry, url=f"{registry.url}/v2/shop/app/tags/list", http_response_data_json_pointer="/tags")
    with polling(tags, cluster) as task:
        wait_for(task, len(pushed))
        registry.push("shop/app", tag="1.3")
        until(lambda: "1.3" in delivered(cluster, registry))
    first, *_ = walks(delivered(cluster, registry))
    assert first == pushed
    assert doubts(task) == []


def test_the_page_shows_what_comes(registry: DockerRegistry, tmp_path: Path) -> None:
    registry.push(*names(1, 120))
    compare("docker-registry", registry.url, tmp_path, records=120)
