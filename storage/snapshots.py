"""Invoices as last seen: written by a sync, found by number or by criteria.

A withdrawn invoice is kept, and found only by `get` and `by_key`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from rapidfuzz import fuzz, process
from sqlite_utils import Database

from providers.models import Invoice
from storage.criteria import Criteria, to_condition, to_order
from storage.folding import fold_number
from storage.moments import to_text
from storage.rows import (
    INVOICE_COLUMNS,
    STORED_COLUMNS,
    WRITTEN_COLUMNS,
    Reading,
    StoredInvoice,
    to_invoice,
    to_row,
    to_stored,
)
from storage.totals import Aged, Total, ageing, totals

__all__ = [
    "Aged",
    "Criteria",
    "Reading",
    "StoredInvoice",
    "Total",
    "ageing",
    "before",
    "by_key",
    "by_number",
    "by_numbers",
    "close_numbers",
    "count",
    "count_from",
    "find",
    "get",
    "keys_of",
    "known_hashes",
    "put",
    "put_hashes",
    "source_of",
    "span",
    "totals",
]

_WRITTEN = WRITTEN_COLUMNS.split(", ")
_PUT = (
    f"insert into invoices ({WRITTEN_COLUMNS}) "  # noqa: S608  # our own columns
    f"values ({', '.join('?' * len(_WRITTEN))}) "
    "on conflict (connection, id) do update set "
    + "".join(f"{column} = excluded.{column}, " for column in _WRITTEN[4:])
    + "missing = 0, withdrawn_at = null"
)
_SELECT = f"select {STORED_COLUMNS} from invoices"  # noqa: S608  # our own columns
_BY_IDS = f"{_SELECT} where connection = ? and id in (select value from json_each(?))"  # noqa: S608  # our own words
_BY_KEY = f"{_SELECT} where key = ?"
#: The same number may be several connections'; an id counts as a number too.
_BY_NUMBER = f"""
    {_SELECT} where withdrawn_at is null and key in (
        select key from invoices where number_folded = :folded union
        select key from invoices where connection in (select name from connections)
            and id in (:id, upper(:id), lower(:id))
    ) order by connection, number
"""  # noqa: S608  # our own words
_BY_NUMBERS = f"""
    select number_folded, {STORED_COLUMNS} from invoices
    where number_folded in (select value from json_each(?)) and withdrawn_at is null
    order by connection, number
"""  # noqa: S608  # our own columns
_SPAN = """
    select (select min(issued_on) from invoices where withdrawn_at is null),
        (select max(issued_on) from invoices where withdrawn_at is null)
"""


def known_hashes(db: Database, connection: str) -> dict[bytes, int]:
    """Read the hash of every document of a connection, with its invoice's key."""
    # Row by row: a list of them all would take as much memory again.
    return dict(
        db.execute(
            "select hash, key from invoices "
            "where connection = ? and withdrawn_at is null",
            (connection,),
        )
    )


def get(db: Database, connection: str, ids: Iterable[str]) -> dict[str, StoredInvoice]:
    """Read the invoices of a connection that have these ids, withdrawn ones too."""
    rows = db.execute(_BY_IDS, (connection, json.dumps(list(ids))))
    found = map(to_stored, rows.fetchall())
    return {stored.invoice.id: stored for stored in found}


def keys_of(db: Database, connection: str, ids: Sequence[str]) -> dict[str, int]:
    """Tell the key of each of these invoices, by id, in the order given."""
    rows = db.execute(
        "select id, key from invoices "
        "where connection = ? and id in (select value from json_each(?))",
        (connection, json.dumps(list(ids))),
    )
    keys = dict(rows.fetchall())
    return {id_: keys[id_] for id_ in ids}


def put(db: Database, readings: Iterable[Reading], *, now: datetime, run: int) -> None:
    """Keep what was read, in place of what was known; none of it is missing now."""
    moment = to_text(now)
    db.conn.executemany(
        _PUT, [to_row(reading, moment=moment, run=run) for reading in readings]
    )


def put_hashes(db: Database, hashes: Mapping[int, bytes]) -> None:
    """Note other documents (by their hash) that say the same of known invoices."""
    db.conn.executemany(
        "update invoices set hash = ?, missing = 0 where key = ?",
        [(hash_, key) for key, hash_ in hashes.items()],
    )


def by_key(db: Database, key: int) -> StoredInvoice | None:
    """Read one invoice by its key, withdrawn or not."""
    row = db.execute(_BY_KEY, (key,)).fetchone()
    return None if row is None else to_stored(row)


def by_number(
    db: Database, number: str, connections: Sequence[str] = ()
) -> list[StoredInvoice]:
    """Find the invoices with this number or id; case, spaces and dashes do not matter.

    No *connections* means all of them.
    """
    rows = db.execute(_BY_NUMBER, {"folded": fold_number(number), "id": number.strip()})
    found = map(to_stored, rows.fetchall())
    return [s for s in found if not connections or s.invoice.connection in connections]


def source_of(db: Database, key: int) -> str:
    """Tell which of its provider's lists an invoice was last read from."""
    row = db.execute("select source from invoices where key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def before(db: Database, invoice: Invoice, *, limit: int) -> list[Invoice]:
    """Read what the same seller issued before *invoice*, newest first, without lines.

    Of the same kind and currency, over the same connection.
    """
    if invoice.issued_on is None:
        return []
    day = invoice.issued_on.isoformat()
    rows = db.execute(
        f"select {INVOICE_COLUMNS} from invoices "  # noqa: S608  # our own columns
        "where connection = :connection and kind = :kind and currency = :currency "
        "and counterparty is :seller and withdrawn_at is null and id <> :id "
        "and (issued_on < :day or (issued_on = :day and id < :id)) "
        "order by issued_on desc, id desc limit :limit",
        {
            "connection": invoice.connection,
            "kind": invoice.kind,
            "currency": invoice.currency,
            "seller": invoice.counterparty,
            "id": invoice.id,
            "day": day,
            "limit": limit,
        },
    )
    return [to_invoice(row) for row in rows.fetchall()]


def by_numbers(db: Database, folded: Sequence[str]) -> dict[str, list[StoredInvoice]]:
    """Find the invoices with any of these numbers, which are folded already."""
    rows = db.execute(_BY_NUMBERS, (json.dumps(folded),)).fetchall()
    found: dict[str, list[StoredInvoice]] = {}
    for number, *row in rows:
        found.setdefault(number, []).append(to_stored(tuple(row)))
    return found


def find(
    db: Database, criteria: Criteria, *, limit: int | None = None, offset: int = 0
) -> list[Invoice]:
    """Read the invoices meant, sorted, without their ``lines`` (see `by_number`)."""
    condition = to_condition(criteria)
    order = to_order(criteria)
    rows = db.execute(
        # Sorting keys is cheaper than sorting rows that are not shown.
        f"select {INVOICE_COLUMNS} from invoices where key in ("  # noqa: S608  # built of our own words; values are parameters
        f"select key from {condition.table} where {condition.sql} "
        f"order by {order} limit :limit offset :offset) order by {order}",
        {
            **condition.parameters,
            "limit": -1 if limit is None else limit,
            "offset": offset,
        },
    )
    return [to_invoice(row) for row in rows.fetchall()]


def count(db: Database, criteria: Criteria) -> int:
    """Count the invoices meant."""
    condition = to_condition(criteria)
    row = db.execute(
        f"select count(*) from {condition.table} where {condition.sql}",  # noqa: S608  # as in `find`
        condition.parameters,
    ).fetchone()
    return int(row[0])


def count_from(db: Database, connection: str, source: str) -> int:
    """Count the invoices of a connection that were last read from one of its lists."""
    row = db.execute(
        "select count(*) from invoices "
        "where connection = ? and source = ? and withdrawn_at is null",
        (connection, source),
    ).fetchone()
    return int(row[0])


def span(db: Database) -> tuple[date | None, date | None]:
    """Tell the first and the last day an invoice was issued on."""
    oldest, newest = db.execute(_SPAN).fetchone()
    return (
        oldest and date.fromisoformat(oldest),
        newest and date.fromisoformat(newest),
    )


def close_numbers(db: Database, number: str, n: int = 3) -> list[str]:
    """List up to *n* numbers that look most like *number*, the likest first."""
    rows = db.execute("select distinct number_folded from invoices").fetchall()
    close = process.extract(
        fold_number(number),
        [folded for (folded,) in rows],
        scorer=fuzz.ratio,
        limit=n,
        score_cutoff=60,
    )
    numbers = dict(
        db.execute(
            "select number_folded, number from invoices where withdrawn_at is null "
            "and number_folded in (select value from json_each(?))",
            (json.dumps([folded for folded, _, _ in close]),),
        ).fetchall()
    )
    return [numbers[folded] for folded, _, _ in close if folded in numbers]
