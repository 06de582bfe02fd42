"""What SoftwareOne bills: subscriptions month by month, services now and then."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sandbox.world.papers import Line, Paper, Payment

_TERM = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Contract:
    """A product billed each month by one of the sellers."""

    issuer: str
    product: str
    code: str
    #: Description, unit price and first quantity of each row.
    rows: tuple[tuple[str, str, int], ...]
    day: int
    currency: str
    tax: str


CONTRACTS = (
    Contract(
        "DE",
        "Microsoft 365",
        "MS365",
        (
            ("Microsoft 365 Business Standard", "11.70", 84),
            ("Microsoft 365 E5", "54.75", 12),
            ("Visio Plan 2", "13.90", 5),
        ),
        3,
        "EUR",
        "19",
    ),
    Contract(
        "US",
        "Microsoft Azure",
        "AZURE",
        (("Azure consumption", "1412.37", 1), ("Azure support, standard", "100.00", 1)),
        10,
        "USD",
        "0",
    ),
    Contract(
        "NL",
        "Adobe Creative Cloud",
        "ADOBE",
        (
            ("Adobe Creative Cloud, all apps", "69.99", 9),
            ("Adobe Acrobat Pro for teams", "23.99", 26),
        ),
        15,
        "EUR",
        "21",
    ),
    Contract(
        "US",
        "Atlassian Cloud",
        "ATLAS",
        (("Jira, premium", "14.54", 61), ("Confluence, standard", "5.42", 61)),
        20,
        "USD",
        "6.25",
    ),
)
_SERVICES = ("Licence review", "Migration workshop", "Cloud cost analysis")


def bill_month(year: int, month: int, rng: Random) -> list[Paper]:
    """Make a month's papers, in no order."""
    papers = [_from_contract(contract, year, month, rng) for contract in CONTRACTS]
    if month % 3 == 2:
        papers.append(_services(year, month, rng))
    if month in {4, 10}:
        papers.append(_credit(papers[0], rng))
    if month in {1, 7}:
        papers.append(_memo(papers[2], rng))
    return papers


def make_invoice(now: datetime, *, lines: list[Line], currency: str) -> Paper:
    """Make an invoice of this very moment."""
    today = now.astimezone(UTC).date()
    return Paper(
        provider="softwareone",
        issued_at=now,
        issued_on=today,
        due_on=today + _TERM,
        currency=currency,
        issuer="US" if currency == "USD" else "DE",
        description=lines[0].description,
        lines=lines,
    )


def make_credit(original: Paper, now: datetime, *, share: Decimal) -> Paper:
    """Make a Credit invoice over a share of the first row of *original*."""
    first = original.lines[0]
    line = Line(
        code=first.code,
        description=f"Credit: {first.description}",
        quantity=1,
        unit_price=(first.net * share).quantize(Decimal("0.01")),
        tax_percent=first.tax_percent,
    )
    paper = make_invoice(now, lines=[line], currency=original.currency)
    paper.sort = "credit"
    paper.issuer = original.issuer
    paper.due_on = None
    paper.applies_to = original
    return paper


def make_memo(original: Paper, now: datetime, *, share: Decimal) -> Paper:
    """Make a credit memo that applies to *original*."""
    memo = make_credit(original, now, share=share)
    memo.sort = "memo"
    return memo


def _from_contract(contract: Contract, year: int, month: int, rng: Random) -> Paper:
    day = date(year, month, contract.day)
    growth = (year - 2021) * 12 + month
    lines = []
    for index, (description, price, quantity) in enumerate(contract.rows):
        unit = Decimal(price)
        if quantity == 1:
            # Consumption differs every month.
            unit += Decimal(rng.randrange(0, 40_000)) / 100
        lines.append(
            Line(
                code=f"{contract.code}-{index + 1:02d}",
                description=description,
                quantity=quantity if quantity == 1 else quantity + growth // 5,
                unit_price=unit,
                tax_percent=Decimal(contract.tax),
                unit="Month" if quantity == 1 else "User/Month",
                period_from=day.replace(day=1),
                period_to=_last_day(day),
            )
        )
    return _planned(
        (contract.issuer, contract.product, contract.currency), lines, day, rng
    )


def _services(year: int, month: int, rng: Random) -> Paper:
    day = date(year, month, 25)
    line = Line(
        code="SVC-01",
        description=rng.choice(_SERVICES),
        quantity=rng.randint(4, 24),
        unit_price=Decimal("145.00"),
        tax_percent=Decimal(19),
        unit="Hour",
    )
    paper = _planned(("DE", "Services", "EUR"), [line], day, rng)
    paper.manual = True
    return paper


def _planned(
    contract: tuple[str, str, str], lines: list[Line], day: date, rng: Random
) -> Paper:
    """Make a paper of (issuer, product, currency), to be paid about when it is due."""
    issuer, product, currency = contract
    due = day + _TERM
    # Every ninth is paid twelve days late, the others a little early.
    late = timedelta(days=12 if rng.randrange(9) == 0 else -rng.randint(2, 9))
    return Paper(
        provider="softwareone",
        issued_at=_at(day, 8),
        issued_on=day,
        due_on=due,
        currency=currency,
        issuer=issuer,
        description=f"{product} {day:%B %Y}",
        lines=lines,
        plan=[Payment(_at(due + late, 11))],
    )


def _credit(original: Paper, rng: Random) -> Paper:
    when = original.issued_at + timedelta(days=12)
    credit = make_credit(original, when, share=Decimal(rng.randint(5, 20)) / 100)
    credit.plan = [Payment(when + timedelta(days=33))]
    return credit


def _memo(original: Paper, rng: Random) -> Paper:
    when = original.issued_at + timedelta(days=9)
    return make_memo(original, when, share=Decimal(rng.randint(3, 12)) / 100)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 14, 7), tzinfo=UTC)


def _last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
