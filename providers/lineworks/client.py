"""The LINE WORKS adapter: what to ask, and where."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import BinaryIO
from urllib.parse import quote

import httpx
import msgspec

from providers.base import (
    ConnectionConfig,
    Now,
    ProviderDefaults,
    RawPage,
    Record,
    Unreadable,
    Vault,
)
from providers.errors import BadReplyError, NotThereError, RefusedError
from providers.http import PATIENCE, Http, Patience
from providers.lineworks import breakdown, wire
from providers.lineworks.auth import make_access
from providers.lineworks.breakdown import Customer
from providers.lineworks.pace import Pace
from providers.lineworks.years import Years
from providers.models import Invoice, Reason
from providers.money import NO_AMOUNTS, AmountError
from providers.paginate import ahead, follow
from providers.replies import ROWS, decode, read_document
from providers.trace import Trace

#: Raised whenever `wire` or `breakdown` makes something else of the same answer.
RULES = 1
LIST = "/partners/invoices"
DETAILS = "/partners/invoice-details"
#: The largest allowed count; more is refused. Source: partners/invoice-details.
MOST_CUSTOMERS = 20
PAGE = 100
WORDS = {
    401: "the token is wrong or has ended",
    403: "it is no reseller partner's, or lacks the scope partner.read",
}

Month = tuple[int, int]


class LineWorks:
    """One connection to the LINE WORKS partner API."""

    defaults = ProviderDefaults(
        "LINE WORKS",
        "https://www.worksapis.com/v1.0",
        "Asia/Tokyo",
        due_dates=False,
        currency=wire.DEFAULT_CURRENCY,
    )
    #: An assumption of ours, so that a slip such as 1998 asks for nothing: the
    #: documents name no first year.
    earliest = 2015

    def __init__(
        self,
        config: ConnectionConfig,
        *,
        now: Now,
        vault: Vault,
        patience: Patience = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = config
        self._most_pages = patience.most_pages
        self._now = now
        self._http = Http(
            config.name,
            config.base_url,
            now=now,
            words=WORDS,
            patience=patience,
            transport=transport,
        )
        self._access = make_access(
            config, post_form=self._http.post_form, now=now, vault=vault
        )
        # Limits are per operation and minute.
        self._paces = {LIST: Pace(), DETAILS: Pace()}
        #: How many invoices each month has, as far as lists were read.
        self._of_month: Counter[Month] = Counter()

    @property
    def requests(self) -> int:
        """HTTP requests made so far, retries and token requests included."""
        return self._http.requests

    @property
    def answers(self) -> Mapping[int, int]:
        """How many requests were answered with each status."""
        return self._http.answers

    @property
    def ahead_seconds(self) -> float | None:
        """How far our clock is ahead of the provider's, as its last reply tells."""
        return self._http.ahead_seconds

    @property
    def reading(self) -> str:
        """Everything but the row that decides what `read` makes of it."""
        config = self.config
        return (
            f"lineworks {RULES} {config.timezone.key} {config.currency}"
            f" {config.payment_terms}"
        )

    @property
    def since(self) -> int:
        """The first year to read; last year where nothing is configured."""
        return self.config.since or self._today_year() - 1

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        """Yield the invoices of every year since `since`, each once.

        The year before is asked too: whether ``year`` selects by the month billed or by
        the day of issue is not documented, and the two differ in January.
        """
        years = self._asked(range(self.since, self._today_year() + 1))
        years |= self._asked(self.config.years)
        seen: set[int] = set()
        self._of_month = Counter()
        answered = Years(self.config)
        fetches = (partial(self._year, year, answered) for year in sorted(years))
        async with aclosing(ahead(fetches)) as answers:
            async for rows in answers:
                new = tuple(row for row in rows if self._is_new(row, seen))
                for start in range(0, len(new), PAGE):
                    yield RawPage(new[start : start + PAGE])

    async def months(self, year: int) -> AsyncGenerator[RawPage, None]:
        """Yield the invoices of an older year, a page for each of its months."""
        found: dict[int, dict[int, bytes]] = {month: {} for month in range(1, 13)}
        billed: Counter[Month] = Counter()
        answered = Years(self.config)
        for asked in sorted(self._asked([year])):
            for document in await self._year(asked, answered):
                head = read_document(document, wire.HEAD)
                if isinstance(head, Unreadable):
                    raise BadReplyError(self.config.name, head.problem)
                place = self._month_in(year, head)
                if place is None or head.invoice_no in found[place]:
                    continue
                found[place][head.invoice_no] = document
                if month := wire.month_of(head, self.config):
                    billed[month] += 1
        self._of_month |= billed
        for documents in found.values():
            yield RawPage(tuple(documents.values()))

    def covers(self, invoice: Invoice) -> bool:
        """Tell whether *invoice* is of a year that is read; see `pages`."""
        years = [int(invoice.period[:4])] if invoice.period else []
        years += [invoice.issued_on.year] if invoice.issued_on else []
        return self._is_read(years)

    async def read(
        self,
        source: str,  # noqa: ARG002 - there is one list
        documents: Sequence[bytes],
    ) -> list[Record | Unreadable]:
        """Read *documents*, in order, with the breakdown of each by customer."""
        rows = [_read_row(document) for document in documents]
        months = wire.months_of(
            [row for row in rows if isinstance(row, wire.Row)], self.config
        )
        wanted = sorted(months)
        fetches = (partial(self._customers, month) for month in wanted)
        async with aclosing(ahead(fetches, first_alone=False)) as answers:
            found = [answer async for answer in answers]
        customers = dict(zip(wanted, found, strict=True))
        return [
            row if isinstance(row, Unreadable) else self._record(row, customers)
            for row in rows
        ]

    def explain(self, source: str, row: bytes) -> tuple[Reason, ...]:  # noqa: ARG002 - one list
        """Say by which rules a kept *row* is what it is; none where unreadable."""
        trace = Trace()
        with suppress(msgspec.MsgspecError, AmountError, ArithmeticError):
            wire.to_invoice(wire.ROW.decode(row), self.config, trace=trace)
        return tuple(trace.reasons)

    async def details(self, invoice: Invoice) -> Invoice:
        """Ask for *invoice* again, with its breakdown by customer."""
        year = int((invoice.period or f"{self._today_year()}")[:4])
        for asked in (year, year + 1):
            for document in await self._year(asked):
                row = _read_row(document)
                if isinstance(row, wire.Row) and str(row.invoice_no) == invoice.id:
                    (record,) = await self.read("invoices", [document])
                    if isinstance(record, Record):
                        return record.invoice
        raise NotThereError(self.config.name, "has no such invoice")

    async def pdf(self, invoice: Invoice, into: BinaryIO) -> None:  # noqa: ARG002 - there is none
        """Say that LINE WORKS offers no document through its API."""
        raise NotThereError(self.config.name, "offers no PDF through its API")

    async def whoami(self) -> str:
        """Say which partner is billed, as this year's invoices tell, or last year's."""
        this_year = self._today_year()
        for year in (this_year, this_year - 1):
            for document in await self._year(year):
                row = _read_row(document)
                if isinstance(row, wire.Row) and row.partner_name:
                    return f"the partner {row.partner_name}"
        return "the token is accepted"

    async def aclose(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    def _today_year(self) -> int:
        return self._now().astimezone(self.config.timezone).year

    async def _get(self, operation: str, query: str) -> bytes:
        await self._paces[operation].turn()
        return await self._http.get(f"{operation}?{query}", access=self._access)

    async def _year(
        self, year: int, answered: Years | None = None
    ) -> tuple[bytes, ...]:
        """Ask for the list of *year*; with the years *answered*, it must be of it."""
        body = await self._get(LIST, f"year={year}")
        documents = wire.split_page(decode(self.config.name, body, wire.INVOICES))
        if answered is not None:
            answered.note(year, documents)
        return documents

    def _is_new(self, document: bytes, seen: set[int]) -> bool:
        """Note the invoice; false for one of an earlier answer, or too old a year."""
        head = read_document(document, wire.HEAD)
        if isinstance(head, Unreadable):
            return True  # `read` will say what is wrong with it
        if head.invoice_no in seen or self._is_too_old(head):
            return False
        seen.add(head.invoice_no)
        if month := wire.month_of(head, self.config):
            self._of_month[month] += 1
        return True

    def _asked(self, years: Iterable[int]) -> set[int]:
        """List the years to ask for, so that all of *years* comes; see `pages`."""
        near = {year + step for year in years for step in (-1, 0, 1)}
        return {year for year in near if year <= self._today_year()}

    def _month_in(self, year: int, head: wire.Head) -> int | None:
        """Tell in which month of *year* it was billed, or else issued."""
        month = wire.month_of(head, self.config)
        if month and month[0] == year:
            return month[1]
        issued_on = wire.issued_on(head, self.config)
        return issued_on.month if issued_on and issued_on.year == year else None

    def _is_read(self, years: Sequence[int]) -> bool:
        """Tell whether any of *years*, an invoice's own, is read."""
        return not years or any(
            year >= self.since or year in self.config.years for year in years
        )

    def _is_too_old(self, head: wire.Head) -> bool:
        """Tell whether neither its month nor its day of issue is in a year to read."""
        month = wire.month_of(head, self.config)
        issued_on = wire.issued_on(head, self.config)
        years = [month[0]] if month else []
        years += [issued_on.year] if issued_on else []
        return not self._is_read(years)

    async def _customers(self, month: Month) -> tuple[Customer, ...] | str:
        """Ask for a month's breakdown; a text says why there is none."""

        async def fetch(cursor: str | None) -> tuple[breakdown.Page, str | None]:
            query = f"year={month[0]}&month={month[1]}&count={MOST_CUSTOMERS}"
            if cursor is not None:
                query += f"&cursor={quote(cursor, safe='')}"
            body = await self._get(DETAILS, query)
            page = decode(self.config.name, body, breakdown.PAGE)
            return page, page.next_cursor

        if self._of_month[month] > 1:
            return "several invoices share this month, so its breakdown is left out"
        customers: list[Customer] = []
        try:
            pages = follow(self.config.name, fetch, most=self._most_pages)
            async with aclosing(pages):
                async for page in pages:
                    self._require_new(page.invoice_details, customers)
                    customers += page.invoice_details
        except NotThereError:
            return ()
        except RefusedError as error:
            return f"there is no breakdown by customer: {error.detail}"
        return tuple(customers)

    def _require_new(
        self, customers: Sequence[Customer], before: Sequence[Customer]
    ) -> None:
        """Notice a list without an end long before the most pages have come.

        Raises:
            BadReplyError: nobody among *customers* is new.
        """
        domains = {each.domain_id for each in customers}
        known = {each.domain_id for each in before if each.domain_id is not None}
        if domains and domains <= known:
            raise BadReplyError(
                self.config.name, "sent the same customers twice: an endless list"
            )

    def _record(
        self, row: wire.Row, customers: dict[Month, tuple[Customer, ...] | str]
    ) -> Record | Unreadable:
        month = wire.month_of(row, self.config)
        found = () if month is None else customers[month]
        try:
            invoice = wire.to_invoice(row, self.config)
            if isinstance(found, str):
                checks = (*invoice.checks, found)
                invoice = msgspec.structs.replace(invoice, checks=checks)
            else:
                invoice = breakdown.with_breakdown(invoice, row, found, self.config)
        except AmountError as error:
            return Unreadable(str(error))
        except ArithmeticError:
            return Unreadable(NO_AMOUNTS)
        return Record(invoice, ROWS.encode(row))


def _read_row(document: bytes) -> wire.Row | Unreadable:
    row = read_document(document, wire.ROW)
    return row  # noqa: RET504 - by itself, so that its type is inferred
