"""Counts what a list gave, to hold it against the total that it stated."""

from collections.abc import Sequence

from providers.base import RawPage
from providers.errors import BadReplyError
from providers.softwareone.wire import Pagination


class Tally:
    """Notices a list that ends before its own total."""

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._rows = self._new = 0
        self._totals: list[int] = []

    def note(
        self, documents: Sequence[bytes], page: RawPage | None, where: Pagination
    ) -> None:
        """Count the *documents* of a reply, and those that are new, its *page*."""
        self._rows += len(documents)
        self._new += len(page.documents) if page else 0
        if where.total is not None:
            self._totals.append(where.total)

    @property
    def is_whole(self) -> bool:
        """Whether everything came that the list held at its end, as far as it says."""
        return not self._totals or self._new >= self._totals[-1]

    def is_below(self, rows: int) -> bool:
        """Tell whether the list says that it is shorter than this."""
        return bool(self._totals) and self._totals[-1] < rows

    def require_all(self) -> None:
        """Refuse a list after whose end rows are missing.

        A list may grow or shrink while it is read: its last total counts. One that
        grew gave some rows twice, and not those that came in among the rows read
        before; what was there all the time must have come.

        Raises:
            BadReplyError: fewer rows came than the list said it has.
        """
        if not self._totals:
            return
        for came, said in (
            (self._rows, self._totals[-1]),
            (self._new, min(self._totals)),
        ):
            if came < said:
                raise BadReplyError(
                    self._connection, f"sent {came} rows where it promised {said}"
                )
