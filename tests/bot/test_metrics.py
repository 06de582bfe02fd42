import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.metrics import Metrics
from bot.slack import make_client, make_session
from sandbox.app import start
from storage import cursors
from storage.cursors import RunEnd
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.tracking.made import issued
from tests.e2e.test_faults import open_office
from tests.sandbox.providers.adapters import QUICK

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


async def read_well(store: Store, name: str, *, ago: timedelta) -> None:
    run = await store.run(cursors.attempted, name, provider="i3dnet", now=NOW - ago)
    await store.run(cursors.succeeded, name, RunEnd(run=run, now=NOW - ago))


async def test_a_removed_connection_does_not_grow_old(store: Store) -> None:
    await read_well(store, "i3d", ago=timedelta(minutes=5))
    await read_well(store, "gone", ago=timedelta(days=400))
    text = Metrics(store=store, connections=["i3d"], now=lambda: NOW).text().decode()
    assert 'duebot_sync_age_seconds{connection="i3d"} 300.0' in text
    assert "gone" not in text


@pytest.mark.parametrize("outcome", ["answered", "refused", "no database", "defect"])
def test_questions_are_counted_by_how_they_ended(store: Store, outcome: str) -> None:
    metrics = Metrics(store=store, connections=[], now=lambda: NOW)
    metrics.question(outcome, 0.002)
    text = metrics.text().decode()
    assert f'duebot_questions_total{{outcome="{outcome}"}} 1.0' in text
    assert "duebot_question_seconds_count 1.0" in text


def test_a_database_that_cannot_be_read_is_a_figure_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "duebot.db")
    metrics = Metrics(store=store, connections=["i3d"], now=lambda: NOW)
    assert "duebot_database_works 1.0" in metrics.text().decode()
    store.close()
    assert "duebot_database_works 0.0" in metrics.text().decode()


def figures(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def test_what_slack_answers_is_counted_by_method(store: Store) -> None:
    metrics = Metrics(store=store, connections=[], now=lambda: NOW)
    async with start(0) as sandbox, make_session(metrics.slack_call) as session:
        client = make_client(
            token="xoxb-sandbox", api_url=f"{sandbox.url}/api/", session=session
        )
        await client.auth_test()
        for kind, error in (("busy", SlackApiError), ("drop", ClientError)):
            sandbox.faults.set("slack", kind, count=1)
            with pytest.raises(error):
                await client.chat_postMessage(channel="C0BILLING", text="x")
        async with session.get(f"{sandbox.url}/slack/files/x/secret"):
            pass
    found = figures(metrics)
    name = "duebot_slack_calls_total"
    assert found[f'{name}{{method="auth.test",status="200"}}'] == 1
    assert found[f'{name}{{method="chat.postMessage",status="429"}}'] == 1
    lost = f'{name}{{method="chat.postMessage",status="ServerDisconnectedError"}}'
    assert found[lost] == 1
    assert found[f'{name}{{method="other",status="404"}}'] == 1
    assert "secret" not in str(found)


async def test_what_providers_answer_and_how_syncs_end_is_counted(
    store: Store,
) -> None:
    async with open_office(store, "i3dnet", QUICK) as office:
        metrics = Metrics(
            store=store,
            connections=["one"],
            now=office.stand.clock.now,
            providers={"one": office.provider},
        )
        office.syncer.listen(metrics.sync)
        await office.sync()
        office.stand.faults.set("i3dnet", "busy")
        await office.sync()
    found = figures(metrics)
    answers = 'duebot_provider_answers_total{connection="one",provider="i3dnet"'
    assert found[f'{answers},status="200"}}'] > 1
    assert found[f'{answers},status="429"}}'] >= 1
    syncs = 'duebot_syncs_total{connection="one"'
    assert found[f'{syncs},outcome="complete"}}'] == 1
    assert found[f'{syncs},outcome="failed"}}'] == 1


async def test_events_and_deliveries_and_how_late_they_are(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    metrics = Metrics(store=store, connections=["i3d"], now=room.clock)
    slack = SlackStandIn(faults=[(answer("is_archived"), False)])
    issues = 'duebot_events_total{connection="i3d",event="issued"}'
    await room.happen(issued(id="1"))
    room.clock.turn(42)
    found = figures(metrics)
    assert (found[issues], found["duebot_delivery_lag_seconds"]) == (1, 42)
    assert found['duebot_deliveries{state="waiting"}'] == 1
    async with serving(slack) as client:
        await room.deliverer(client, count=metrics.post).deliver_ready()
        assert figures(metrics)["duebot_channels_closed"] == 1
        await room.happen(issued(id="4"))
        room.clock.turn(61)
        lag = figures(metrics)["duebot_delivery_lag_seconds"]
        assert lag == 0, "what waits for a person is not late"
        await room.deliverer(client, count=metrics.post).deliver_ready()
    await room.happen(issued(id="2"), issued(id="3"))
    found = figures(metrics)
    assert found[issues] == 4
    assert found['duebot_posts_total{outcome="closed"}'] == 1
    assert found['duebot_posts_total{outcome="posted"}'] == 1
    assert found["duebot_channels_closed"] == 0
    assert found["duebot_delivery_lag_seconds"] == 61, "the channel is open again"


def test_the_page_for_the_night_names_every_figure(store: Store) -> None:
    text = Metrics(store=store, connections=[], now=lambda: NOW).text().decode()
    there = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    # The moment at which each was made is of no use to anybody.
    there = {each for each in there if not each.endswith("_created")}
    page = Path(__file__).parents[2] / "docs" / "operations.md"
    named = set(re.findall(r"\bduebot_\w+", page.read_text(encoding="utf-8")))
    assert there == named - {"duebot_delivery"}
