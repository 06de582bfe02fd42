"""Killed at random moments, nothing is lost and nothing is told twice."""

import asyncio
import random
from collections import Counter
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until

KILLS = 20
#: LINE WORKS bills once a month; these two issue as often as one likes.
PROVIDERS = ("softwareone", "i3dnet")


async def told(person: Person) -> Counter[str]:
    """Count the channel's messages by the delivery they carry, replies too."""
    found: list[dict[str, Any]] = []
    for message in await person.answers():
        found.append(message)
        if message["reply_count"]:
            found += (await person.thread(message))[1:]
    return Counter(
        str(one["metadata"]["event_payload"]["delivery"])
        for one in found
        if one["metadata"]
    )


async def words(person: Person) -> str:
    """Everything that stands in the channel and its threads."""
    found = []
    for message in await person.answers():
        found.append(message["text"] + str(message["blocks"]))
        if message["reply_count"]:
            found += [str(reply["blocks"]) for reply in await person.thread(message)]
    return "\n".join(found)


async def test_twenty_kills_lose_nothing_and_double_nothing(
    bots: Bots, akiko: Person
) -> None:
    chance = random.Random(20211108)
    first = bots.start()
    await ready(bots, akiko)
    await until(akiko.answers, what="the first message")
    first.kill()
    numbers = []
    for turn in range(KILLS):
        process = bots.start()
        for _ in range(2):
            provider = chance.choice(PROVIDERS)
            done = await akiko.post("world", do="issue", provider=provider)
            numbers.append(str(done["number"]))
        if turn % 3 == 0:
            # The answer to a post is lost: Slack has it, the bot cannot know.
            await akiko.post(
                "faults",
                target="slack",
                kind="drop_after",
                count=1,
                method="chat.postMessage",
            )
        await asyncio.sleep(chance.uniform(0.5, 2.2))
        process.kill()
    bots.start()
    await ready(bots, akiko)

    async def everything() -> bool:
        said = await words(akiko)
        return all(number in said for number in numbers)

    await until(everything, what=f"all news; {bots.logs()[-4000:]}", seconds=60)
    await asyncio.sleep(2)
    doubled = {key: count for key, count in (await told(akiko)).items() if count > 1}
    assert doubled == {}
    said = await words(akiko)
    lost = [number for number in numbers if number not in said]
    assert lost == []
    assert "Traceback" not in bots.logs()
