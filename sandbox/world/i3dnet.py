"""What i3D.net bills: servers and bandwidth each month, racks each quarter."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from sandbox.world.papers import Line, Paper, Payment

#: i3D.net's own days; a list row's dates are midnights here.
ZONE = ZoneInfo("Europe/Amsterdam")
TERM_DAYS = 14
_VAT = Decimal(21)


def midnight(day: date) -> datetime:
    """Tell the moment at which *day* begins in the Netherlands."""
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)


def bill_month(year: int, month: int, rng: Random) -> list[Paper]:
    """Make a month's papers, in no order."""
    first = date(year, month, 1)
    papers = [
        _planned(f"Server rent {first:%B %Y}", _servers(first), first, "EUR", rng),
        _planned(
            f"Bandwidth {first:%B %Y}",
            _bandwidth(first, rng),
            date(year, month, 5),
            "EUR",
            rng,
        ),
    ]
    if month % 3 == 1:
        day = date(year, month, 12)
        papers.append(_planned("Rack, Ashburn VA", _racks(first), day, "USD", rng))
    if month in {3, 8}:
        papers.append(_credit(papers[0], rng))
    return papers


def make_invoice(now: datetime, *, lines: list[Line], currency: str) -> Paper:
    """Make an invoice of today, as the Netherlands count days."""
    today = now.astimezone(ZONE).date()
    return Paper(
        provider="i3dnet",
        issued_at=now,
        issued_on=today,
        due_on=today + timedelta(days=TERM_DAYS),
        currency=currency,
        issuer="i3D.net",
        description=lines[0].description,
        lines=lines,
    )


def make_credit(original: Paper, now: datetime, *, share: Decimal) -> Paper:
    """Make a credit invoice over a share of the first row of *original*."""
    first = original.lines[0]
    line = Line(
        code=first.code,
        description=f"Credit for {first.description}",
        quantity=1,
        unit_price=(first.net * share).quantize(Decimal("0.01")),
        tax_percent=first.tax_percent,
    )
    paper = make_invoice(now, lines=[line], currency=original.currency)
    paper.sort = "credit"
    paper.applies_to = original
    return paper


def _servers(first: date) -> list[Line]:
    age = (first.year - 2021) * 12 + first.month - 1
    rows = (
        ("Dedicated server, Rotterdam, 16 cores", "189.00", 3 + age // 18),
        ("Dedicated server, Tokyo, 8 cores", "149.00", 2 + age // 24),
        ("IPv4 addresses, block of 8", "12.50", 2),
    )
    return [
        _line(f"SRV-{index}", text, price, quantity, first)
        for index, (text, price, quantity) in enumerate(rows, start=1)
    ]


def _bandwidth(first: date, rng: Random) -> list[Line]:
    terabytes = rng.randint(40, 160)
    return [
        _line("BW-1", "Committed bandwidth, 10 Gbit/s port", "420.00", 1, first),
        _line("BW-2", "Traffic above commitment, per TB", "1.85", terabytes, first),
    ]


def _racks(first: date) -> list[Line]:
    return [_line("COLO-1", "Half rack, 2 kW, a quarter", "1170.00", 1, first, vat=0)]


def _line(  # noqa: PLR0913  the columns of one row
    code: str, text: str, price: str, quantity: int, first: date, *, vat: int = 21
) -> Line:
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Line(
        code=code,
        description=text,
        quantity=quantity,
        unit_price=Decimal(price),
        tax_percent=Decimal(vat),
        period_from=first,
        period_to=last,
    )


def _planned(
    description: str, lines: list[Line], day: date, currency: str, rng: Random
) -> Paper:
    due = day + timedelta(days=TERM_DAYS)
    late = timedelta(days=9 if rng.randrange(9) == 0 else -rng.randint(1, 5))
    paid_at = midnight(due + late) + timedelta(hours=10)
    return Paper(
        provider="i3dnet",
        issued_at=midnight(day) + timedelta(hours=4),
        issued_on=day,
        due_on=due,
        currency=currency,
        issuer="i3D.net",
        description=description,
        lines=lines,
        plan=_in_parts(paid_at, lines)
        if rng.randrange(11) == 0
        else [Payment(paid_at)],
    )


def _in_parts(last: datetime, lines: list[Line]) -> list[Payment]:
    total = sum((line.total for line in lines), Decimal(0))
    half = (total / 2).quantize(Decimal("0.01"))
    return [Payment(last - timedelta(days=4), half), Payment(last)]


def _credit(original: Paper, rng: Random) -> Paper:
    when = original.issued_at + timedelta(days=16)
    credit = make_credit(original, when, share=Decimal(rng.randint(5, 25)) / 100)
    credit.plan = [Payment(when + timedelta(days=30))]
    return credit
