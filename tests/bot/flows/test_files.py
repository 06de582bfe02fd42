"""Files in threads, neither lost nor doubled, against the sandbox's Slack."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.deliver import Deliverer
from bot.flows.document import Document, Thread
from bot.flows.export import Export
from bot.slack import SlackError, make_client, make_session
from bot.uploads import Uploads
from sandbox.app import Running, start
from sandbox.slack.messages import Message
from storage import backup, deliveries, lineage, outbox, uploads
from storage.errors import StorageError
from storage.outbox import Planned, delivery_id
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.tracking.made import issued

CHANNEL = "C0BILLING"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(running: Running) -> AsyncIterator[AsyncWebClient]:
    async with make_session() as session:
        yield make_client(
            token="xoxb-sandbox", api_url=f"{running.url}/api/", session=session
        )


@pytest.fixture
async def room(store: Store) -> Newsroom:
    newsroom = Newsroom(store)
    await newsroom.open(Wish(channel=CHANNEL, events=ALL))
    return newsroom


async def made(payload: Mapping[str, Any]) -> Export | None:
    if payload["command"] == "nothing":
        return None
    name = f"owed.{payload['form']}"
    return Export(Document(name, name, b"number,total\nF1,5.00\n"), "1 invoice.")


async def news_with_file(room: Newsroom, command: str = "/unpaid") -> None:
    """Let an event be told, with a file in the thread of its message."""
    await room.happen(issued())
    (news,) = room.store.read(deliveries.find)

    file = Planned(
        id=delivery_id("file", news.id, command),
        channel=news.channel,
        kind="file",
        parent=news.id,
        payload={"command": command, "form": "csv"},
    )
    for _ in range(2):
        await room.store.run(outbox.put, file, now=room.clock())


async def work(room: Newsroom, client: AsyncWebClient, seconds: int = 8) -> None:
    deliverer: Deliverer = room.deliverer(client, make_file=made)
    for _ in range(seconds):
        await deliverer.deliver_ready()
        room.clock.turn(1.5)


def shared(running: Running) -> list[Message]:
    return [each for each in running.workspace.messages[CHANNEL] if each.files]


def states(room: Newsroom) -> dict[str, int]:
    return room.store.read(outbox.counts)


async def test_a_file_goes_into_its_parents_thread(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room)
    await work(room, client)
    (news,) = [m for m in running.workspace.messages[CHANNEL] if m.metadata]
    (message,) = shared(running)
    assert (message.thread_ts, message.text) == (news.ts, "1 invoice.")
    assert [file.name for file in message.files] == ["owed.csv"]
    assert states(room) == {"done": 2}


STEPS = ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]


@pytest.mark.parametrize("kind", ["drop_after", "drop", "error", "busy", "down"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_fails_loses_and_doubles_nothing(
    running: Running, client: AsyncWebClient, room: Newsroom, step: str, kind: str
) -> None:
    await news_with_file(room)
    running.faults.set("slack", kind, count=1, method=step)
    await work(room, client, seconds=60)
    assert len(shared(running)) == 1
    assert states(room) == {"done": 2}
    assert running.faults.state()["slack"] == {"kind": "none"}, "it was met"


async def test_a_file_that_slack_shows_late_is_waited_for(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room)
    running.faults.set(
        "slack", "drop_after", count=1, method="files.completeUploadExternal"
    )
    await work(room, client, seconds=1)
    await work(room, client, seconds=1)
    (message,) = shared(running)
    files, message.files = message.files, []  # it is looked into
    await work(room, client, seconds=20)
    assert states(room) == {"done": 1, "waiting": 1}
    message.files = files
    await work(room, client, seconds=20)
    assert (len(shared(running)), states(room)) == (1, {"done": 2})
    assert "files.delete" not in methods(running)


def methods(running: Running) -> list[str]:
    return [call["method"] for call in running.workspace.calls]


async def test_a_share_that_never_shows_is_taken_away_before_the_next(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room)
    running.faults.set(
        "slack", "drop_after", count=1, method="files.completeUploadExternal"
    )
    await work(room, client, seconds=2)
    (message,) = shared(running)
    late, message.files = message.files[0], []
    await work(room, client, seconds=60)
    assert late.deleted
    assert (len(shared(running)), states(room)) == (1, {"done": 2})
    assert methods(running).count("files.delete") == 1


async def test_a_thread_that_may_not_be_read_leaves_it_uncertain(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room)
    await work(room, client, seconds=1)
    workspace = running.workspace
    workspace.installation = workspace.installation.without("channels:history")
    running.faults.set(
        "slack", "drop_after", count=1, method="files.completeUploadExternal"
    )
    await work(room, client, seconds=90)
    assert (len(shared(running)), states(room)) == (1, {"done": 1, "uncertain": 1})


async def test_a_list_that_is_gone_is_no_file(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room, command="nothing")
    await work(room, client)
    assert (shared(running), states(room)) == ([], {"done": 1, "failed": 1})


async def test_a_restored_backup_finds_a_file_by_its_name(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    await news_with_file(room)
    await work(room, client, seconds=1)
    copy = room.store.path.with_name("copy.db")
    backup.copy(room.store.path, copy, now=room.clock())
    await work(room, client)
    restored = Newsroom(Store(copy))
    restored.clock = room.clock
    await restored.store.run(lineage.begin_again, now=room.clock())
    await work(restored, client)
    assert (len(shared(running)), states(restored)) == (1, {"done": 2})
    restored.store.close()


@pytest.mark.parametrize("failing", ["note_file", "done"])
async def test_a_full_disk_loses_and_doubles_nothing(
    running: Running,
    client: AsyncWebClient,
    room: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
) -> None:
    """Nothing is shared that could not be noted; what was shared is found again."""
    await news_with_file(room)
    await work(room, client, seconds=1)

    def full(*_: object, **__: object) -> None:
        raise StorageError("The database did not take a change (disk is full).")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, failing, full)
        await work(room, client, seconds=1)
    assert len(shared(running)) == (failing == "done")
    await work(room, client, seconds=30)
    assert (len(shared(running)), states(room)) == (1, {"done": 2})


# What people ask for


@pytest.fixture
def desk(client: AsyncWebClient, room: Newsroom) -> Uploads:
    return Uploads(client=client, store=room.store, now=room.clock, sleep=no_sleep)


async def no_sleep(_seconds: float) -> None:
    pass


def paper(key: str = "pdf:1") -> Document:
    return Document("F1.pdf", "F1", b"%PDF-1.4", key)


@pytest.fixture
async def thread(client: AsyncWebClient) -> Thread:
    answer = await client.chat_postMessage(channel=CHANNEL, text="a list")
    return Thread(CHANNEL, str(answer["ts"]))


async def test_a_lost_answer_is_found_in_the_thread(
    running: Running, desk: Uploads, thread: Thread, store: Store
) -> None:
    running.faults.set(
        "slack", "drop_after", count=1, method="files.completeUploadExternal"
    )
    await desk.upload_documents(thread, [paper()], comment="here")
    (message,) = shared(running)
    assert (message.thread_ts, message.text) == (thread.ts, "here")
    assert store.read(uploads.find, "pdf:1") is None


async def test_what_cannot_be_found_out_is_said_and_not_repeated(
    running: Running, desk: Uploads, thread: Thread, room: Newsroom
) -> None:
    running.faults.set("slack", "error", method="files.completeUploadExternal")
    for _ in range(2):
        with pytest.raises(SlackError, match="upload_unknown"):
            await desk.upload_documents(thread, [paper()], comment="here")
    assert methods(running).count("files.completeUploadExternal") == 1
    running.faults.clear()
    room.clock.turn(61)
    await desk.upload_documents(thread, [paper()], comment="here")
    assert len(shared(running)) == 1
    assert room.store.read(uploads.find, "pdf:1") is None


async def test_a_share_before_a_crash_is_found_by_the_next_request(
    running: Running, client: AsyncWebClient, thread: Thread, room: Newsroom
) -> None:
    async def ends(_seconds: float) -> None:
        raise KeyboardInterrupt

    running.faults.set(
        "slack", "drop_after", count=1, method="files.completeUploadExternal"
    )
    cut = Uploads(client=client, store=room.store, now=room.clock, sleep=ends)
    with pytest.raises(KeyboardInterrupt):
        await cut.upload_documents(thread, [paper()], comment="here")
    again = Uploads(client=client, store=room.store, now=room.clock, sleep=no_sleep)
    await again.upload_documents(thread, [paper()], comment="here")
    assert len(shared(running)) == 1


async def test_a_refusal_is_no_doubt(
    running: Running, desk: Uploads, thread: Thread, store: Store
) -> None:
    running.workspace.channels[CHANNEL].archived = True
    with pytest.raises(SlackError, match="posting_to_channel_denied"):
        await desk.upload_documents(thread, [paper()], comment="here")
    assert store.read(uploads.find, "pdf:1") is None
