"""The clients by others are found, or it is said why not."""

import sys

from tests.witnesses import Witness, find_python

ABSENT = Witness("a-client", ".venv-absent", "requirements-witness.lock", (3, 11))
TOO_NEW = Witness("a-client", ".venv-absent", "requirements-witness.lock", (3, 99))


def test_a_python_is_as_new_as_asked() -> None:
    assert find_python((3, 11)) == sys.executable
    assert find_python((3, 99)) is None


def test_why_a_client_cannot_be_asked_is_a_sentence() -> None:
    assert not ABSENT.is_ready()
    assert ABSENT.missing() == (
        "a-client is not installed in .venv-absent; run make witnesses."
    )
    assert TOO_NEW.missing() == (
        "a-client needs Python 3.99 or newer; there is none here."
    )


def test_without_a_python_nothing_is_made() -> None:
    assert not TOO_NEW.make()
    assert not TOO_NEW.bin.exists()
