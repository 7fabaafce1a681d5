"""Pages wait for the delivering thread as long as they are small together; a large one waits alone."""

from dataclasses import replace
from threading import Thread

from http_source.delivery.page_queue import PageQueue
from http_source.delivery.parcel import Parcel
from http_source_tests.entity.entities import entity, page_after

MEBIBYTE = 1_048_576
A_MOMENT_S = 0.05


def parcel(weight: int) -> Parcel:
    one = entity()
    return Parcel(one, replace(page_after(one.position), weight=weight), one.generation)


def putting(waiting: PageQueue, weight: int) -> Thread:
    thread = Thread(target=waiting.put, args=[parcel(weight)], daemon=True)
    thread.start()
    return thread


def test_a_page_of_any_size_is_taken_when_none_is_waiting() -> None:
    waiting = PageQueue()
    assert waiting.put(parcel(100 * MEBIBYTE))
    assert len(waiting.take(None)) == 1


def test_behind_a_large_page_the_next_waits_until_it_was_taken() -> None:
    waiting = PageQueue()
    waiting.put(parcel(16 * MEBIBYTE))
    next_one = putting(waiting, 1)
    next_one.join(A_MOMENT_S)
    assert next_one.is_alive()
    assert len(waiting.take(None)) == 1
    next_one.join()
    assert len(waiting.take(None)) == 1


def test_many_small_pages_wait_together() -> None:
    waiting = PageQueue()
    assert all(waiting.put(parcel(1_000)) for _ in range(500))
    assert len(waiting.take(None)) == 500


def test_the_end_lets_nobody_wait_for_room() -> None:
    waiting = PageQueue()
    waiting.put(parcel(16 * MEBIBYTE))
    next_one = putting(waiting, 1)
    waiting.end()
    next_one.join()
    assert len(waiting.take(None)) == 1
    assert waiting.empty
