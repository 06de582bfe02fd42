"""Where files are, kept for as long as they may be asked for again."""

from datetime import timedelta

from storage import links
from storage.store import Store
from tests.storage.made import NOW


async def test_an_address_is_kept_replaced_and_forgotten(store: Store) -> None:
    assert store.read(links.find, "pdf:1") is None
    await store.run(links.put, "pdf:1", "https://files.example/1", now=NOW)
    await store.run(links.put, "pdf:1", "https://files.example/2", now=NOW)
    assert store.read(links.find, "pdf:1") == "https://files.example/2"
    assert await store.run(links.forget, before=NOW) == 0
    assert await store.run(links.forget, before=NOW + timedelta(seconds=1)) == 1
    assert store.read(links.find, "pdf:1") is None
