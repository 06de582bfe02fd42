"""Two bots on one database, killed again and again while things happen and break.

The sandbox runs in the process of whoever calls `run_crashes`; the bots are processes
of their own and are ended by SIGKILL at random moments, and in the very moment when
Slack has taken a message or a file and has not answered yet. Channels are archived and
opened again, files are wanted in threads, and invoices are paid. What must come out:
every new invoice and every payment in every channel once, no delivery twice, every file
once in its thread, and no message that still calls a paid invoice new.
"""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from random import Random

from sandbox.app import Running, start
from sandbox.slack.messages import Message
from sandbox.world.deeds import do
from storage import deliveries, outbox
from storage.deliveries import Delivery
from storage.moments import to_text
from storage.outbox import Planned, delivery_id
from storage.reader import reading
from storage.store import Store
from tests.e2e.conftest import ROOT, environment
from tests.e2e.inside import ENVIRON, lines_of

#: Where things are told: a channel, a private one, one that the bot is invited to, and
#: a person, whose messages are in a direct message.
CHANNELS = {
    "C0BILLING": "C0BILLING",
    "C0FINANCE": "C0FINANCE",
    "C0GENERAL": "C0GENERAL",
    "U0LENA": "D0LENA",
}
#: LINE WORKS bills once a month; these two issue as often as one likes.
PROVIDERS = {"softwareone": "swo", "i3dnet": "i3d"}
CONFIG = """
[http]
port = 0
[sync]
every = "1s"
[connections.swo]
provider = "softwareone"
base_url = "{url}/sim/softwareone/public/v1"
token = "idt:TKN-0001-0001:sandbox"
[connections.i3d]
provider = "i3dnet"
base_url = "{url}/sim/i3dnet/v3"
token = "i3d-sandbox-key"
"""
SUBSCRIPTION = """
[[subscriptions]]
channel = "{channel}"
events = ["issued", "payment"]
follow = "thread"
"""
#: A message that tells of a new invoice, before and after it shows the payment.
_NEW = re.compile(r"(?:New invoice|✓ Paid[^:]*: invoice) ([\w-]+)")
_PAID = re.compile(r"^Paid: invoice ([\w-]+)", re.MULTILINE)
#: What breaks, and for how many requests: target, kind, count, method.
FAULTS: tuple[tuple[str, str, int, str | None], ...] = (
    ("slack", "drop_after", 2, "chat.postMessage"),
    ("slack", "drop", 2, "chat.postMessage"),
    ("slack", "busy", 12, None),
    ("slack", "error", 4, "chat.postMessage"),
    ("slack", "down", 6, None),
    ("slack", "busy", 3, "conversations.history"),
    ("slack", "drop_after", 1, "files.completeUploadExternal"),
    ("slack", "error", 1, "files.completeUploadExternal"),
    ("slack", "drop", 2, "upload"),
    ("slack", "drop_after", 2, "chat.update"),
    ("slack", "busy", 3, "chat.update"),
    ("i3dnet", "down", 3, None),
    ("i3dnet", "truncated", 2, None),
    ("softwareone", "drop", 2, None),
    ("softwareone", "busy", 3, None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much happens: events, kills, and seconds between two kills, at random.

    On a slow machine they are more: as many as a bot takes to begin, at most.
    """

    events: int
    kills: int
    pause: tuple[float, float]
    seed: int = 20211108
    #: How often a turn breaks something, pays an invoice, wants a file, archives or
    #: opens a channel.
    broken: float = 1.0
    paying: float = 0.7
    filed: float = 0.5
    closed: float = 0.3
    #: Events come at once in every so many turns.
    burst: int = 1
    #: Minutes for which Slack is away, by the clock of the bots; in steps.
    away_minutes: int = 60
    away_steps: int = 12
    #: How long the last bot may take to tell what is left.
    finish_seconds: float = 180.0


@dataclass(slots=True)
class Figures:
    """What was done to the bots, and what came of it."""

    events: int = 0
    channels: int = len(CHANNELS)
    kills: int = 0
    kills_at_slack: int = 0
    faults: int = 0
    closings: int = 0
    files: int = 0
    payments: int = 0
    updates: int = 0
    posts_taken: int = 0
    answered_429: int = 0
    answered_5xx: int = 0
    found_by_search: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0
    stale: int = 0
    uncertain: int = 0
    tracebacks: int = 0
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """Whether everything was told once, in order."""
        wrong = self.lost + self.doubled + self.misplaced + self.stale + self.uncertain
        return not wrong and not self.tracebacks

    def rows(self) -> Iterator[tuple[str, str]]:
        """Name each figure, for a table."""
        for name, value in asdict(self).items():
            text = f"{value:,.0f}" if isinstance(value, float) else f"{value:,}"
            yield name.replace("_", " "), text


@dataclass
class _Bots:
    """Two places for a bot process, on one database."""

    folder: Path
    processes: list[subprocess.Popen[bytes] | None] = field(
        default_factory=lambda: [None, None]
    )

    def start(self, place: int) -> None:
        with (self.folder / "bots.log").open("ab") as log:
            self.processes[place] = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.moved_bot", "duebot.toml", "ahead"],
                cwd=self.folder,
                env=environment(
                    **ENVIRON, PYTHONPATH=str(ROOT), SLACK_API_URL=self.api
                ),
                stdout=log,
                stderr=log,
            )

    @property
    def api(self) -> str:
        return (self.folder / "api").read_text(encoding="utf-8")

    def kill(self, place: int) -> bool:
        """End one as a power cut would; False when there is none."""
        process, self.processes[place] = self.processes[place], None
        if process is None or process.poll() is not None:
            return False
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        return True

    def kill_all(self) -> None:
        for place in range(len(self.processes)):
            self.kill(place)

    def log(self) -> str:
        return (self.folder / "bots.log").read_text(encoding="utf-8", errors="replace")


class _Run:
    def __init__(self, running: Running, folder: Path, plan: Plan) -> None:
        self.running = running
        self.plan = plan
        self.random = Random(plan.seed)
        self.bots = _Bots(folder)
        self.figures = Figures()
        #: Numbers by provider, as they were issued.
        self.issued: dict[str, list[str]] = {name: [] for name in PROVIDERS}
        #: Numbers that were paid after they were told.
        self.paid: list[str] = []
        #: Deliveries in whose threads files are wanted.
        self.filed: set[str] = set()
        self._kill_at_slack = False
        self._ahead = 0.0
        self._watch()

    def configure(self) -> None:
        url, folder = self.running.url, self.bots.folder
        subscriptions = [SUBSCRIPTION.format(channel=each) for each in CHANNELS]
        text = CONFIG.format(url=url) + "".join(subscriptions)
        (folder / "duebot.toml").write_text(text, encoding="utf-8")
        (folder / "api").write_text(f"{url}/api/", encoding="utf-8")
        self.move(timedelta())
        # What the bot's own invitation would do.
        self.running.workspace.channels["C0GENERAL"].members.add("U0DUEBOT")

    def move(self, by: timedelta) -> None:
        """Let time go on, for the bots and for the sandbox."""
        self._ahead += by.total_seconds()
        unfinished = self.bots.folder / "ahead.new"
        unfinished.write_text(str(self._ahead), encoding="utf-8")
        unfinished.replace(self.bots.folder / "ahead")
        self.running.clock.forward(by)

    def _watch(self) -> None:
        """Hear of every message as Slack keeps it, before it is answered."""
        keep = self.running.workspace.store

        def store(message: Message) -> Message:
            kept = keep(message)
            if self._kill_at_slack and (message.metadata or message.files):
                self._kill_at_slack = False
                for place in (0, 1):
                    self.figures.kills_at_slack += self.bots.kill(place)
            return kept

        self.running.workspace.store = store  # type: ignore[method-assign]  # a spy

    async def work(self) -> None:
        """Begin, break and kill, and let the last bot finish."""
        began = time.monotonic()
        self.bots.start(0)
        await self._until(self._baseline_told, "the first reading")
        shortest, longest = self.plan.pause
        longest += time.monotonic() - began
        for provider in PROVIDERS:
            # One at a time, so that each has a message of its own, which a payment
            # updates; of those that come at once, one message tells together.
            self._issue_one(provider)
            await self._until(self._all_told, "the first news")
        self.bots.start(1)
        faults = cycle(self.random.sample(FAULTS, len(FAULTS)))
        away, was_away = self.random.randrange(self.plan.kills), False
        while self.figures.kills < self.plan.kills:
            if self.figures.kills % self.plan.burst == 0:
                done = self.figures.kills + self.plan.burst
                self._issue(min(done / self.plan.kills, 1.0))
            if self.random.random() < self.plan.broken:
                self._break(next(faults))
            if self.random.random() < self.plan.paying:
                self._pay()
            if self.random.random() < self.plan.filed:
                await self._want_file()
            if self.random.random() < self.plan.closed:
                self._turn_key()
            self._kill_at_slack = self.random.random() < 0.3
            await asyncio.sleep(self.random.uniform(shortest, longest))
            self.figures.kills += self.bots.kill(self.random.randrange(2))
            for place, process in enumerate(self.bots.processes):
                if process is None:
                    self.bots.start(place)
            if self.figures.kills > away and not was_away:
                was_away = True
                await self._slack_is_away()
        self._kill_at_slack = False
        self.running.faults.clear()
        for channel in self.running.workspace.channels.values():
            channel.archived = False
        await self._until(self._all_told, "the last news")
        # Whatever would come twice has a little time to do so.
        await asyncio.sleep(3)
        self.bots.kill_all()

    def _issue(self, part: float) -> None:
        while self.figures.events < int(self.plan.events * part):
            self._issue_one(self.random.choice(list(PROVIDERS)))

    def _issue_one(self, provider: str) -> None:
        number = do(self.running.world, "issue", provider=provider)
        self.issued[provider].append(number)
        self.figures.events += 1

    def _pay(self) -> None:
        """Pay an invoice that the bots know."""
        told = {number for number, _ in self._told("C0BILLING")} - {*self.paid}
        for provider, issued in self.issued.items():
            for number in issued:
                if number in told:
                    do(self.running.world, "pay", provider=provider, number=number)
                    self.paid.append(number)
                    self.figures.payments += 1
                    return

    def _break(self, fault: tuple[str, str, int, str | None]) -> None:
        target, kind, count, method = fault
        self.running.faults.set(target, kind, count=count, method=method)
        self.figures.faults += 1

    async def _want_file(self) -> None:
        """Want a file in the thread of a message that is told, as a digest does."""
        with reading(self.bots.folder / "duebot.db") as db:
            told = deliveries.find(db, state="done")
        free = [d for d in told if d.kind == "news" and d.id not in self.filed]
        if not free:
            return
        parent = self.random.choice(free)
        now = datetime.now(UTC) + timedelta(seconds=self._ahead)
        file = Planned(
            id=delivery_id("file", parent.id, "csv"),
            channel=parent.channel,
            kind="file",
            parent=parent.id,
            payload={"digest": parent.id, "form": "csv", "window": to_text(now)},
        )
        store = Store(self.bots.folder / "duebot.db")
        try:
            await store.run_aside(outbox.put, file, now=now)
        finally:
            store.close()
        self.filed.add(parent.id)
        self.figures.files += 1

    def _turn_key(self) -> None:
        """Archive a channel, or open it again."""
        place = self.random.choice(["C0FINANCE", "C0GENERAL"])
        channel = self.running.workspace.channels[place]
        channel.archived = not channel.archived
        self.figures.closings += channel.archived

    async def _slack_is_away(self) -> None:
        self.figures.faults += 1
        self.running.faults.set("slack", "down")
        step = timedelta(minutes=self.plan.away_minutes / self.plan.away_steps)
        for _ in range(self.plan.away_steps):
            self.move(step)
            await asyncio.sleep(0.5)
        self.running.faults.set("slack", "none")

    async def _until(self, told: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + self.plan.finish_seconds
        while not told():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: {self.bots.log()[-3000:]}")
            await asyncio.sleep(0.2)

    def _messages(self, channel: str) -> list[Message]:
        """List what the bot posted, oldest first; a reply follows its parent."""
        posted = [m for m in self.running.workspace.messages[channel] if m.metadata]
        return sorted(posted, key=lambda m: (float(m.thread_ts or m.ts), float(m.ts)))

    def _baseline_told(self) -> bool:
        return all(self._messages(place) for place in CHANNELS.values())

    def _all_told(self) -> bool:
        numbers = {number for issued in self.issued.values() for number in issued}
        return (
            all(
                numbers <= {number for number, _ in self._told(place)}
                and {*self.paid} <= self._payments(place).keys()
                for place in CHANNELS.values()
            )
            and self._all_done()
        )

    def _all_done(self) -> bool:
        with reading(self.bots.folder / "duebot.db") as db:
            return {each.state for each in deliveries.find(db)} <= {"done"}

    def _told(self, place: str) -> list[tuple[str, int]]:
        """List the numbers told, each with the place of its message, threads as one."""
        threads: dict[str, int] = {}
        found = []
        for message in self._messages(place):
            at = threads.setdefault(message.thread_ts or message.ts, len(threads))
            text = "\n".join(lines_of(message.blocks))
            found += [(number, at) for number in _NEW.findall(text)]
        return found

    def _payments(self, place: str) -> Counter[str]:
        """Count how often each payment is told."""
        lines = [
            line
            for message in self._messages(place)
            for line in lines_of(message.blocks)
        ]
        return Counter(_PAID.findall("\n".join(lines)))

    def _judge_payments(self, place: str) -> None:
        told = self._payments(place)
        self.figures.lost += sum(not told[number] for number in self.paid)
        self.figures.doubled += sum(told[number] > 1 for number in self.paid)
        for message in self._messages(place):
            title = next(iter(lines_of(message.blocks)), "")
            found = re.fullmatch(r"New invoice ([\w-]+)", title)
            self.figures.stale += found is not None and found[1] in self.paid

    def judge(self) -> Figures:
        """Compare what was issued with what stands in the channels."""
        figures = self.figures
        posted: Counter[str] = Counter()
        for place in CHANNELS.values():
            told = self._told(place)
            counted = Counter(number for number, _ in told)
            at = dict(told)
            for numbers in self.issued.values():
                figures.lost += sum(not counted[number] for number in numbers)
                figures.doubled += sum(counted[number] > 1 for number in numbers)
                places = [at[number] for number in numbers if number in at]
                figures.misplaced += sum(
                    later < earlier for earlier, later in pairwise(places)
                )
            self._judge_payments(place)
            for message in self._messages(place):
                metadata = message.metadata or {}
                posted[metadata["event_payload"]["delivery"]] += 1
        figures.doubled += sum(count > 1 for count in posted.values())
        with reading(self.bots.folder / "duebot.db") as db:
            known = deliveries.find(db)
        figures.deliveries = len(known)
        figures.uncertain = sum(each.state != "done" for each in known)
        unnamed = {"file", "update"}  # Slack keeps no name of ours with these
        planned = {each.id for each in known if each.kind not in unnamed}
        figures.lost += len(planned - posted.keys())
        self._judge_files(known)
        calls = self.running.workspace.calls
        statuses = Counter(call["status"] for call in calls)
        figures.updates = sum(call["method"] == "chat.update" for call in calls)
        figures.posts_taken = sum(posted.values())
        figures.answered_429 = statuses[429]
        figures.answered_5xx = sum(n for code, n in statuses.items() if code >= 500)
        log = self.bots.log()
        figures.found_by_search = log.count('"how": "found"')
        figures.tracebacks = log.count("Traceback")
        return figures

    def _judge_files(self, known: list[Delivery]) -> None:
        """Compare the files that were wanted with those in the threads."""
        messages = self.running.workspace.messages
        shared = Counter(
            (place, each.thread_ts)
            for place in CHANNELS.values()
            for each in messages[place]
            for _ in each.files
        )
        wanted = {
            (CHANNELS[each.channel], each.message_ts)
            for each in known
            if each.id in self.filed
        }
        self.figures.lost += len(wanted - shared.keys())
        self.figures.doubled += sum(shared.values()) - len(shared)
        self.figures.misplaced += len(shared.keys() - wanted)


async def run_crashes(plan: Plan, folder: Path) -> Figures:
    """Run *plan* with the bots' files in *folder*, and judge what came of it.

    Raises:
        TimeoutError: not everything was told in the time that the plan gives.
    """
    began = time.monotonic()
    async with start(0) as running:
        run = _Run(running, folder, plan)
        run.configure()
        try:
            await run.work()
        finally:
            run.bots.kill_all()
        figures = run.judge()
    figures.seconds = time.monotonic() - began
    return figures
