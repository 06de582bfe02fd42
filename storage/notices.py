"""Posted notices: the message of an invoice in a channel that shows how it stands.

It is updated, and what happens later goes into its thread (see `bot.flows.living`). An
update is a delivery of its own whose parent is the notice's; however often something
changes before it leaves, one is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from storage import outbox
from storage.moments import to_text
from storage.outbox import Planned

_OF = (
    "select n.channel, n.connection, n.invoice, n.delivery, o.subscription "
    "from notices n join outbox o on o.id = n.delivery "
    "where o.state not in ('failed', 'dropped')"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """The message of an invoice in *channel*: the delivery that posts or posted it."""

    channel: str
    connection: str
    invoice: str
    delivery: str
    subscription: str | None


def put(
    db: Database, *, channel: str, connection: str, invoice: str, delivery: str
) -> None:
    """Let *delivery* be the invoice's message in *channel* from now on."""
    db.execute(
        "insert into notices (channel, connection, invoice, delivery) "
        "values (?, ?, ?, ?) on conflict do update set delivery = excluded.delivery",
        (channel, connection, invoice, delivery),
    )


def find(db: Database, *, channel: str, connection: str, invoice: str) -> Notice | None:
    """Find the invoice's message in *channel*, posted or about to be."""
    row = db.execute(
        f"{_OF} and n.connection = ? and n.invoice = ? and n.channel = ?",
        (connection, invoice, channel),
    ).fetchone()
    return None if row is None else Notice(*row)


def of_invoice(db: Database, connection: str, invoice: str) -> list[Notice]:
    """List the invoice's messages, one a channel."""
    rows = db.execute(
        f"{_OF} and n.connection = ? and n.invoice = ? order by n.channel",
        (connection, invoice),
    )
    return [Notice(*row) for row in rows.fetchall()]


def of_delivery(db: Database, delivery: str) -> Notice | None:
    """Find the message that *delivery* posted, while it is an invoice's."""
    row = db.execute(f"{_OF} and n.delivery = ?", (delivery,)).fetchone()
    return None if row is None else Notice(*row)


def at(db: Database, channel: str, ts: str) -> Notice | None:
    """Find the invoice's message that is *ts* in *channel*."""
    row = db.execute(
        f"{_OF} and n.channel = ? and o.message_ts = ?", (channel, ts)
    ).fetchone()
    return None if row is None else Notice(*row)


def plan_update(
    db: Database, notice: Notice, *, now: datetime, of_sync: str | None = None
) -> str:
    """Queue an update of *notice* and return its name; one that waits is enough.

    With *of_sync* it is held, as is all news, until that connection's sync ends well.
    """
    state: Literal["held", "waiting"] = "waiting" if of_sync is None else "held"
    row = db.execute(
        "select id from outbox where parent = ? and kind = 'update' and state = ? "
        "and connection is ?",
        (notice.delivery, state, of_sync),
    ).fetchone()
    if row is not None:
        return str(row[0])
    db.execute(
        "update notices set updates = updates + 1 where delivery = ?",
        (notice.delivery,),
    )
    (number,) = db.execute(
        "select updates from notices where delivery = ?", (notice.delivery,)
    ).fetchone()
    planned = Planned(
        id=outbox.name(db, "update", notice.delivery, number),
        channel=notice.channel,
        kind="update",
        connection=of_sync,
        parent=notice.delivery,
        payload={"notice": notice.delivery},
    )
    outbox.put(db, planned, now=now, state=state)
    return planned.id


def pending(db: Database, notice: str) -> list[str]:
    """List the updates of a message that are to be sent, or are under way."""
    rows = db.execute(
        "select id from outbox where parent = ? and kind = 'update' "
        "and state in ('waiting', 'sending')",
        (notice,),
    )
    return [str(row[0]) for row in rows.fetchall()]


def updated(
    db: Database, updates: Sequence[str], *, notice: str, now: datetime
) -> None:
    """Finish updates that one has done; it is no post, so that it delays none."""
    db.conn.executemany(
        "update outbox set state = 'done', lease_until = null, error = null, "
        "not_before = ? where id = ? and state in ('waiting', 'sending')",
        [(to_text(now), update) for update in updates],
    )
    db.execute(
        "update notices set updated_at = ? where delivery = ?", (to_text(now), notice)
    )


def end_update(  # noqa: PLR0913  # an update and what became of it, by keyword
    db: Database,
    update: str,
    *,
    attempt: int,
    notice: str,
    now: datetime,
    error: str,
    forget: bool,
) -> bool:
    """End an update that cannot be; with *forget*, the message is gone altogether.

    False, and nothing is changed, when the claim *attempt* is not in force any more.
    """
    cursor = db.execute(
        "update outbox set state = 'dropped', lease_until = null, error = ?, "
        "not_before = ? where id = ? and state = 'sending' and attempts = ?",
        (error, to_text(now), update, attempt),
    )
    if cursor.rowcount != 1:
        return False
    if forget:
        db.execute("delete from notices where delivery = ?", (notice,))
    return True


def subscription_of(db: Database, notice: str) -> str | None:
    """Find whose news the message *notice* was."""
    row = db.execute(
        "select subscription from outbox where id = ?", (notice,)
    ).fetchone()
    return None if row is None else row[0]
