"""How today looks: a few late payers, part payments and open credits.

History pays on time or nearly so. What somebody sees on the first day of a demo should
not depend on which day that is, so the weeks around now are arranged on purpose.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sandbox.world import i3dnet, softwareone
from sandbox.world.papers import Paper, Payment, to_cents

_LATE = timedelta(days=45)
_LATE_PER_PROVIDER = 2


def arrange(papers: list[Paper], now: datetime) -> list[Paper]:
    """Change the payments around *now*, and give the credits to add to *papers*."""
    today = now.date()
    for provider in ("softwareone", "i3dnet"):
        own = [paper for paper in papers if paper.provider == provider]
        late = _let_some_run_late(own, now, today)
        if provider == "i3dnet" and late:
            _pay_part(late[0], now, share=Decimal("0.4"))
    _pay_part_before_due(papers, now, today)
    return _open_credits(papers, now)


def _let_some_run_late(papers: list[Paper], now: datetime, today: date) -> list[Paper]:
    recent = [
        paper
        for paper in _invoices(papers)
        if paper.due_on is not None and today - _LATE <= paper.due_on < today
    ]
    # One day past due may still be on time where the provider counts days otherwise.
    late = [p for p in recent if p.due_on and p.due_on <= today - timedelta(days=2)]
    late = late[:_LATE_PER_PROVIDER]
    for paper in recent:
        paper.plan = [Payment(paper.issued_at + timedelta(days=10))]
    for weeks, paper in enumerate(late, start=3):
        paper.plan = [Payment(now + timedelta(weeks=weeks))]
    return late


def _pay_part_before_due(papers: list[Paper], now: datetime, today: date) -> None:
    open_ones = [
        paper
        for paper in _invoices(papers)
        if paper.provider == "softwareone"
        and paper.due_on is not None
        and paper.due_on > today + timedelta(days=1)
        and paper.issued_at < now - timedelta(days=4)
    ]
    if open_ones:
        _pay_part(open_ones[0], now, share=Decimal("0.5"))


def _pay_part(paper: Paper, now: datetime, *, share: Decimal) -> None:
    amount = to_cents(paper.total * share)
    rest = Payment(max(now + timedelta(days=8), paper.issued_at + timedelta(days=29)))
    paper.plan = [Payment(now - timedelta(days=1, hours=3), amount), rest]


def _open_credits(papers: list[Paper], now: datetime) -> list[Paper]:
    credits_: list[Paper] = []
    old = [p for p in _invoices(papers) if p.issued_at < now - timedelta(days=34)]
    theirs = [paper for paper in old if paper.provider == "softwareone"]
    if len(theirs) > 1:
        at = now - timedelta(days=18)
        credits_.append(softwareone.make_credit(theirs[0], at, share=Decimal("0.12")))
        at = now - timedelta(days=9)
        credits_.append(softwareone.make_memo(theirs[1], at, share=Decimal("0.05")))
    servers = [paper for paper in old if paper.provider == "i3dnet"]
    if servers:
        at = now - timedelta(days=12)
        credits_.append(i3dnet.make_credit(servers[0], at, share=Decimal("0.25")))
    return credits_


def _invoices(papers: Iterable[Paper]) -> list[Paper]:
    """Sort the invoices, newest first."""
    found = [paper for paper in papers if paper.sort == "invoice"]
    return sorted(found, key=lambda paper: paper.issued_at, reverse=True)
