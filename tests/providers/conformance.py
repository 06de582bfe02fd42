"""What every adapter must do; each check is run over every one of them.

An adapter from outside runs the same list: see docs/writing-a-provider.md.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import pytest

from providers.base import Explaining, Provider, RawPage, Record, Unreadable
from providers.errors import (
    BadReplyError,
    BusyError,
    NotThereError,
    ProviderError,
    RefusedError,
    SignedOutError,
)
from providers.models import Invoice, Reason, Status
from providers.money import DIGITS
from tests.providers.stand_in import (
    Answer,
    StandIn,
    cut_short,
    dropped,
    replying,
    silent,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """An adapter under test.

    *make* gives it for a base address, with a short patience. *answer* is its provider
    in good health, with the ids it knows in *ids*. *secret* is its key.
    """

    make: Callable[[str], Provider]
    answer: Answer
    ids: frozenset[str]
    secret: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a provider does wrong, and what must come of it."""

    answer: Answer
    error: type[ProviderError]
    sentence: str


PAGE = b"<!doctype html><title>Oops</title>"
FAULTS: Mapping[str, Fault] = {
    "401": Fault(replying(401), SignedOutError, "refused the key (401)"),
    "403 without a body": Fault(replying(403), SignedOutError, "refused the key (403)"),
    "404": Fault(
        replying(404, b'{"errorCode":10001}'),
        NotThereError,
        "says there is no such thing (404)",
    ),
    "400": Fault(replying(400, b"{}"), RefusedError, "refused the request (400)"),
    "429 without a header": Fault(
        replying(429), BusyError, "asks for fewer requests (429)"
    ),
    "429 with Retry-After": Fault(
        replying(429, headers={"Retry-After": "0"}),
        BusyError,
        "asks for fewer requests (429)",
    ),
    "500 with a web page": Fault(
        replying(500, PAGE, kind="text/html"), BusyError, "answered 500"
    ),
    "503": Fault(replying(503), BusyError, "answered 503"),
    "200 with a web page": Fault(
        replying(200, PAGE, kind="text/html"),
        BadReplyError,
        "answered with a web page instead of data",
    ),
    "200 with nothing": Fault(
        replying(200), BadReplyError, "answered with nothing instead of data"
    ),
    "JSON cut short": Fault(
        replying(200, b'{"invoices": [{"invo'),
        BadReplyError,
        "answered with JSON that is cut short or broken",
    ),
    "JSON of another shape": Fault(
        replying(200, b"17"), BadReplyError, "answered with JSON of another shape: $: "
    ),
    "a dropped connection": Fault(
        dropped, BusyError, "broke the connection before its answer was whole"
    ),
    "a dropped connection in an answer": Fault(
        cut_short, BusyError, "broke the connection before its answer was whole"
    ),
    "silence": Fault(silent, BusyError, "did not answer within 0.1 s"),
    "a redirect to another host": Fault(
        replying(302, headers={"Location": "https://elsewhere.example/"}),
        BadReplyError,
        "sent us to another address (302)",
    ),
}

Check = Callable[[Subject, StandIn, Provider], Awaitable[None]]


async def reads_every_document_once(
    subject: Subject, _: StandIn, provider: Provider
) -> None:
    ids = [invoice.id for invoice in await _invoices(provider)]
    assert sorted(ids) == sorted(subject.ids)


async def gives_whole_invoices(_: Subject, __: StandIn, provider: Provider) -> None:
    for invoice in await _invoices(provider):
        _require_whole(invoice, provider)


def _require_whole(invoice: Invoice, provider: Provider) -> None:
    assert invoice.connection == provider.config.name
    assert invoice.provider == provider.config.provider
    assert invoice.number
    assert len(invoice.currency) == 3
    assert invoice.status in Status
    amounts = (invoice.net, invoice.tax, invoice.total, invoice.paid, invoice.balance)
    for amount in amounts:
        if amount is not None:
            digits = DIGITS.get(invoice.currency, 2)
            assert amount.as_tuple().exponent == -digits
            assert invoice.kind == "invoice" or amount >= 0
    assert (invoice.due_on is None) == (invoice.due_basis is None)


async def gives_small_pages(_: Subject, __: StandIn, provider: Provider) -> None:
    for page in await _pages(provider):
        assert 1 <= len(page.documents) <= 100


async def reads_the_same_twice(_: Subject, __: StandIn, provider: Provider) -> None:
    assert await _pages(provider) == await _pages(provider)
    assert await _invoices(provider) == await _invoices(provider)
    assert provider.reading == provider.reading


async def keeps_the_others_when_one_is_unreadable(
    _: Subject, __: StandIn, provider: Provider
) -> None:
    page = (await _pages(provider))[0]
    good = page.documents[0]
    read = await provider.read(page.source, [good, b'["no document"]', b"{", good])
    assert [type(one) for one in read] == [Record, Unreadable, Unreadable, Record]
    assert read[1] == Unreadable("$: expected object, got array")


async def ignores_keys_it_does_not_know(
    _: Subject, __: StandIn, provider: Provider
) -> None:
    page = (await _pages(provider))[0]
    document = json.loads(page.documents[0])
    more = json.dumps(document | {"newKey": {"deep": [1, None]}}).encode()
    plain, extended = await provider.read(page.source, [page.documents[0], more])
    assert plain == extended


async def keeps_a_row_of_json(_: Subject, __: StandIn, provider: Provider) -> None:
    for page in await _pages(provider):
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record)
            assert isinstance(json.loads(record.row), dict)
            (again,) = await provider.read(page.source, [record.row])
            assert isinstance(again, Record)
            assert again.invoice.total == record.invoice.total


async def says_why_a_row_is_what_it_is(
    _: Subject, __: StandIn, provider: Provider
) -> None:
    """The account of the rules ends with what they gave, if there is one at all."""
    if not isinstance(provider, Explaining):
        return
    for page in await _pages(provider):
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record)
            assert_explained(record, provider.explain(page.source, record.row))
        assert provider.explain(page.source, b'{"id": []}') == ()


def assert_explained(record: Record, reasons: Sequence[Reason]) -> None:
    """Hold the last reason about each thing against the invoice itself."""
    gives = {reason.about: reason.gives for reason in reasons}
    assert gives["status"] == record.invoice.status.value
    due_on = record.invoice.due_on
    assert gives["due_on"] == (due_on and due_on.isoformat())
    assert all(reason.rule and reason.seen is not None for reason in reasons)


async def says_whose_the_key_is(
    subject: Subject, _: StandIn, provider: Provider
) -> None:
    words = await provider.whoami()
    assert words
    assert subject.secret not in words


async def gives_a_pdf_or_says_there_is_none(
    _: Subject, __: StandIn, provider: Provider
) -> None:
    invoice = (await _invoices(provider))[0]
    into = BytesIO()
    try:
        await provider.pdf(invoice, into)
    except NotThereError:
        assert not invoice.has_pdf
        assert into.getvalue() == b""
    else:
        assert invoice.has_pdf
        assert into.getvalue().startswith(b"%PDF-")


async def adds_details_to_the_same_invoice(
    _: Subject, __: StandIn, provider: Provider
) -> None:
    invoice = (await _invoices(provider))[0]
    detailed = await provider.details(invoice)
    assert detailed.id == invoice.id
    assert detailed.total == invoice.total
    assert detailed.balance == invoice.balance


async def counts_its_requests(
    _: Subject, stand_in: StandIn, provider: Provider
) -> None:
    await _invoices(provider)
    assert provider.requests == len(stand_in.asked) > 0


async def sends_nothing_before_it_is_asked(
    _: Subject, stand_in: StandIn, provider: Provider
) -> None:
    assert stand_in.asked == []
    assert provider.requests == 0


CHECKS: tuple[Check, ...] = (
    reads_every_document_once,
    gives_whole_invoices,
    gives_small_pages,
    reads_the_same_twice,
    keeps_the_others_when_one_is_unreadable,
    ignores_keys_it_does_not_know,
    keeps_a_row_of_json,
    says_why_a_row_is_what_it_is,
    says_whose_the_key_is,
    gives_a_pdf_or_says_there_is_none,
    adds_details_to_the_same_invoice,
    counts_its_requests,
    sends_nothing_before_it_is_asked,
)


async def fails_and_recovers(
    subject: Subject, stand_in: StandIn, provider: Provider, fault: Fault
) -> None:
    """Fail in words for a person, hold no secret, and be well again afterwards."""
    stand_in.fault = fault.answer
    with pytest.raises(ProviderError) as caught:
        await _pages(provider)
    assert type(caught.value).__mro__[:3].count(fault.error) == 1
    assert caught.value.detail.startswith(fault.sentence)
    assert caught.value.connection == provider.config.name
    assert subject.secret not in f"{caught.value!r} {caught.value.__cause__!r}"
    stand_in.fault = None
    ids = {invoice.id for invoice in await _invoices(provider)}
    assert ids == subject.ids


async def _pages(provider: Provider) -> list[RawPage]:
    return [page async for page in provider.pages()]


async def _invoices(provider: Provider) -> list[Invoice]:
    invoices = []
    for page in await _pages(provider):
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record), record
            invoices.append(record.invoice)
    return invoices
