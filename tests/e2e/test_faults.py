"""Every fault of every provider: what a person reads, and that the next sync is well.

The real adapters, syncer, database and views, over HTTP against the sandbox.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.answers.model import Freshness
from bot.flows.document import Document, Documents, Thread
from bot.flows.news import News
from bot.flows.sync import Syncer
from bot.tracking.outcome import ConnectionReport
from bot.views.ids import InvoiceRef
from bot.views.missing import trouble_lines
from providers.base import Provider
from providers.http import Patience
from storage import cursors, snapshots
from storage.criteria import Criteria
from storage.store import Store
from tests.sandbox.providers.adapters import LABELS, QUICK, make_adapter
from tests.sandbox.providers.conftest import Stand, standing

ZONE = ZoneInfo("Europe/Amsterdam")
CUT_OFF = replace(QUICK, answer_seconds=0.5)
#: A month has ended since: there is something new to read in each.
LATER = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
AGE = "; its figures are from 21 Nov 2026 10:00 (10 days old)."

ALL = ("lineworks", "softwareone", "i3dnet")
REFUSED = {
    "lineworks": "refused the key (401): the token is wrong or has ended",
    "softwareone": "refused the key (401): the token is wrong, disabled or deleted",
    "i3dnet": (
        "refused the key (403): the key is wrong, expired, or bound to other addresses"
    ),
}
FORBIDDEN = {
    "lineworks": (
        "refused the key (403): it is no reseller partner's, or lacks the scope "
        "partner.read"
    ),
    "softwareone": (
        "refused the key (403): the token's account type cannot read invoices, or it "
        "lacks the module"
    ),
    "i3dnet": REFUSED["i3dnet"],
}
ENDLESS = {
    "lineworks": "sent the same customers twice: an endless list",
    # Its simulator comes round to a page that is not full, yet promises more.
    "softwareone": "sent 21 rows where it promised 100",
    "i3dnet": "sent more than 12 pages: an endless list",
}
REPEATING = {
    "lineworks": "sent a page mark twice: an endless list",
    "softwareone": "sent the same page twice; it ignores the asked range",
    "i3dnet": "sent the same page twice; it ignores the asked range",
}


def each(sentence: str) -> Mapping[str, str]:
    return dict.fromkeys(ALL, sentence)


#: What the sandbox breaks, in its words, and what is said of each provider then.
FAULTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "the key is refused": ("refused", REFUSED),
    "known, but not allowed": ("forbidden", FORBIDDEN),
    "403 with an empty body": ("empty_403", FORBIDDEN),
    "404": ("missing", each("says there is no such thing (404)")),
    "429 with its header": ("busy", each("asks for fewer requests (429)")),
    "429 without a header": ("busy_bare", each("asks for fewer requests (429)")),
    "500 with a web page": ("error", each("answered 500")),
    "503": ("down", each("answered 503")),
    "200 with a web page": (
        "html",
        each("answered with a web page instead of data"),
    ),
    "a dropped connection": (
        "drop",
        each("broke the connection before its answer was whole"),
    ),
    "JSON cut short": (
        "truncated",
        each("answered with JSON that is cut short or broken"),
    ),
    "silence": ("hang", each("did not answer within 0.5 s")),
    "pages without an end": ("endless", ENDLESS),
    "a page mark that comes again": ("repeating", REPEATING),
    "a redirect to another host": (
        "redirect",
        each("sent us to another address (302)"),
    ),
    "an ignored range": (
        "ignore_range",
        {name: REPEATING[name] for name in ("softwareone", "i3dnet")},
    ),
}
CASES = [
    pytest.param(name, kind, said[name], id=f"{name}: {fault}")
    for fault, (kind, said) in FAULTS.items()
    for name in said
]
SOMETHING_ELSE = "answered with something else instead of a PDF"
#: The same for a PDF that somebody asks for.
PDF_FAULTS = {
    "200 with JSON": ("json_pdf", SOMETHING_ELSE),
    "200 with nothing": ("empty_pdf", "answered with a file that is no PDF"),
    "500 that calls itself a PDF": ("pdf_500", "answered 500"),
    "a redirect to another host": ("redirect", SOMETHING_ELSE),
    "404": ("missing", "says there is no such thing (404)"),
}


@dataclass
class Office:
    """One connection at work: what reads it, keeps it, and shows it."""

    stand: Stand
    store: Store
    provider: Provider
    syncer: Syncer

    async def sync(self) -> ConnectionReport:
        (report,) = await self.syncer.sync()
        return report

    def count(self) -> int:
        return self.store.read(snapshots.count, Criteria(today=self.today()))

    def today(self) -> date:
        return self.stand.clock.now().astimezone(ZONE).date()

    def said(self) -> list[str]:
        """What stands above every answer about this connection."""
        (state,) = self.store.read(cursors.state)
        label = self.provider.config.label
        shown = Freshness(state.name, label, state.last_success, state.error)
        return trouble_lines([shown], now=self.stand.clock.now(), zone=ZONE)


@asynccontextmanager
async def open_office(
    store: Store, provider: str, patience: Patience
) -> AsyncIterator[Office]:
    async with standing() as stand:
        adapter = make_adapter(stand, provider, patience=patience)
        office = Office(stand, store, adapter, _syncer(store, stand, adapter))
        try:
            yield office
        finally:
            await office.syncer.aclose()
            await adapter.aclose()


def _syncer(store: Store, stand: Stand, provider: Provider) -> Syncer:
    return Syncer(
        {"one": provider},
        store=store,
        sink=News(connections=("one",), now=stand.clock.now),
        now=stand.clock.now,
        today=lambda: stand.clock.now().astimezone(ZONE).date(),
        due_soon=timedelta(days=3),
        remind_after=(timedelta(days=7),),
    )


@pytest.mark.parametrize(("provider", "kind", "sentence"), CASES)
async def test_a_fault_is_a_sentence_and_the_next_sync_is_well(
    store: Store, provider: str, kind: str, sentence: str
) -> None:
    patience = CUT_OFF if kind == "hang" else QUICK
    async with open_office(store, provider, patience) as office:
        baseline = await office.sync()
        assert (baseline.ok, baseline.error, office.said()) == (True, None, [])
        known = office.count()
        office.stand.clock.to(LATER)

        office.stand.faults.set(provider, kind)
        failed = await office.sync()
        assert (failed.ok, failed.complete, failed.error) == (False, False, sentence)
        assert office.said() == [f"*Incomplete:* {LABELS[provider]} {sentence}{AGE}"]
        assert office.count() >= known
        # Nobody was led to another host, with our key or without it.
        assert office.stand.asked("elsewhere") == []

        office.stand.faults.clear()
        well = await office.sync()
        assert (well.ok, well.complete, well.error) == (True, True, None)
        assert office.said() == []


@dataclass
class Folder:
    """Takes what would be uploaded."""

    documents: list[Document] = field(default_factory=list)

    async def upload_documents(
        self,
        thread: Thread,  # noqa: ARG002 - there is one
        documents: Sequence[Document],
        *,
        comment: str,  # noqa: ARG002 - not looked at
    ) -> None:
        self.documents += documents


@pytest.mark.parametrize(("kind", "sentence"), PDF_FAULTS.values(), ids=PDF_FAULTS)
@pytest.mark.parametrize(
    ("provider", "part"), [("softwareone", "/attachments/"), ("i3dnet", "/pdf")]
)
async def test_a_pdf_that_does_not_come_is_a_sentence_and_the_next_one_comes(
    store: Store, provider: str, part: str, kind: str, sentence: str
) -> None:
    async with open_office(store, provider, QUICK) as office:
        await office.sync()
        folder = Folder()
        documents = Documents(
            store=store,
            providers={"one": office.provider},
            uploader=folder,
            now=office.stand.clock.now,
            zone=ZoneInfo("UTC"),
        )
        criteria = Criteria(today=office.today())
        found = store.read(snapshots.find, criteria, limit=1000, offset=0)
        # The newest; a migrated seller's old ones have none in the sandbox.
        invoice = max(
            (each for each in found if each.has_pdf),
            key=lambda each: str(each.issued_on),
        )
        wanted = [InvoiceRef(connection="one", id=invoice.id)]
        thread = Thread("C0BILLING", "1.0")

        office.stand.faults.set(provider, kind, method=part)
        (missing,) = await documents.bring(wanted, thread)
        assert missing.sentence == (
            f"The PDF of {invoice.number} did not come: {LABELS[provider]} {sentence}. "
            "The invoice itself is still in the answer above; try again later."
        )
        assert folder.documents == []
        assert not any(asked.credential for asked in office.stand.asked("elsewhere"))

        office.stand.faults.clear()
        assert await documents.bring(wanted, thread) == []
        (document,) = folder.documents
        assert document.content.startswith(b"%PDF-")
