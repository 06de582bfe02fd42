"""What happens at the providers reaches the channel by itself, once."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until


def telling(person: Person, number: object) -> Callable[[], Awaitable[list[Any]]]:
    """Make the look for messages about an invoice."""
    return partial(notices, person, str(number))


async def notices(person: Person, words: str) -> list[dict[str, Any]]:
    return [one for one in await person.answers() if words in one["text"]]


async def test_the_first_reading_is_one_message(bots: Bots, akiko: Person) -> None:
    bots.start()
    await ready(bots, akiko)

    async def told() -> list[dict[str, Any]]:
        return await akiko.answers()

    (message,) = await until(told, what="the first message")
    for label in ("LINE WORKS", "SoftwareOne", "i3D.net"):
        assert label in message["text"]
    assert message["metadata"]["event_type"] == "duebot_delivery"


async def test_what_happens_is_told_once_over_a_restart(
    bots: Bots, akiko: Person
) -> None:
    process = bots.start()
    await ready(bots, akiko)
    for provider in ("lineworks", "softwareone", "i3dnet"):
        done = await akiko.post("world", do="issue", provider=provider)
        await until(
            telling(akiko, done["number"]),
            what=f"news of {done}; {bots.logs()[-3000:]}",
        )
    assert process.stop() == 0
    paid = await akiko.post("world", do="pay", provider="i3dnet")
    bots.start()
    await ready(bots, akiko)
    await until(telling(akiko, paid["number"]), what="news of the payment")
    texts = [one["text"] for one in await akiko.answers()]
    assert len(texts) == len(set(texts))
    assert "Traceback" not in bots.logs()


async def test_many_at_once_are_one_message_with_the_rest_in_its_thread(
    bots: Bots, akiko: Person
) -> None:
    bots.configure(every="3s")
    bots.start()
    await ready(bots, akiko)
    before = len(await akiko.answers())
    await akiko.post("clock", forward="70d")

    async def digested() -> bool:
        return len(await akiko.answers()) > before

    await until(digested, what=f"the digest; {bots.logs()[-3000:]}")
    assert "Traceback" not in bots.logs()


async def test_a_stopped_bot_ends_within_ten_seconds(bots: Bots, akiko: Person) -> None:
    process = bots.start()
    await ready(bots, akiko)
    assert process.stop() == 0
    log = process.log.read_text(encoding="utf-8")
    assert '"stopped"' in log
    assert "Traceback" not in log


async def test_a_connection_that_hangs_delays_only_itself(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    await akiko.post("faults", target="lineworks", kind="hang", seconds=600)
    kept_back = await akiko.post("world", do="issue", provider="lineworks")
    await asyncio.sleep(2.5)  # it is asked, and says nothing
    for provider in ("softwareone", "i3dnet", "i3dnet"):
        done = await akiko.post("world", do="issue", provider=provider)
        await until(
            telling(akiko, done["number"]),
            what=f"news of {done}; {bots.logs()[-3000:]}",
            seconds=10,
        )
    assert not await notices(akiko, str(kept_back["number"]))
    assert "maximum number of running instances" not in bots.logs()
