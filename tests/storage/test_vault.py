"""What adapters keep over a restart."""

from pathlib import Path

from storage.store import Store
from storage.vault import StoredVault


async def test_a_value_survives_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "duebot.db")
    vault = StoredVault(store, "tokyo")
    assert await vault.get("refresh") is None
    await vault.put("refresh", "one")
    await vault.put("refresh", "two")
    store.close()
    store = Store(tmp_path / "duebot.db")
    assert await StoredVault(store, "tokyo").get("refresh") == "two"
    store.close()


async def test_owners_do_not_see_each_other(store: Store) -> None:
    await StoredVault(store, "tokyo").put("refresh", "mine")
    assert await StoredVault(store, "osaka").get("refresh") is None
