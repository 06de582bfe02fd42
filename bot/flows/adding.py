"""What the invoices of a question come to: totals, groups, ages, two periods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.answers.comparison import compare
from bot.answers.model import Compared, Group, Proof, Total
from bot.flows.criteria import about_owed
from bot.queries.model import Dimension, Query
from storage import customers, totals
from storage.criteria import Criteria
from storage.reader import Reader


class Adding:
    """Adds up, with one reader.

    *criteria* says which rows a question is about on a day; *labels* what people call
    the providers.
    """

    def __init__(
        self,
        store: Reader,
        *,
        criteria: Callable[[Query, date], Criteria],
        labels: Mapping[str, str],
        today: date,
    ) -> None:
        self._store = store
        self._criteria = criteria
        self._labels = labels
        self._today = today

    def totals(self, criteria: Criteria) -> tuple[Total, ...]:
        """Add up by kind and currency."""
        return tuple(map(_total, self._store.held(totals.totals, criteria)))

    def compared(
        self, query: Query, sums: Sequence[Total], groups: Sequence[Group]
    ) -> tuple[Compared, ...]:
        """Put the other period beside the sums, or groups, of the first."""
        if query.compared is None:
            return ()
        other = replace(query, period=query.compared, compared=None)
        criteria = self._criteria(other, self._today)
        if query.group is not None:
            return compare(groups, self.groups(other, criteria))
        before = self.totals(criteria)
        return compare(_one_group(sums), _one_group(before))

    def groups(self, query: Query, criteria: Criteria) -> tuple[Group, ...]:
        """Add up by what *query* groups by; nothing where it does not."""
        match query.group:
            case None:
                return ()
            case "age" if query.aged_by is not None:
                return self._aged_groups(criteria, query.aged_by)
            case "age":
                aged = self._store.held(totals.ageing, criteria)
                return tuple(Group(each.bucket, _aged_total(each)) for each in aged)
            case "customer":
                groups = self._store.read(customers.by_customer, criteria)
                return tuple(
                    Group(name, _total(each)) for name, sums in groups for each in sums
                )
            case by:
                groups = self._store.read(totals.grouped, criteria, by)
                return tuple(
                    Group(name, _total(each), self._label_of(by, name))
                    for name, sums in groups
                    for each in sums
                )

    def _aged_groups(self, criteria: Criteria, by: Dimension) -> tuple[Group, ...]:
        """Give the ages of each group, those of one group and currency together."""
        match by:
            case "customer":
                groups = self._store.read(customers.ageing_by_customer, criteria)
            case "age":
                raise ValueError("ages of each age are no question")
            case _:
                groups = self._store.read(totals.ageing_by, criteria, by)
        return tuple(
            Group(name, _aged_total(each), self._label_of(by, name), each.bucket)
            for name, aged in groups
            for each in aged
        )

    def _label_of(self, by: Dimension, name: str) -> str:
        """Say what people call a group: a provider by its own label."""
        return self._labels.get(name, "") if by == "provider" else ""

    def proof(
        self, query: Query, criteria: Criteria, sums: Sequence[Total]
    ) -> tuple[Proof, ...]:
        """Split the balances by age, where the question is about what is owed."""
        if not about_owed(query):
            return ()
        aged: dict[str, list[tuple[str, Decimal]]] = {}
        for each in self._store.held(totals.ageing, criteria):
            if each.balance is not None:
                row = (each.bucket, each.balance)
                aged.setdefault(each.currency, []).append(row)
        return tuple(
            Proof(each.currency, tuple(aged.get(each.currency, ())), each.balance)
            for each in sums
            if each.kind == "invoice" and each.balance is not None
        )


def _one_group(sums: Sequence[Total]) -> list[Group]:
    return [Group("", each) for each in sums]


def _total(total: totals.Total) -> Total:
    return Total(
        kind=total.kind,
        currency=total.currency,
        invoices=total.invoices,
        total=total.total,
        balance=total.balance,
        not_stated=total.no_balance,
        overdue=total.overdue_invoices,
        overdue_balance=total.overdue_balance,
    )


def _aged_total(aged: totals.Aged) -> Total:
    return Total(
        kind="invoice",
        currency=aged.currency,
        invoices=aged.invoices,
        total=None,
        balance=aged.balance,
        not_stated=aged.no_balance,
    )
