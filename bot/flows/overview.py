"""What one person's Home tab says, gathered from the snapshot and what is kept.

Every figure is an answer of `Questions`: the buttons beside it ask for the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.answers.model import InvoiceList
from bot.flows.access import Access
from bot.flows.ask import Questions
from bot.flows.subscribe import Subscriptions
from bot.queries.commands import to_command
from bot.queries.model import Period, Query
from bot.views.home import Commands, Home
from bot.views.needs import Needs, Waiting
from bot.views.spending import Spend
from bot.views.upcoming import Snoozed
from providers.models import OWED, Invoice, Status
from storage import care, closures, cursors, deliveries, snapshots
from storage.care import Standing
from storage.store import Store

#: Months that are drawn, this one included.
MONTHS = 12
#: Invoices that somebody minds: so many are looked up.
MOST_MINDED = 50
#: What is owed: the figures that everything else is read with.
OWED_QUERY = Query(status=tuple(OWED), kinds=("invoice",), sort="due_on")
_OPEN = frozenset({*OWED, Status.UNKNOWN})


class Overview:
    """Gathers Home tabs."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        questions: Questions,
        access: Access,
        subscriptions: Subscriptions,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._questions = questions
        self._access = access
        self._subscriptions = subscriptions
        self._now = now
        self._zone = zone

    @property
    def named_admins(self) -> tuple[str, ...]:
        """Who is named in the configuration as an admin of Duebot."""
        return self._access.named_admins

    def today(self) -> date:
        """Say which day it is on the page."""
        return self._now().astimezone(self._zone).date()

    async def of(self, user: str, owed: InvoiceList) -> Home:
        """Gather what *user* sees; *owed* answers `OWED_QUERY`.

        Raises:
            StorageError: the database cannot be read.
        """
        today = self.today()
        due, months = due_query(today), months_query(today)
        falling, billed = await self._list(due), await self._list(months)
        context = self._questions.context()
        direct = await self._access.direct_message(user) or user
        return Home(
            now=self._now(),
            zone=self._zone,
            every=self._subscriptions.pace.every,
            owed=owed.totals,
            spend=spend_of(billed, today),
            due=falling.invoices,
            due_count=falling.count,
            assigned=self._assigned(user),
            snoozed=self._snoozed(),
            freshness=owed.freshness,
            held=tuple(
                (each.name, each.invoices) for each in self._store.held(cursors.state)
            ),
            subscriptions=tuple(self._subscriptions.seen_by(user, direct)),
            needs=await self._needs(user),
            commands=Commands(
                owed=to_command(OWED_QUERY, context),
                due=to_command(due, context),
                months=to_command(months, context),
                examples=examples(context.newest, today),
            ),
        )

    async def _needs(self, user: str) -> Needs | None:
        if not await self._access.is_admin(user):
            return None
        uncertain = self._store.read(deliveries.count_in, ("uncertain",))
        unposted = self._store.read(deliveries.count_in, ("waiting", "paused"))
        return Needs(
            uncertain=tuple(Waiting(*each) for each in uncertain.items()),
            closed=tuple(
                Waiting(each.channel, unposted.get(each.channel, 0), each.reason)
                for each in self._store.read(closures.every)
            ),
        )

    async def _list(self, query: Query) -> InvoiceList:
        answer = await self._questions.answer_now(query)
        if not isinstance(answer, InvoiceList):
            raise TypeError(f"{query} is no question about a list")
        return answer

    def _assigned(self, user: str) -> tuple[Invoice, ...]:
        """List what is assigned to *user* and not over yet."""
        found = self._store.read(care.assigned_to, user)
        return tuple(each for _, each in self._invoices(found) if each.status in _OPEN)

    def _snoozed(self) -> tuple[Snoozed, ...]:
        found = self._store.read(care.snoozed)
        return tuple(
            Snoozed(invoice, standing.snoozed_until, standing.snoozed_by)
            for standing, invoice in self._invoices(found)
            if standing.snoozed_until is not None
        )

    def _invoices(
        self, found: Sequence[Standing]
    ) -> Iterator[tuple[Standing, Invoice]]:
        for each in found[:MOST_MINDED]:
            kept = self._store.read(snapshots.get, each.connection, [each.invoice])
            if each.invoice in kept:
                yield each, kept[each.invoice].invoice


def due_query(today: date) -> Query:
    """Ask for what is owed and falls due from today on, the soonest first."""
    return replace(
        OWED_QUERY, period=Period(today, None, whole_months=False, field="due")
    )


def months_query(today: date) -> Query:
    """Ask for what was billed in each of the last months, this one included."""
    first = today.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    number = first.year * 12 + first.month - MONTHS
    begin = date(number // 12, number % 12 + 1, 1)
    period = Period(begin, last, whole_months=True)
    return Query(period=period, kinds=("invoice",), group="month")


def spend_of(answer: InvoiceList, today: date) -> tuple[Spend, ...]:
    """Lay the groups of `months_query` out by currency, the most used ones first.

    Amounts of different currencies have no order; the invoices in them have one.
    """
    period = months_query(today).period
    first = period.first if period and period.first else today
    names = [f"{y}-{m + 1:02}" for y, m in _months_from(first)]
    amounts = {
        (each.total.currency, each.name): each.total.total
        for each in answer.groups
        if each.total.total is not None
    }
    if not amounts:
        return ()
    zero = Decimal(0)
    spend = [
        Spend(
            each.currency,
            each.invoices,
            tuple((name, amounts.get((each.currency, name), zero)) for name in names),
        )
        for each in answer.totals
    ]
    return tuple(sorted(spend, key=lambda each: (-each.invoices, each.currency)))


def _months_from(first: date) -> list[tuple[int, int]]:
    start = first.year * 12 + first.month - 1
    return [divmod(start + step, 12) for step in range(MONTHS)]


def examples(newest: date | None, today: date) -> tuple[str, ...]:
    """Write three commands that have an answer today."""
    last = min(today.replace(day=1) - timedelta(days=1), newest or today)
    month = f"/invoices {last.year} {last.month}"
    return (month, "/unpaid by connection", "/invoices upcoming 14d")
