"""What people do about an invoice, as it is shown: how it stands, and what was done."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, and when; *by* nobody where Duebot did it.

    *what* is a word of the log (``acknowledged``, ``snoozed``, …, ``woke``), *detail*
    the note, the day of a snooze, the assignee, or the event that ended a silence.
    """

    what: str
    by: str | None
    at: datetime
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """How an invoice stands with people; they are Slack's ids.

    *snoozed_until* is the first day on which it is told of again; *note* the last of
    the notes; *log* everything, oldest first.
    """

    acknowledged_by: str | None = None
    acknowledged_on: date | None = None
    snoozed_until: date | None = None
    snoozed_by: str | None = None
    assignee: str | None = None
    log: tuple[Done, ...] = ()

    @property
    def notes(self) -> tuple[Done, ...]:
        """Every note, oldest first."""
        return tuple(each for each in self.log if each.what == "noted")


#: Nobody has done anything.
NO_CARE = Care()
