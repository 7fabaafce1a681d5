"""Each fault of the catalogue has a test, and docs/faults.md says so."""

from pathlib import Path

import pytest

from http_source_tests.error_page import error_page, numbered_tests
from http_source_tests.fault import Fault
from http_source_tests.faults import FAULTS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"B{fault.number}")
def test_a_fault_is_tested_or_does_not_apply(fault: Fault) -> None:
    assert bool(fault.absent) != bool(numbered_tests().get(fault.number))


def test_the_catalogue_has_a_number_once_and_in_order() -> None:
    assert [fault.number for fault in FAULTS] == sorted({fault.number for fault in FAULTS})


def test_every_fault_is_on_the_page() -> None:
    page = error_page()
    assert [fault.number for fault in FAULTS if f"| B{fault.number} |" not in page] == []


def test_the_page_of_faults_is_what_the_tests_print() -> None:
    """If not: `python -m http_source_tests.error_page > docs/faults.md`."""
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == error_page()
