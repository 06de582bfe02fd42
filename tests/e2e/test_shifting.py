"""Rows that shift while a list is being read: nothing is lost, doubled or withdrawn.

The real adapters, syncer and database, over HTTP against the simulators.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from bot.tracking.events import Issued, from_json
from providers.base import Provider
from sandbox.world.deeds import do
from storage import events, lapses, snapshots
from storage.criteria import Criteria
from storage.store import Store
from tests.e2e.test_faults import Office, open_office
from tests.sandbox.providers.adapters import QUICK

PROVIDERS = ("softwareone", "i3dnet")


@pytest.fixture(params=PROVIDERS)
async def office(request: pytest.FixtureRequest, store: Store) -> AsyncIterator[Office]:
    """A connection of several pages that had its first reading."""
    async with open_office(store, request.param, QUICK) as found:
        assert (await found.syncer.sync())[0].complete
        yield found


def told(office: Office) -> Counter[str]:
    return Counter(
        f"{each.kind} {each.invoice_key}" for each in office.store.read(events.since)
    )


def kinds(office: Office) -> Counter[str]:
    return Counter(
        each.kind
        for each in office.store.read(events.since)
        if each.kind not in {"baseline", "trouble", "due_soon", "overdue"}
    )


async def sync_while(office: Office, deed: Callable[[Provider], object]) -> None:
    """Read the list, and let *deed* happen when the first page has come."""
    done = False

    def after_a_page(_connection: str, _documents: int) -> None:
        nonlocal done
        if not done:
            done = True
            deed(office.provider)

    await office.syncer.sync(progress=after_a_page)
    assert done


def numbers(office: Office) -> list[str]:
    found = office.store.read(
        snapshots.find, Criteria(today=office.today()), limit=1000, offset=0
    )
    return sorted(each.id for each in found)


async def test_what_moves_forward_while_paging_is_not_gone(office: Office) -> None:
    """One row less in front: the first of each later page is passed over."""
    world, name = office.stand.world, office.provider.config.provider
    before = numbers(office)
    everything = office.store.read(
        snapshots.find, Criteria(today=office.today()), limit=1000, offset=0
    )
    first = min(everything, key=lambda each: (str(each.issued_on), each.id))

    await sync_while(
        office, lambda _: do(world, "withdraw", provider=name, number=first.number)
    )
    assert office.store.read(lapses.missing_keys, "one"), "one was passed over"
    assert kinds(office) == Counter(), "one reading withdraws nothing"
    for _ in range(4):
        await office.sync()
    assert kinds(office) == Counter({"withdrawn": 1})
    assert numbers(office) == [each for each in before if each != first.id]
    assert max(told(office).values()) == 1


async def test_what_moves_back_while_paging_is_told_once(office: Office) -> None:
    """One row more: what came with one page comes again with the next."""
    world, name = office.stand.world, office.provider.config.provider
    before = numbers(office)
    await sync_while(office, lambda _: do(world, "issue", provider=name))
    for _ in range(3):
        await office.sync()
    assert kinds(office) == Counter({"issued": 1})
    assert len(numbers(office)) == len(before) + 1
    assert max(told(office).values()) == 1


async def test_what_comes_at_once_while_paging_is_told_with_one_reading(
    store: Store,
) -> None:
    """SoftwareOne's ids are in no order: new rows come among those read, and after."""
    async with open_office(store, "softwareone", QUICK) as office:
        assert (await office.syncer.sync())[0].complete
        issued: list[str] = []

        def issue(_provider: Provider) -> None:
            issued.extend(
                do(office.stand.world, "issue", provider="softwareone")
                for _ in range(12)
            )

        await sync_while(office, issue)
        found = [
            from_json(each.payload)
            for each in office.store.read(events.since, kinds=["issued"])
        ]
        told = [each.number for each in found if isinstance(each, Issued)]
        assert sorted(told) == sorted(issued), "all of them, with one reading"


async def test_a_failure_between_pages_tells_nothing_and_withdraws_nothing(
    office: Office,
) -> None:
    world, name = office.stand.world, office.provider.config.provider

    def breaks(_provider: Provider) -> None:
        do(world, "issue", provider=name)
        office.stand.faults.set(name, "down")

    await sync_while(office, breaks)
    for _ in range(3):
        assert not (await office.sync()).ok
    assert kinds(office) == Counter()
    office.stand.faults.clear()
    for _ in range(2):
        assert (await office.sync()).ok
    assert kinds(office) == Counter({"issued": 1})
