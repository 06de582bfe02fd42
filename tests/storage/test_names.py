"""Names as they stand in the snapshot."""

from pathlib import Path

from sqlite_utils import Database

from providers.models import LineItem
from storage.names import folded_names, spelled
from storage.store import Store
from tests.storage.made import invoice, keep


async def test_names_are_listed_folded_and_written_as_an_invoice_has_them(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "duebot.db")
    lines = tuple(
        LineItem(customer=name) for name in ("Contoso KK", "ＡＢＣ 商事", "Contoso KK")
    )
    await store.run(
        keep,
        [
            invoice("1", counterparty="Blue  Heron Ltd", lines=lines),
            invoice("2", counterparty="contoso kk"),
            invoice("3", counterparty=None),
        ],
    )
    assert store.read(folded_names, "customer") == ("abc 商事", "contoso kk")
    assert store.read(folded_names, "seller") == ("blue heron ltd", "contoso kk")
    assert store.read(spelled, "customer", "contoso kk") == "Contoso KK"
    assert store.read(spelled, "customer", "abc 商事") == "ＡＢＣ 商事"
    assert store.read(spelled, "seller", "contoso kk") == "contoso kk"

    def withdraw(db: Database) -> None:
        db.execute("update invoices set withdrawn_at = '2026-11-20T00:00:00.000Z'")

    await store.run(withdraw)
    assert store.read(folded_names, "customer") == ()
    store.close()
