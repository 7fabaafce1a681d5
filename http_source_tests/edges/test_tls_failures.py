"""What is said of an error that no connection was needed to make; `test_tls.py` has those of real servers."""

import ssl

import pytest

from http_source.edges.http.tls_failures import explain_tls


@pytest.mark.parametrize("error", [ValueError("other"), TimeoutError("late"), OSError("no route")])
def test_what_is_not_of_tls_is_left_to_others(error: Exception) -> None:
    assert explain_tls(error, "api.example") is None


def test_an_error_of_python_itself_is_told_by_its_kind() -> None:
    assert explain_tls(ssl.SSLError("?"), "api.example") == "no TLS connection to api.example: SSLError."
    assert "was not accepted (SSLCertVerificationError)" in str(explain_tls(ssl.SSLCertVerificationError("?"), "api.example"))
