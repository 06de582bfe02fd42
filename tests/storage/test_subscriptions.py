from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from storage import outbox, subscriptions
from storage.outbox import Planned
from storage.store import Store
from storage.subscriptions import USUAL, Filters, Manner, Wish

NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
NEW = Wish(channel="C1", events=("issued",))
PAID = Wish(channel="C2", events=("payment", "issued"), connections=("i3d",))
LARGE = Wish(
    channel="C1",
    events=("issued",),
    filters=Filters(
        not_connections=("lw",),
        kinds=("invoice",),
        currency="EUR",
        minimum=Decimal("1000.50"),
        above=True,
        maximum=Decimal(9000),
        customer="blue heron",
    ),
)
DIGEST = Wish(channel="C1", events=("overdue",), cron="0 9 * * *")


async def put(store: Store, *wishes: Wish, days: int = 0) -> None:
    now = NOW + timedelta(days=days)
    await store.run(subscriptions.put_configured, wishes, now=now)


def channels(store: Store, kind: str, connection: str) -> list[str]:
    found = store.read(subscriptions.wanting, kind, connection)
    return sorted(each.wish.channel for each in found)


def test_the_same_wish_has_the_same_name_in_any_order() -> None:
    turned = Wish(channel="C2", events=("issued", "payment"), connections=("i3d",))
    assert turned.id == PAID.id
    assert len({NEW.id, PAID.id, DIGEST.id}) == 3


def test_no_connections_named_is_not_the_same_as_none_wanted() -> None:
    everywhere = Wish(channel="C1", events=("issued",), connections=None)
    nowhere = Wish(channel="C1", events=("issued",), connections=())
    assert everywhere.id != nowhere.id
    assert (everywhere.covers("i3d"), nowhere.covers("i3d")) == (True, False)


async def test_who_wants_what(store: Store) -> None:
    await put(store, NEW, PAID, DIGEST)
    assert channels(store, "issued", "i3d") == ["C1", "C2"]
    assert channels(store, "issued", "swo") == ["C1"]
    assert channels(store, "payment", "swo") == []
    assert channels(store, "overdue", "swo") == ["C1"]
    assert [each.wish for each in store.read(subscriptions.scheduled)] == [DIGEST]


async def test_what_is_gone_from_the_file_hears_nothing_more(store: Store) -> None:
    await put(store, NEW, PAID)
    await put(store, PAID, days=1)
    assert channels(store, "issued", "i3d") == ["C2"]


async def test_a_start_changes_nothing_for_those_that_stay(store: Store) -> None:
    await put(store, DIGEST)
    await store.run(subscriptions.digest_told, DIGEST.id, at=NOW)
    await put(store, DIGEST, days=1)
    [kept] = store.read(subscriptions.active)
    assert (kept.created_at, kept.last_digest_at) == (NOW, NOW)


async def test_one_that_comes_back_begins_anew(store: Store) -> None:
    await put(store, DIGEST)
    await store.run(subscriptions.digest_told, DIGEST.id, at=NOW)
    await put(store)
    await put(store, DIGEST, days=9)
    [kept] = store.read(subscriptions.active)
    assert kept.created_at == NOW + timedelta(days=9)
    assert kept.last_digest_at is None


async def test_a_wish_made_in_slack_is_kept_whole_and_once(store: Store) -> None:
    assert await store.run(subscriptions.make, LARGE, by="U1", now=NOW)
    assert not await store.run(subscriptions.make, LARGE, by="U2", now=NOW)
    [kept] = store.read(subscriptions.active)
    assert kept.wish == LARGE
    assert (kept.source, kept.made_by, kept.id) == ("slack", "U1", LARGE.id)
    assert LARGE.id != NEW.id
    assert (kept.wish.covers("i3d"), kept.wish.covers("lw")) == (True, False)


async def test_the_file_neither_ends_nor_doubles_what_slack_made(store: Store) -> None:
    await store.run(subscriptions.make, NEW, by="U1", now=NOW)
    await put(store, PAID)
    assert {each.id for each in store.read(subscriptions.active)} == {NEW.id, PAID.id}
    assert not await store.run(subscriptions.make, PAID, by="U1", now=NOW)
    await put(store)
    assert [each.wish for each in store.read(subscriptions.active)] == [NEW]


async def test_only_what_slack_made_is_stopped(store: Store) -> None:
    await put(store, PAID)
    await store.run(subscriptions.make, NEW, by="U1", now=NOW)
    assert not await store.run(subscriptions.stop, PAID.id)
    assert await store.run(subscriptions.stop, NEW.id)
    assert not await store.run(subscriptions.stop, NEW.id)
    assert [each.id for each in store.read(subscriptions.active)] == [PAID.id]


async def test_one_made_again_is_not_told_what_waited_before(store: Store) -> None:
    await store.run(subscriptions.make, DIGEST, by="U1", now=NOW)
    for state in ("held", "pooled"):
        planned = Planned(
            id=state, channel="C1", kind="pool", subscription=DIGEST.id, connection="x"
        )
        await store.run(outbox.put, planned, now=NOW, state=state, events=[1])
    await store.run(subscriptions.stop, DIGEST.id)
    await store.run(subscriptions.make, DIGEST, by="U1", now=NOW)
    assert await store.run(outbox.take_pool, DIGEST.id) == []
    assert store.read(outbox.counts) == {}


async def test_the_last_post_of_each(store: Store) -> None:
    for minutes, key in enumerate(("a", "b")):
        planned = Planned(id=key, channel="C1", kind="news", subscription=NEW.id)
        await store.run(outbox.put, planned, now=NOW)
        at = NOW + timedelta(minutes=minutes)
        await store.run(outbox.done, key, ts=f"{minutes}.0", now=at)
    waiting = Planned(id="c", channel="C1", kind="news", subscription=PAID.id)
    await store.run(outbox.put, waiting, now=NOW)
    posts = store.read(subscriptions.last_posts)
    assert posts == {NEW.id: NOW + timedelta(minutes=1)}


FOLLOWED = replace(NEW, manner=Manner("update", attach="xlsx"))


async def test_the_manner_is_kept_and_may_be_changed(store: Store) -> None:
    assert await store.run(subscriptions.make, NEW, by="U1", now=NOW)
    assert not await store.run(subscriptions.make, FOLLOWED, by="U2", now=NOW)
    [kept] = store.read(subscriptions.active)
    assert (kept.id, kept.wish, kept.made_by) == (NEW.id, FOLLOWED, "U1")


async def test_the_file_decides_the_manner_of_its_own(store: Store) -> None:
    await put(store, NEW)
    await store.run(subscriptions.make, FOLLOWED, by="U2", now=NOW)
    assert [each.wish.manner for each in store.read(subscriptions.active)] == [USUAL]
    await put(store, FOLLOWED)
    [kept] = store.read(subscriptions.active)
    assert (kept.wish, kept.created_at) == (FOLLOWED, NOW)


async def test_an_edited_one_keeps_its_name(store: Store) -> None:
    await store.run(subscriptions.make, NEW, by="U1", now=NOW)
    assert await store.run(subscriptions.edit, NEW.id, DIGEST, now=NOW)
    [kept] = store.read(subscriptions.active)
    assert (kept.id, kept.wish, kept.last_digest_at) == (NEW.id, DIGEST, NOW)
    assert await store.run(subscriptions.make, NEW, by="U1", now=NOW)
    assert not await store.run(subscriptions.make, DIGEST, by="U1", now=NOW)
    await put(store, NEW)  # the file's own is that name, from now on
    named = {each.wish: each.id for each in store.read(subscriptions.active)}
    assert set(named) == {NEW, DIGEST}
    assert named[NEW] == NEW.id != named[DIGEST]


async def test_what_stands_in_the_file_is_not_edited(store: Store) -> None:
    await put(store, NEW)
    assert not await store.run(subscriptions.edit, NEW.id, DIGEST, now=NOW)
    assert not await store.run(subscriptions.edit, "none", DIGEST, now=NOW)
