from datetime import UTC, datetime, timedelta

from storage import subscriptions
from storage.store import Store
from storage.subscriptions import Wish

NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
NEW = Wish(channel="C1", events=("issued",))
PAID = Wish(channel="C2", events=("payment", "issued"), connections=("i3d",))
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
