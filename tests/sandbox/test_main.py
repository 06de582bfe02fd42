import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from sandbox.app import Running
from sandbox.person import Person


async def begin(*options: str) -> Process:
    command = (sys.executable, "-m", "sandbox", *options)
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_listens_and_ends_when_told(number: int) -> None:
    process = await begin("--quiet")
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    assert line["url"] == f"http://127.0.0.1:{line['port']}"
    assert (line["bot_token"], line["app_token"]) == ("xoxb-sandbox", "xapp-sandbox")
    async with Person(line["url"]) as akiko:
        await akiko.say("hello")
        assert len(await akiko.messages()) == 1
    process.send_signal(number)
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, errors) == (0, b"")


async def test_a_taken_port_is_a_sentence(running: Running) -> None:
    process = await begin("--port", str(running.port))
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert errors.startswith(b"The sandbox cannot start: ")
    assert b"Traceback" not in errors
