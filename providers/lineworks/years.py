"""Notices a server that answers with the same list whatever year is asked."""

from collections.abc import Sequence

from providers.base import ConnectionConfig, Unreadable
from providers.errors import BadReplyError
from providers.lineworks import wire
from providers.replies import read_document


class Years:
    """What the lists of several years were, one against the other."""

    def __init__(self, config: ConnectionConfig) -> None:
        self._config = config
        #: The first invoice of each list of several, and the years with that list.
        self._firsts: dict[int, list[int]] = {}

    def note(self, year: int, documents: Sequence[bytes]) -> None:
        """Look at the list that came for *year*.

        Raises:
            BadReplyError: a row is of another year, or the list that of another year.
        """
        heads: list[wire.Head] = []
        for document in documents:
            head = read_document(document, wire.HEAD)
            if not isinstance(head, Unreadable):
                heads.append(head)
        for head in heads:
            if (own := self._years_of(head)) and year not in own:
                raise BadReplyError(
                    self._config.name,
                    f"sent invoices of {head.invoice_year} where {year} was asked;"
                    " it ignores the asked year",
                )
        if len(heads) > 1:
            self._require_another(year, heads[0].invoice_no)

    def _years_of(self, head: wire.Head) -> set[int]:
        """List the years that may select *head*: when billed, and when issued.

        None where its year is no year; then it may be of any. A December is issued in
        the next year, in whatever zone.
        """
        billed = head.invoice_year
        if billed is None or billed not in wire.YEARS:
            return set()
        years = {billed, billed + 1} if head.invoice_month == 12 else {billed}
        issued_on = wire.issued_on(head, self._config)
        return years | {issued_on.year} if issued_on else years

    def _require_another(self, year: int, first: int) -> None:
        """Refuse a list that begins as that of another year.

        Neighbours may share an invoice, by the month billed and by the day of issue.
        """
        others = self._firsts.setdefault(first, [])
        if any(abs(year - other) > 1 for other in others):
            raise BadReplyError(
                self._config.name,
                f"sent the same invoices for {others[0]} and {year};"
                " it ignores the asked year",
            )
        others.append(year)
