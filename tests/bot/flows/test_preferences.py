"""What is set in Slack over the file, in words and in the connections."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.preferences import FileValues, adjusted, overrides
from storage import preferences
from storage.store import Store
from tests.bot.flows.ledger import Ledger
from tests.storage.made import NOW

CONFIG = replace(Ledger().config, name="lw")


async def test_check_names_what_counts_over_the_file(store: Store) -> None:
    for key, value in (("terms:lw", "30"), ("terms:old", "10"), ("privacy", "counts")):
        await store.run(preferences.put, key, value, by="U0AKIKO", now=NOW)
    file = FileValues(connections=(CONFIG,), written=frozenset(["terms:lw"]))
    said = overrides(store.read(preferences.every), file)
    assert said == [
        "privacy is counts, set in Slack by U0AKIKO on 2026-11-21",
        "terms lw is 30, set in Slack over the configuration file by U0AKIKO on "
        "2026-11-21",
        "terms old is 10, set in Slack by U0AKIKO on 2026-11-21; there is no such "
        "connection any more",
    ]
    assert await store.run(preferences.remove, "privacy")
    assert not await store.run(preferences.remove, "privacy")


def test_terms_and_years_are_those_that_were_set() -> None:
    config = replace(CONFIG, payment_terms=timedelta(days=14))
    assert adjusted(config, {}).payment_terms == timedelta(days=14)
    assert adjusted(config, {"terms:lw": "30"}).payment_terms == timedelta(days=30)
    assert adjusted(config, {"terms:lw": "none"}).payment_terms is None
    assert adjusted(config, {}, (2019, 2021)).years == (2019, 2021)
