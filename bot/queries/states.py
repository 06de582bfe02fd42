"""Which statuses and ages are meant, and which words exclude each other."""

from dataclasses import dataclass, field
from typing import Literal

from bot.queries.model import Bound, Dimension, Stated
from bot.queries.wording import tr
from providers.models import OWED, Kind, Status

#: The statuses that each word for one selects.
_STATUSES: dict[str, tuple[Status, ...]] = {
    "unpaid": OWED,
    "overdue": OWED,
    **{status.value: (status,) for status in Status if status is not Status.UNPAID},
}
#: Words for a status that only the provider's own word says.
_STATED: tuple[Stated, ...] = ("disputed", "void")


class ConflictError(ValueError):
    """Two words of the question exclude each other; *commands* do one or the other.

    A command may come with the label of its button in front.
    """

    def __init__(self, problem: str, *commands: str | tuple[str, str]) -> None:
        super().__init__(problem)
        self.labelled = tuple(
            (each, each) if isinstance(each, str) else each for each in commands
        )


@dataclass(slots=True)
class States:
    """What was said of statuses and ages; *base* is the status a command implies."""

    base: str = ""
    statuses: list[str] = field(default_factory=list)
    not_statuses: list[str] = field(default_factory=list)
    age_from: Bound | None = None
    age_to: Bound | None = None
    #: From which day age is counted, where that was said.
    basis: Literal["due", "issued"] | None = None
    group: Dimension | None = None
    aged_by: Dimension | None = None

    @property
    def _has_age(self) -> bool:
        return self.age_from is not None or self.age_to is not None

    def age_basis(self) -> Literal["due", "issued"]:
        """Say from which day age is counted.

        Raises:
            ConflictError: Nothing can be all that was said.
        """
        if self.basis is not None and not (self._has_age or self.group == "age"):
            raise ConflictError(
                tr(
                    "`basis:{basis}` says from which day age is counted; say which "
                    "age, too.",
                    basis=self.basis,
                ),
                f"/invoices aging basis:{self.basis}",
                f"/unpaid age >45 basis:{self.basis}",
            )
        return self.basis or "due"

    def snoozed(self) -> bool | None:
        """Say whether only what is snoozed is meant, or only the rest.

        Raises:
            ConflictError: Nothing can be all that was said.
        """
        wanted, without = ("snoozed" in self.statuses, "snoozed" in self.not_statuses)
        if wanted and without:
            raise ConflictError(tr("That leaves no invoices at all."), "/invoices all")
        return wanted if wanted or without else None

    def overdue(self) -> bool | None:
        """Say whether only what is overdue is meant, or only the rest.

        Raises:
            ConflictError: Nothing can be all that was said.
        """
        wanted = self.base == "overdue" or "overdue" in self.statuses
        wanted = wanted or (self._has_age and self.basis != "issued")
        if "overdue" in self.not_statuses:
            if wanted:
                raise ConflictError(
                    tr("An invoice cannot be overdue and not overdue."),
                    "/overdue",
                    "/unpaid -overdue",
                )
            return False
        return True if wanted else None

    def status(self, overdue: bool | None) -> tuple[Status, ...]:
        """Say which statuses are meant.

        Raises:
            ConflictError: Nothing can be all that was said.
        """
        said = [_STATUSES[name] for name in self.statuses if name in _STATUSES]
        said = [one for one in said if not any(set(o) < set(one) for o in said)]
        wanted = {status for one in said for status in one}
        owed_only = overdue or self.base == "unpaid" or self._has_age
        if "paid_late" in self.statuses:
            if owed_only or wanted - {Status.PAID} or "credit" in self.statuses:
                raise ConflictError(
                    tr("What was paid late is paid, and no other status."),
                    "/invoices paid late",
                    "/overdue" if overdue else "/unpaid",
                )
            wanted = {Status.PAID}
        if owed_only and not said:
            wanted = set(OWED)
        if owed_only and (wanted - set(OWED) or "credit" in self.statuses):
            raise self._conflict(wanted, "overdue" if overdue else "unpaid")
        without = {s for n in self.not_statuses for s in _STATUSES.get(n, ())}
        if overdue is False:
            without -= set(OWED)
            if "unpaid" in self.not_statuses:
                without |= set(OWED)
        if without:
            wanted = (wanted or set(Status)) - without
            if not wanted:
                raise ConflictError(
                    tr("That leaves no invoices at all."), "/invoices all"
                )
        return tuple(status for status in Status if status in wanted)

    def _conflict(self, wanted: set[Status], word: str) -> ConflictError:
        command = f"/{word}"
        if "credit" in self.statuses or not wanted & {Status.PAID}:
            return ConflictError(
                tr("A credit note, or what nothing is owed on, is never unpaid.")
                if word == "unpaid"
                else tr("A credit note, or what nothing is owed on, is never overdue."),
                command,
                "/invoices credit",
            )
        if word == "unpaid":
            return ConflictError(
                tr("An invoice cannot be paid and unpaid."), "/invoices paid", command
            )
        return ConflictError(
            tr("An invoice cannot be paid and overdue."),
            (
                tr("Paid after the due date: {command}", command="/invoices paid late"),
                "/invoices paid late",
            ),
            (tr("Overdue: {command}", command="/overdue"), "/overdue"),
        )

    def kinds(self) -> tuple[Kind, ...]:
        """Say which kinds of documents are meant.

        Raises:
            ConflictError: Nothing can be all that was said.
        """
        if "credit" in self.not_statuses:
            if "credit" in self.statuses:
                raise ConflictError(
                    tr("That leaves no invoices at all."), "/invoices all"
                )
            return ("invoice",)
        return ("credit_note",) if "credit" in self.statuses else ()

    def stated(self) -> tuple[Stated, ...]:
        """Say what only the provider's own word for a status tells."""
        return tuple(word for word in _STATED if word in self.statuses)
