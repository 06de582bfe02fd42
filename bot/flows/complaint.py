"""A failure that goes on, in the log: said as it begins, changes and ends."""

from typing import Any


class Complaint:
    """What is tried again and again must not fill the log.

    *log* is the logger, *what* says what does not work.
    """

    def __init__(self, log: Any, what: str) -> None:
        self._log = log
        self._what = what
        self._cause: str | None = None

    def voice(self, cause: str) -> None:
        """Log that it fails, unless that was the last thing said."""
        if cause != self._cause:
            self._log.error(self._what, cause=cause)
        self._cause = cause

    def settle(self) -> None:
        """Log that it works again, if it did not."""
        if self._cause is not None:
            self._log.info("works again", after=self._what)
        self._cause = None
