"""Due dates that payment terms give, where the provider states none."""

from sqlite_utils import Database

#: What is due by our terms, or by nobody's.
_OURS = "connection = :connection and (due_basis is null or due_basis = 'terms')"
_DUE = "case when :days is null then null else date(issued_on, :days || ' days') end"


def apply_terms(db: Database, connection: str, days: int | None) -> list[int]:
    """Compute the due dates of *connection* anew; return the keys of what changed.

    *days* after the day of issue, as adapters do (`providers.standing.due`); ``None``
    leaves no due date.
    """
    changed = db.execute(
        f"update invoices set due_on = {_DUE}, due_basis = "  # noqa: S608  # our own words
        f"case when {_DUE} is null then null else 'terms' end "
        f"where {_OURS} and due_on is not {_DUE} returning key",
        {"connection": connection, "days": days},
    )
    return [key for (key,) in changed.fetchall()]
