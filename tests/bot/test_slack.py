"""Calls to Slack when what comes back is not Slack's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web

from bot.flows.access import LookupFailedError
from bot.flows.post import Busy, Target, Unknown, post, search
from bot.slack import Slack, SlackDirectory, SlackError, make_client

NOT_SLACKS = {
    "a page with status 500": (500, "text/html", "<html>Oops</html>"),
    "plain text with status 500": (500, "text/plain", "oops"),
    "nothing with status 502": (502, "text/html", ""),
    "a page with status 200": (200, "text/html", "<html>log in</html>"),
    "plain text with status 200": (200, "text/plain", "log in"),
    "JSON cut short": (200, "application/json", '{"ok": tr'),
    "a list": (200, "application/json", "[1]"),
    "null": (200, "application/json", "null"),
}


@pytest.fixture(params=list(NOT_SLACKS.values()), ids=list(NOT_SLACKS))
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Slack]:
    """Calls that are answered by something in between."""
    status, kind, text = request.param

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, content_type=kind, text=text)

    app = web.Application()
    app.router.add_route("*", "/{method:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        client = make_client(token="xoxb-1", api_url=url, session=session)
        yield Slack(client, session)
    await runner.cleanup()


async def test_it_is_no_answer(slack: Slack) -> None:
    with pytest.raises(SlackError) as caught:
        await slack.call("chat.postMessage", {"channel": "C1"})
    assert caught.value.code == "no_answer"


async def test_who_cannot_be_looked_up_is_nobody(slack: Slack) -> None:
    directory = SlackDirectory(slack, team=lambda: "T1")
    with pytest.raises(LookupFailedError):
        await directory.person("U1")


async def test_nobody_knows_what_became_of_a_delivery(slack: Slack) -> None:
    target = Target("d1", "C1")
    assert isinstance(await post(slack.client, target, text="x"), Unknown)
    since = datetime(2026, 11, 21, tzinfo=UTC)
    found = await search(slack.client, target, since=since, after=None)
    assert isinstance(found, Busy)


async def test_who_is_who_is_remembered_for_ten_minutes_and_no_longer() -> None:
    asked: list[str] = []
    clock = 0.0

    async def answer(request: web.Request) -> web.Response:
        asked.append(str((await request.post())["user"]))
        return web.json_response({"ok": True, "user": {"id": asked[-1]}})

    app = web.Application()
    app.router.add_post("/users.info", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        client = make_client(token="xoxb-1", api_url=url, session=session)
        slack = Slack(client, session)
        directory = SlackDirectory(slack, team=lambda: "T1", clock=lambda: clock)
        for moment, user in ((0, "U1"), (300, "U2"), (599, "U1"), (600, "U3")):
            clock = moment
            await directory.person(user)
        assert asked == ["U1", "U2", "U3"]
        assert directory.remembered == 2
        for moment, user in ((600, "U1"), (899, "U2"), (900, "U2")):
            clock = moment
            await directory.person(user)
        assert asked == ["U1", "U2", "U3", "U1", "U2"]
    await runner.cleanup()
