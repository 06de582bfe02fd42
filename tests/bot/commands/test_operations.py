"""`duebot deliveries`, `events` and `backup`, on the database of a bot."""

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlite_utils import Database

from bot.commands import run
from bot.commands.check import check_deliveries
from bot.commands.finding import Finding
from storage import closures, deliveries, doubts, outbox
from storage.outbox import Planned
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.tracking.made import issued, payment
from tests.storage.made import invoice, keep

CONFIG = """
[storage]
url = "sqlite:///duebot.db"
[connections.i3d]
provider = "i3dnet"
token = "env:KEY"
"""
NEVER = "9999"


@pytest.fixture
async def config(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration beside a database in which two things happened."""
    monkeypatch.setenv("KEY", "a-key")
    path = tmp_path / "duebot.toml"
    path.write_text(CONFIG, encoding="utf-8")
    await store.run(keep, [invoice("1"), invoice("2")])
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL), Wish(channel="C2", events=ALL))
    await room.happen(issued(id="1", number="F25-1"))
    room.clock.turn(60)
    await room.happen(payment("100.00", "0.00", id="2", number="F25-2"))
    await store.run(_link)
    first = await store.run(_first)
    await store.run(outbox.done, first, ts="1.5", now=room.clock())
    second = await store.run(_first, state="waiting")
    await store.run(_set_aside, second, now=room.clock())
    return path


def _link(db: Any) -> None:
    db.execute("update events set invoice_key = id")


def _set_aside(db: Any, delivery: str, *, now: datetime) -> None:
    claimed = outbox.claim(db, now=now, lease=timedelta(seconds=10), pace=timedelta())
    (attempt,) = (each.attempts for each in claimed if each.id == delivery)
    for each in claimed:
        if each.id == delivery:
            outbox.park(
                db, delivery, attempt=attempt, not_before=now, error="missing_scope"
            )
        else:
            outbox.put_back(
                db, each.id, attempt=each.attempts, not_before=now, error=""
            )


def _first(db: Any, state: str = "waiting") -> str:
    row = db.execute(
        "select id from outbox where state = ? order by seq limit 1", [state]
    ).fetchone()
    return str(row[0])


def ask(
    capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0
) -> str:
    assert run([str(each) for each in arguments]) == code
    out, err = capsys.readouterr()
    return err if code else out


async def test_deliveries_are_listed_newest_first(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ask(capsys, "deliveries", "--config", config, "--json")
    found = json.loads(text)["deliveries"]
    assert [each["state"] for each in found] == [
        "waiting",
        "waiting",
        "uncertain",
        "done",
    ]
    assert found[-1]["message_ts"] == "1.5"
    assert found[-1]["posted_at"] == "2025-11-21T09:01:00.000Z"
    assert found[-2]["error"] == "missing_scope"
    assert [each["events"] for each in found] == [[2], [2], [1], [1]]


async def test_deliveries_are_picked(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ask(capsys, "deliveries", "--config", config, "--uncertain", "--json")
    (found,) = json.loads(text)["deliveries"]
    assert found["state"] == "uncertain"
    channel = found["channel"]
    text = ask(capsys, "deliveries", "--config", config, "--channel", channel, "--json")
    assert {each["channel"] for each in json.loads(text)["deliveries"]} == {channel}
    text = ask(capsys, "deliveries", "--config", config, "--limit", "1", "--json")
    assert len(json.loads(text)["deliveries"]) == 1
    text = ask(capsys, "deliveries", "--config", config, "--channel", NEVER)
    assert text == "No delivery.\n"


async def test_deliveries_fit_a_line_each(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ask(capsys, "deliveries", "--config", config).splitlines()
    assert len(lines) == 5
    (line,) = (each for each in lines if "uncertain" in each)
    assert line.endswith("missing_scope")


async def test_events_say_what_happened_and_where_it_is_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(ask(capsys, "events", "--config", config, "--json"))
    newest, oldest = document["events"]
    assert (newest["event"], oldest["event"]) == ("payment", "issued")
    assert newest["detail"]["number"] == "F25-2"
    assert newest["happened_at"] == "2025-11-21T09:01:00.000Z"
    told = json.loads(ask(capsys, "deliveries", "--config", config, "--json"))
    assert sorted(newest["deliveries"]) == sorted(
        each["delivery"] for each in told["deliveries"] if each["events"] == [2]
    )
    text = ask(capsys, "events", "--config", config)
    assert "New invoice F25-1" in text
    assert newest["deliveries"][0] in text


async def test_the_history_of_one_invoice(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ask(capsys, "events", "--config", config, "--invoice", "f25 2", "--json")
    assert [each["event"] for each in json.loads(text)["events"]] == ["payment"]
    text = ask(capsys, "events", "--config", config, "--invoice", NEVER)
    assert text == "Nothing happened yet, or nothing like it.\n"


async def test_an_unknown_connection_is_named(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ask(capsys, "events", "--config", config, "--connection", "swo", code=2)
    assert text == 'duebot: there is no connection "swo"; there is i3d.\n'
    text = ask(capsys, "events", "--config", config, "--connection", "i3d", "--json")
    assert len(json.loads(text)["events"]) == 2


async def test_a_backup_is_made_once(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copy.db"
    assert "keep it secret" in ask(capsys, "backup", target, "--config", config)
    text = ask(capsys, "backup", target, "--config", config, code=2)
    assert text == (
        f"duebot: {target} exists and is left as it is; name a file that does not.\n"
    )
    nowhere = tmp_path / "nowhere" / "copy.db"
    text = ask(capsys, "backup", nowhere, "--config", config, code=2)
    assert text.startswith(f"duebot: {nowhere} cannot be written (No such file")


@pytest.mark.parametrize("command", ["deliveries", "events", "backup copy.db"])
def test_no_database_yet_is_a_sentence(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KEY", "a-key")
    path = tmp_path / "duebot.toml"
    path.write_text(CONFIG, encoding="utf-8")
    text = ask(capsys, *command.split(), "--config", path, code=1)
    assert "There is no database" in text
    assert [each.name for each in tmp_path.iterdir()] == ["duebot.toml"]


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Undo what a command that works sets up for its logs."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


async def settle(
    config: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> str:
    arguments = ["deliveries", "--config", str(config), *words]
    assert await asyncio.to_thread(run, arguments) == code
    out, err = capsys.readouterr()
    return err if code else out


def uncertain(store: Store) -> str:
    (found,) = store.read(deliveries.find, state="uncertain")
    return found.id


@pytest.mark.usefixtures("logs_as_before")
async def test_what_is_in_slack_is_settled_with_its_message(
    config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    key = uncertain(store)
    said = await settle(config, capsys, "--sent", key, "--ts", "17.5")
    assert said == f"{key} counts as posted from now on.\n"
    (found,) = (each for each in store.read(deliveries.find) if each.id == key)
    assert (found.state, found.message_ts) == ("done", "17.5")
    assert found.error == "settled by hand: posted"
    again = await settle(config, capsys, "--sent", key, code=2)
    assert f"delivery {key} is done, not uncertain, and stays as it is." in again


@pytest.mark.usefixtures("logs_as_before")
async def test_what_is_not_in_slack_is_sent_without_a_search(
    config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    key = uncertain(store)
    await settle(config, capsys, "--send-again", key)
    claimed = await store.run(
        outbox.claim,
        now=datetime.now(UTC) + timedelta(seconds=60),
        lease=timedelta(seconds=10),
    )
    assert key in [each.id for each in claimed]
    assert not any(each.may_be_posted for each in claimed if each.id == key)


@pytest.mark.usefixtures("logs_as_before")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sent", "nothing"], "there is no delivery nothing"),
        (["--sent", "a", "--send-again", "a"], "say the opposite; give one"),
        (["--ts", "1.5"], "--ts belongs to --sent"),
    ],
)
async def test_what_cannot_be_settled_is_a_sentence(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    assert sentence in await settle(config, capsys, *words, code=2)


@pytest.mark.usefixtures("logs_as_before")
async def test_a_delivery_that_is_looked_up_just_now_is_left_alone(
    config: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    key = uncertain(store)
    await store.run(
        outbox.claim,
        now=datetime.now(UTC) + timedelta(days=1),
        lease=timedelta(seconds=10),
    )
    said = await settle(config, capsys, "--send-again", key, code=2)
    assert f"delivery {key} is sending" in said


async def test_what_waits_for_a_person_is_found_by_check(store: Store) -> None:
    assert check_deliveries(store) == []
    at = datetime(2026, 11, 28, 17, 58, tzinfo=UTC)

    def trouble(db: Database) -> None:
        closures.close(db, "C1", reason="is_archived", now=at)
        doubts.doubt(db, "i3d", now=at)
        outbox.put(db, Planned("a", "C2", "news"), now=at)
        outbox.claim(db, now=at, lease=timedelta(seconds=10))
        outbox.park(db, "a", attempt=1, not_before=at, error="missing_scope")

    await store.run(trouble)
    channel, connection, delivery = check_deliveries(store)
    assert channel == Finding(
        "channel",
        "warning",
        "news for C1 waits since 2026-11-28 17:58 UTC: the channel is archived",
        "Unarchive it",
    )
    assert connection.next_step.endswith("duebot sync --connection i3d --believe")
    assert delivery.finding.startswith("1 delivery is uncertain")


@pytest.mark.usefixtures("logs_as_before")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--believe needs --connection: whose list is true?"),
        (["--connection", "i3d"], "the list of i3d is not in doubt"),
    ],
)
async def test_nothing_is_believed_that_was_not_doubted(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    arguments = ["sync", "--config", str(config), "--believe", *words]
    assert await asyncio.to_thread(run, arguments) == 2
    assert sentence in capsys.readouterr().err
