"""The names in the snapshot: sellers, and customers invoices are broken down to."""

from typing import Literal

from sqlite_utils import Database

from storage.criteria import SEARCHED_IN
from storage.folding import fold_text
from storage.rows import to_lines

Role = Literal["seller", "customer"]


def folded_names(db: Database, role: Role) -> tuple[str, ...]:
    """List the names of a role, folded, in alphabetical order.

    They are read from the index of texts, which is shorter than the table.
    """
    rows = db.execute(
        f"select distinct {SEARCHED_IN[role]} from invoices indexed by "  # noqa: S608  # our own words
        "invoices_search where withdrawn_at is null"
    )
    names = {name for (found,) in rows for name in found[1:].split("\n") if name}
    return tuple(sorted(names))


def spelled(db: Database, role: Role, folded: str) -> str:
    """Write a folded name as an invoice has it."""
    row = db.execute(
        "select counterparty, lines from invoices where key in (select key from "  # noqa: S608  # our own words
        "invoices indexed by invoices_search where withdrawn_at is null and "
        f"instr({SEARCHED_IN[role]}, :name) > 0 limit 50)",
        {"name": folded},
    )
    for counterparty, lines in row:
        names = [counterparty]
        if role == "customer":
            names = [line.customer for line in to_lines(lines)]
        for name in names:
            if name and fold_text(name) == folded:
                return str(name)
    return folded
