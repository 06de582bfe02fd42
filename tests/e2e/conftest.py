"""The whole bot in a process of its own, against the sandbox in another."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from sandbox.person import Person

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
SECRET = "sandbox-signing-secret"

CONFIG = """
[bot]
timezone = "Europe/Amsterdam"
fresh_for = "{fresh_for}"
[slack]
transport = "{transport}"
[http]
port = {http_port}
[sync]
every = "{every}"
[connections.lw]
provider = "lineworks"
base_url = "{url}/sim/lineworks/v1.0"
currency = "JPY"
payment_terms = "30d"
since = 2021
[connections.lw.auth]
kind = "token"
token = "lw-sandbox-token"
[connections.swo]
provider = "softwareone"
base_url = "{url}/sim/softwareone/public/v1"
token = "idt:TKN-0001-0001:sandbox"
[connections.i3d]
provider = "i3dnet"
base_url = "{url}/sim/i3dnet/v3"
token = "i3d-sandbox-key"
[[subscriptions]]
channel = "C0BILLING"
events = [
    "issued", "amended", "payment", "due_soon", "overdue", "withdrawn", "trouble",
]
"""


def environment(**more: str) -> dict[str, str]:
    """The environment without anything that would lead off this machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
        and not name.startswith(("SLACK_", "DUEBOT_"))
    }
    return {**kept, "DUEBOT_LOG": "json", "PYTHONUNBUFFERED": "1", **more}


@dataclass
class Process:
    """A process that the test started and ends, by its own id."""

    popen: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait(10)

    def stop(self) -> int:
        """Ask it to end, as an operator would; return its exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(15)


@dataclass
class Sandbox:
    """A sandbox process and its address."""

    process: Process
    url: str

    def person(self, user: str = "U0AKIKO", channel: str = "C0BILLING") -> Person:
        """Somebody at the sandbox."""
        return Person(self.url, user, channel=channel)


@dataclass
class Bots:
    """Starts `duebot run` with one configuration, again and again if need be."""

    folder: Path
    sandbox: Sandbox
    http_port: int
    started: list[Process] = field(default_factory=list)
    #: Set in the environment on top of the rest.
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where its HTTP side listens."""
        return f"http://127.0.0.1:{self.http_port}"

    def configure(
        self,
        *,
        transport: str = "socket",
        every: str = "1s",
        fresh_for: str = "5m",
        more: str = "",
    ) -> None:
        """Write the configuration file."""
        text = CONFIG.format(
            url=self.sandbox.url,
            transport=transport,
            every=every,
            fresh_for=fresh_for,
            http_port=self.http_port,
        )
        (self.folder / "duebot.toml").write_text(text + more, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """What the bot finds in its environment."""
        known = environment(
            SLACK_BOT_TOKEN="xoxb-sandbox",
            SLACK_APP_TOKEN="xapp-sandbox",
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_API_URL=f"{self.sandbox.url}/api/",
            DUEBOT_CONFIG=str(self.folder / "duebot.toml"),
        )
        return {**known, **self.more}

    def start(self) -> Process:
        """Start a bot; it is ended with the test."""
        log = self.folder / f"bot{len(self.started)}.log"
        with log.open("wb") as stream:
            popen = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=self.environment(),
                cwd=ROOT,
                stdout=stream,
                stderr=stream,
            )
        process = Process(popen, log)
        self.started.append(process)
        return process

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another `duebot` command to its end."""
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "bot", *arguments],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def ask(self, question: str, *more: str) -> dict[str, Any]:
        """Ask on the command line, for JSON."""
        result = self.run("ask", question, "--json", *more)
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    def logs(self) -> str:
        """Everything that the bots have logged."""
        return "\n".join(
            each.log.read_text(encoding="utf-8", errors="replace")
            for each in self.started
        )


def free_port() -> int:
    """Find a port that is free right now."""
    import socket  # noqa: PLC0415 - the one place that needs it

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of this test's own."""
    log = tmp_path / "sandbox.log"
    with log.open("wb") as stream:
        popen = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--quiet"],
            env=environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stream,
        )
    process = Process(popen, log)
    assert popen.stdout is not None
    try:
        line = popen.stdout.readline()
        assert line, log.read_text(encoding="utf-8")
        yield Sandbox(process, str(json.loads(line)["url"]))
    finally:
        process.stop()
        popen.stdout.close()


@pytest.fixture
def bots(tmp_path: Path, sandbox: Sandbox) -> Iterator[Bots]:
    """Bots with a configuration for this test's sandbox, Socket Mode at first."""
    folder = tmp_path / "bot"
    folder.mkdir()
    made = Bots(folder, sandbox, free_port())
    made.configure()
    yield made
    for process in made.started:
        if process.popen.poll() is None:
            process.kill()


@pytest.fixture
async def akiko(sandbox: Sandbox) -> AsyncIterator[Person]:
    """A full member who may ask."""
    async with sandbox.person() as person:
        yield person


async def until(
    found: Callable[[], Awaitable[T]], *, what: str, seconds: float = 30.0
) -> T:
    """Look again and again until *found* gives something true."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError):
            result = await found()
            if result:
                return result
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        await asyncio.sleep(0.05)


async def ready(bots: Bots, person: Person) -> None:
    """Wait until the bot has read everything and is connected to Slack."""

    async def is_ready() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{bots.url}/readyz")
        return answer.status_code == 200

    async def is_connected() -> bool:
        state = await person.get("state", **{"as": person.user})
        return bool(state["bot"]["connected"])

    await until(is_ready, what=f"readiness; {bots.logs()[-2000:]}")
    await until(is_connected, what="the connection to Slack")
