"""What a visitor of the sandbox may do to the world, out of turn."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.world import i3dnet, softwareone
from sandbox.world.papers import Bill, Document, Item, Line, to_cents
from sandbox.world.world import LABELS, World, is_owed

DEEDS = ("issue", "pay", "part_pay", "amend", "credit", "withdraw")
_CURRENCIES = ("EUR", "USD", "GBP", "CHF")


class DeedError(Exception):
    """What was asked for cannot be done; the text says why, for people."""


def do(  # noqa: PLR0913  the fields of POST /sandbox/world
    world: World,
    deed: str,
    *,
    provider: str,
    number: str | None = None,
    amount: str | Decimal | None = None,
    currency: str | None = None,
) -> str:
    """Do one of `DEEDS` and tell the number of the document concerned.

    Without a number, the newest invoice that is owed is meant (`withdraw`: the newest).

    Raises:
        DeedError: a sentence.
    """
    if provider not in LABELS:
        msg = f"No provider is called {provider!r}; there are {', '.join(LABELS)}."
        raise DeedError(msg)
    world.advance(world.now())
    money = None if amount is None else _to_money(amount)
    if deed == "issue":
        return _issue(world, provider, money, currency).number
    if deed == "withdraw":
        return _withdraw(world, provider, number).number
    return _change(world, deed, _pick(world, provider, number), money).number


def overview(world: World) -> dict[str, Any]:
    """List every provider's documents, newest first, as the sandbox page shows them."""
    world.advance(world.now())
    return {"providers": {name: _shown(world, name) for name in LABELS}}


def _shown(world: World, provider: str) -> dict[str, Any]:
    newest_first = reversed(world.documents(provider))
    today = world.today()
    rows = [
        {
            "number": document.number,
            "total": str(document.total),
            "balance": str(document.balance),
            "currency": document.currency,
            "status": document.state(today),
            "issued_on": document.issued_on.isoformat(),
            "due_on": document.due_on.isoformat() if document.due_on else None,
        }
        for document in newest_first
    ]
    return {"label": LABELS[provider], "invoices": rows}


def _change(
    world: World, deed: str, document: Document, money: Decimal | None
) -> Document:
    if deed == "pay":
        return _pay(world, document)
    if deed == "part_pay":
        return _pay_part(world, document, money)
    if deed == "amend":
        return _amend(world, document)
    if deed == "credit":
        return _credit(world, document)
    msg = f"Nothing here is called {deed!r}; there are {', '.join(DEEDS)}."
    raise DeedError(msg)


def _issue(
    world: World, provider: str, money: Decimal | None, currency: str | None
) -> Document:
    if provider == "lineworks":
        return _issue_bill(world, money, currency)
    chosen = currency or "EUR"
    if chosen not in _CURRENCIES:
        msg = f"The sandbox issues in {', '.join(_CURRENCIES)}, not in {chosen}."
        raise DeedError(msg)
    lines = [_extra_line(world, provider, money)]
    if provider == "softwareone":
        paper = softwareone.make_invoice(world.now(), lines=lines, currency=chosen)
    else:
        paper = i3dnet.make_invoice(world.now(), lines=lines, currency=chosen)
    world.publish(paper)
    return paper


def _issue_bill(world: World, money: Decimal | None, currency: str | None) -> Bill:
    if money is not None or currency not in {None, "JPY"}:
        msg = "A LINE WORKS bill follows from the customers' usage, in yen."
        raise DeedError(msg)
    bill = world.next_bill()
    bill.issued_at = world.now()
    bill.pays_at = None
    world.publish(bill)
    return bill


def _extra_line(world: World, provider: str, money: Decimal | None) -> Line:
    if provider == "softwareone":
        code, text, price = "MS365-09", "Microsoft 365 Copilot, added seats", "28.10"
    else:
        code, text, price = "SRV-9", "Dedicated server, added on demand", "189.00"
    percent = Decimal(19 if provider == "softwareone" else 21)
    line = Line(
        code=code,
        description=text,
        quantity=1 + len(world.documents(provider)) % 7,
        unit_price=Decimal(price),
        tax_percent=percent,
    )
    if money is not None:
        line.quantity = 1
        line.unit_price = to_cents(money * 100 / (100 + percent))
        line.tax_given = money - line.unit_price
    return line


def _pick(world: World, provider: str, number: str | None) -> Document:
    for document in reversed(world.documents(provider)):
        if number is None and is_owed(document):
            return document
        if number is not None and document.number == number:
            return document
    if number is None:
        msg = f"Nothing is owed to {LABELS[provider]} at the moment."
        raise DeedError(msg)
    msg = f"{LABELS[provider]} has no document {number}."
    raise DeedError(msg)


def _pay(world: World, document: Document) -> Document:
    if document.balance <= 0:
        msg = f"Nothing is left to pay on {document.number}."
        raise DeedError(msg)
    if isinstance(document, Bill):
        document.paid_at = world.now()
    else:
        document.pay(world.now(), None)
    return document


def _pay_part(world: World, document: Document, money: Decimal | None) -> Document:
    if isinstance(document, Bill):
        msg = "LINE WORKS bills are paid as a whole; its API knows no part payments."
        raise DeedError(msg)
    part = to_cents(document.balance * 2 / 5) if money is None else money
    if not 0 < part < document.balance:
        msg = (
            f"A part payment on {document.number} is more than 0 and less than "
            f"{document.balance} {document.currency}."
        )
        raise DeedError(msg)
    document.pay(world.now(), part)
    return document


def _amend(world: World, document: Document) -> Document:
    if isinstance(document, Bill):
        document.customers[0].items.append(
            Item(kind="ADJUSTMENT", item_id="correction", amount=-1000)
        )
        return document
    first = document.lines[0]
    first.tax_given = None
    first.quantity += 1
    document.revision += 1
    document.amended_at = world.now()
    return document


def _credit(world: World, document: Document) -> Document:
    if isinstance(document, Bill) or document.sort != "invoice":
        msg = f"{LABELS[document.provider]} cannot give a credit on {document.number}."
        raise DeedError(msg)
    softwareones = document.provider == "softwareone"
    make = softwareone.make_memo if softwareones else i3dnet.make_credit
    credit = make(document, world.now(), share=Decimal("0.1"))
    world.publish(credit)
    return credit


def _withdraw(world: World, provider: str, number: str | None) -> Document:
    documents = world.documents(provider)
    if number is None and documents:
        document = documents[-1]
    else:
        document = _pick(world, provider, number)
    world.remove(document)
    return document


def _to_money(amount: str | Decimal) -> Decimal:
    try:
        money = to_cents(Decimal(str(amount)))
        is_more = money > 0
    except InvalidOperation:
        msg = f"{amount!r} is no amount; write it like 125.50."
        raise DeedError(msg) from None
    if not is_more:
        msg = "An amount here is more than 0."
        raise DeedError(msg)
    return money
