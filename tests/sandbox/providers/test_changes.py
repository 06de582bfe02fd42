"""The adapter asks the stand-in for what changed, and gets that and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from providers.base import Record
from providers.softwareone import SoftwareOne
from sandbox.providers.softwareone import TOKEN
from sandbox.world import do
from tests.providers.builders import Memory, make_config
from tests.sandbox.providers.conftest import BASES, Stand


@pytest.fixture
async def provider(stand: Stand) -> AsyncIterator[SoftwareOne]:
    base = str(stand.http.base_url).rstrip("/") + BASES["softwareone"]
    config = make_config("softwareone", base, token=TOKEN)
    made = SoftwareOne(config, now=stand.clock.now, vault=Memory())
    yield made
    await made.aclose()


async def _changed(stand: Stand, provider: SoftwareOne) -> set[str]:
    """The numbers of what changed in the last hour."""
    numbers = set()
    async for page in provider.pages_since(stand.clock.now() - timedelta(hours=1)):
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record), record
            numbers.add(record.invoice.number)
    return numbers


async def test_what_changed_comes_and_what_did_not_stays_away(
    stand: Stand, provider: SoftwareOne
) -> None:
    assert await _changed(stand, provider) == set()
    issued = do(stand.world, "issue", provider="softwareone", amount="100.00")
    assert await _changed(stand, provider) == {issued}

    stand.clock.forward(timedelta(hours=2))
    assert await _changed(stand, provider) == set()
    paid = do(stand.world, "pay", provider="softwareone", number=issued)
    assert paid == issued
    assert await _changed(stand, provider) == {issued}

    held = len(stand.world.papers("softwareone"))
    asked = len(stand.asked("softwareone"))
    assert held > 100
    assert await _changed(stand, provider) == {issued}
    assert len(stand.asked("softwareone")) - asked == 2, "one request a list"


async def test_a_credit_memo_is_among_what_changed(
    stand: Stand, provider: SoftwareOne
) -> None:
    memos = [p for p in stand.world.papers("softwareone") if p.sort == "memo"]
    newest = max(memos, key=lambda memo: memo.issued_at)
    since = newest.issued_at - timedelta(minutes=1)
    sources = {page.source async for page in provider.pages_since(since)}
    assert sources == {"invoices", "credit-memos"}
    late = newest.issued_at + timedelta(minutes=1)
    sources = {page.source async for page in provider.pages_since(late)}
    assert sources == {"invoices"}
