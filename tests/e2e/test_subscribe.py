"""Subscriptions made by typing, told by the whole bot, stopped by a button."""

from functools import partial
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until
from tests.e2e.inside import lines_of


async def seen(person: Person, channel: str, words: str) -> list[dict[str, Any]]:
    """Everything in a channel, private or posted, that has *words* in it."""
    return [
        one
        for one in await person.answers(channel=channel)
        if words in " ".join([one["text"], *lines_of(one["blocks"])])
    ]


async def test_a_channel_hears_what_was_ordered_until_it_is_stopped(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    find = partial(seen, akiko, "C0FINANCE")

    done = await akiko.command("/invoices", "subscribe new i3d in #finance")
    assert done["ok"], done
    [made] = await until(
        partial(seen, akiko, akiko.channel, "is on"), what=bots.logs()[-2000:]
    )
    assert "<#C0FINANCE" in made["text"]

    first = await akiko.post("world", do="issue", provider="i3dnet")
    other = await akiko.post("world", do="issue", provider="softwareone")
    await until(partial(find, str(first["number"])), what="the notice in #finance")
    told = partial(seen, akiko, "C0BILLING")
    await until(partial(told, str(other["number"])), what="the notice in #billing")

    await akiko.click(made, "Stop it")
    await until(partial(seen, akiko, akiko.channel, "is stopped"), what="the stop")
    second = await akiko.post("world", do="issue", provider="i3dnet")
    await until(partial(told, str(second["number"])), what="the notice in #billing")

    assert len(await find(str(first["number"]))) == 1
    assert await find(str(other["number"])) == []
    assert await find(str(second["number"])) == []
    assert "Traceback" not in bots.logs()


async def test_where_duebot_is_not_it_asks_to_be_invited(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    await akiko.command("/invoices", "subscribe overdue weekdays 09:00 in #general")
    [refused] = await until(
        partial(seen, akiko, akiko.channel, "/invite @Duebot"), what="the refusal"
    )
    await akiko.command("/invoices", "subscribe overdue in #partner-shared")
    await until(
        partial(seen, akiko, akiko.channel, "shared with another"), what="the refusal"
    )
    await akiko.command("/invoices", "subscribe list")
    [listed] = await until(
        partial(seen, akiko, akiko.channel, "1 subscription"), what="the list"
    )
    assert "configuration file" in listed["text"]

    await akiko.post("invite", channel="C0GENERAL")
    await akiko.click(refused, "Try again")
    [made] = await until(
        partial(seen, akiko, akiko.channel, "is on"), what="the subscription"
    )
    assert "weekdays 09:00 (Europe/Amsterdam), next on" in made["text"]


async def test_one_is_tried_first_and_then_told_in_the_direct_message(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    past = await akiko.post("world", do="issue", provider="i3dnet")
    billing = partial(seen, akiko, "C0BILLING")
    await until(partial(billing, str(past["number"])), what="the notice in #billing")

    await akiko.command("/invoices", "subscribe preview new i3d to me")
    [tried] = await until(partial(billing, "would have posted"), what="the preview")
    assert "1 message" in tried["text"]
    assert str(past["number"]) in " ".join(lines_of(tried["blocks"]))

    await akiko.click(tried, "Subscribe")
    await until(partial(billing, "is on"), what=f"the answer; {bots.logs()[-2000:]}")
    coming = await akiko.post("world", do="issue", provider="i3dnet")
    direct = partial(seen, akiko, akiko.direct)
    await until(partial(direct, str(coming["number"])), what="the direct message")
    assert await direct(str(past["number"])) == []

    await akiko.say("subscribe list", channel=akiko.direct)
    await until(partial(direct, "2 subscriptions"), what="the list")
    async with bots.sandbox.person("U0LENA") as lena:
        await lena.command("/invoices", "subscribe list")
        await until(
            partial(seen, lena, lena.channel, "1 subscription"), what="her list"
        )
    assert "Traceback" not in bots.logs()
