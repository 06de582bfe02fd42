"""Secrets that an adapter has to keep, such as a refresh token that rotates."""

from sqlite_utils import Database

from storage.store import Store

_PUT = """
    insert into vault (key, value) values (?, ?)
    on conflict (key) do update set value = excluded.value
"""


class StoredVault:
    """The vault of one owner (a connection's name): keys of others are not seen."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner

    async def get(self, key: str) -> str | None:
        """Read the value of *key*, or nothing."""
        return await self._store.run(get, self._full(key))

    async def put(self, key: str, value: str) -> None:
        """Keep *value*; committed when this returns."""
        await self._store.run(put, self._full(key), value)

    def _full(self, key: str) -> str:
        return f"{self._owner}/{key}"


def get(db: Database, key: str) -> str | None:
    """Read the value of *key*, or nothing."""
    row = db.execute("select value from vault where key = ?", (key,)).fetchone()
    return None if row is None else row[0]


def put(db: Database, key: str, value: str) -> None:
    """Keep *value* under *key*, in place of what was there."""
    db.execute(_PUT, (key, value))
