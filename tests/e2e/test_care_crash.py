"""Killed whenever Slack has taken something and has not answered, all the way along."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sandbox.app import Running, start
from sandbox.person import Person, SandboxError
from sandbox.slack.messages import Message
from sandbox.world.deeds import do
from storage import deliveries
from storage.reader import reading
from tests.e2e.conftest import until
from tests.e2e.crash import CONFIG, _Bots

SUBSCRIPTION = """
[[subscriptions]]
channel = "C0BILLING"
events = ["issued", "amended", "payment", "due_soon", "overdue"]
follow = "thread"
"""


class Run:
    """One bot that dies of every message and of every update, and is started again."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running = running
        self.bots = _Bots(folder)
        self.kills = 0
        self.updates = 0
        self._ahead = 0.0
        url = running.url
        text = CONFIG.format(url=url) + SUBSCRIPTION
        (folder / "duebot.toml").write_text(text, encoding="utf-8")
        (folder / "api").write_text(f"{url}/api/", encoding="utf-8")
        (folder / "bots.log").touch()
        self.move(timedelta())
        self._watch()

    def move(self, by: timedelta) -> None:
        self._ahead += by.total_seconds()
        unfinished = self.bots.folder / "ahead.new"
        unfinished.write_text(str(self._ahead), encoding="utf-8")
        unfinished.replace(self.bots.folder / "ahead")
        self.running.clock.forward(by)

    def _watch(self) -> None:
        """Kill the bot when Slack has kept a message, and when it has changed one."""
        workspace = self.running.workspace
        keep, name = workspace.store, workspace.name_blocks

        def store(message: Message) -> Message:
            kept = keep(message)
            if message.metadata:
                self.kills += self.bots.kill(0)
            return kept

        def name_blocks(blocks: list[dict[str, object]]) -> None:
            name(blocks)
            # An update names the blocks of a message that is there; only some are cut
            # off, or nothing would ever get through.
            if "First told as" in str(blocks):
                self.updates += 1
                if self.updates in (1, 3):
                    self.kills += self.bots.kill(0)

        workspace.store = store  # type: ignore[method-assign]  # a spy
        workspace.name_blocks = name_blocks  # type: ignore[method-assign]  # a spy

    async def keep_alive(self) -> None:
        while True:
            process = self.bots.processes[0]
            if process is None or process.poll() is not None:
                self.bots.start(0)
            await asyncio.sleep(0.2)

    def told(self, number: str) -> list[Message]:
        found = self.running.workspace.messages["C0BILLING"]
        return [each for each in found if each.metadata and number in each.text]

    def all_done(self) -> bool:
        with reading(self.bots.folder / "duebot.db") as db:
            return {each.state for each in deliveries.find(db)} <= {"done"}

    async def until(self, found: Callable[[], bool], what: str) -> None:
        async def is_so() -> bool:
            return found()

        await until(is_so, what=f"{what}; {self.bots.log()[-1500:]}", seconds=60)


async def test_nothing_is_lost_or_doubled_however_often_it_dies(
    tmp_path: Path,
) -> None:
    async with start(0, paced=False) as running, Person(running.url, "U0AKIKO") as one:
        run = Run(running, tmp_path)
        alive = asyncio.create_task(run.keep_alive())
        try:
            told = await _live(run, one)
        finally:
            alive.cancel()
            run.bots.kill_all()
    assert told == ["Invoice amended:", "Paid: invoice"]
    assert run.kills >= 5
    assert "Traceback" not in run.bots.log()


async def _live(run: Run, akiko: Person) -> list[str]:
    """Live a life, and return how what was told after the first message begins."""
    messages = run.running.workspace.messages["C0BILLING"]
    await run.until(lambda: any(each.metadata for each in messages), "the baseline")
    number = do(run.running.world, "issue", provider="i3dnet")
    await run.until(lambda: bool(run.told(number)), "the notice")
    parent = run.told(number)[0]
    do(run.running.world, "amend", provider="i3dnet", number=number)
    await run.until(lambda: "Amended: total" in parent.text, "the amendment")
    until_day = run.running.clock.now().date() + timedelta(days=3)

    async def snooze() -> None:
        await akiko.command("/invoice", f"{number} snooze {until_day}")

    await _insist(snooze, lambda: "Snoozed until" in parent.text, run)
    run.move(timedelta(days=4))
    direct = run.running.workspace.messages["D0AKIKO"]
    await run.until(
        lambda: any("Snooze over" in each.text for each in direct), "the end of it"
    )
    await run.until(lambda: "Snoozed" not in parent.text, "the message without it")
    do(run.running.world, "pay", provider="i3dnet", number=number)
    await run.until(lambda: parent.text.startswith("✓ Paid"), "the payment")
    await run.until(run.all_done, "the rest")
    # Whatever would come twice has a little time to do so.
    await asyncio.sleep(4)
    told = [each.text.split(number)[0].strip() for each in run.told(number)[1:]]
    assert len([each for each in direct if "Snooze over" in each.text]) == 1
    everything = [each for each in (*messages, *direct) if each.metadata]
    named = [str(each.metadata) for each in everything]
    assert len(named) == len(set(named))
    return told


async def _insist(
    say: Callable[[], Awaitable[None]], found: Callable[[], bool], run: Run
) -> None:
    """Say it until a bot that lives heard it."""
    for _ in range(40):
        if found():
            return
        with suppress(SandboxError):  # nobody is connected just now
            await say()
        await asyncio.sleep(1)
    await run.until(found, "what was said")
