"""Line items that lists leave out: asked for once, again when something changed."""

from decimal import Decimal

import msgspec

from bot.flows.line_items import LineItems
from providers.errors import BusyError
from providers.models import Invoice, LineItem
from tests.factories import make_invoice

LINE = LineItem(description="Server", net=Decimal("100.00"))


class Counted:
    """A provider that says how often it was asked, and fails while it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.down = False

    async def details(self, invoice: Invoice) -> Invoice:
        self.asked += 1
        if self.down:
            raise BusyError(invoice.connection, "answered 503")
        return msgspec.structs.replace(invoice, lines=(LINE,))


async def test_they_are_asked_for_once_while_the_invoice_stays_as_it_is() -> None:
    provider = Counted()
    items = LineItems({"i3d": provider})
    invoice = make_invoice()
    assert items.missing(invoice)
    await items.load(invoice)
    assert not items.missing(invoice)
    assert items.fill(invoice).lines == (LINE,)
    amended = make_invoice(total=Decimal("242.00"))
    assert items.missing(amended)
    assert items.fill(amended).lines == ()
    assert provider.asked == 1


async def test_a_failure_is_said_and_tried_again() -> None:
    provider = Counted()
    provider.down = True
    items = LineItems({"i3d": provider})
    invoice = make_invoice()
    await items.load(invoice)
    assert items.problem(invoice) == "answered 503"
    assert items.missing(invoice)
    provider.down = False
    await items.load(invoice)
    assert items.problem(invoice) is None
    assert items.fill(invoice).lines == (LINE,)


def test_lines_that_are_there_are_not_asked_for() -> None:
    items = LineItems({"i3d": Counted()})
    assert not items.missing(make_invoice(lines=(LINE,)))
    assert not items.missing(make_invoice(connection="gone"))
