"""Whether one invoice has certain words in it, listed or withdrawn."""

from sqlite_utils import Database

from storage.criteria import ANY_WITH, SEARCHED_IN
from storage.folding import fold_text


def mentions(  # noqa: PLR0913 - an invoice, and each place to look in
    db: Database,
    connection: str,
    id_: str,
    *,
    text: str | None = None,
    seller: str | None = None,
    customer: str | None = None,
) -> bool:
    """Tell whether the invoice has *text* anywhere, and each other in its place.

    A part of a name is enough, as the invoice is now.
    """
    wanted = {"text": text, "seller": seller, "customer": customer}
    said = {
        name: fold_text(value.removesuffix(ANY_WITH))
        for name, value in wanted.items()
        if value
    }
    found = [f"instr({SEARCHED_IN[name]}, :{name}) > 0" for name in said]
    row = db.execute(
        "select 1 from invoices where connection = :connection and id = :id "  # noqa: S608 - our own words
        f"and {' and '.join(found or ['true'])}",
        {"connection": connection, "id": id_, **said},
    ).fetchone()
    return row is not None
