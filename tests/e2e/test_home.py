"""The Home tab and the shortcuts, through the whole bot and Slack's side of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot, running_bot
from bot.flows import home as flow
from bot.settings import Settings
from sandbox.app import Running, start
from sandbox.person import Person, SandboxError
from storage.errors import StorageError
from tests.e2e.conftest import until
from tests.e2e.inside import configured, quiet

View = dict[str, Any]
LAST_YEAR = str(datetime.now(UTC).year - 1)


@dataclass
class Stage:
    """A sandbox with the bot at work in it, and its people."""

    sandbox: Running
    bot: Bot
    akiko: Person
    lena: Person
    guest: Person
    outsider: Person


def now() -> datetime:
    return datetime.now(UTC)


def settings_for(url: str, folder: Path, **tables: Any) -> Settings:
    """Configure i3D.net and SoftwareOne, read only when a test says so."""
    connections = {
        "i3d": {
            "provider": "i3dnet",
            "label": "i3D.net",
            "base_url": f"{url}/sim/i3dnet/v3",
            "token": "i3d-sandbox-key",
        },
        "swo": {
            "provider": "softwareone",
            "label": "SoftwareOne",
            "base_url": f"{url}/sim/softwareone/public/v1",
            "token": "idt:TKN-0001-0001:sandbox",
        },
    }
    return configured(url, folder, connections=connections, **tables)


async def staged(settings: Settings, sandbox: Running) -> AsyncIterator[Stage]:
    async with running_bot(settings, now=now) as bot:
        await bot.core.syncer.sync(None)
        people = [
            Person(sandbox.url, user)
            for user in ("U0AKIKO", "U0LENA", "U0GUEST", "U0OUTER")
        ]
        await people[0].connected()
        await quiet(bot)
        yield Stage(sandbox, bot, *people)
        for each in people:
            await each.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Running]:
    async with start(paced=False) as running:
        yield running


@pytest.fixture
async def stage(sandbox: Running, tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything open to everybody who is a full member."""
    settings = settings_for(sandbox.url, tmp_path)
    async for each in staged(settings, sandbox):
        yield each


@pytest.fixture
async def aging(sandbox: Running, tmp_path: Path) -> AsyncIterator[Stage]:
    """Figures are old after a second."""
    bot = {"timezone": "Europe/Amsterdam", "fresh_for": "1s"}
    settings = settings_for(sandbox.url, tmp_path, bot=bot)
    async for each in staged(settings, sandbox):
        await asyncio.sleep(1.1)
        yield each


def texts(view: View) -> str:
    """All that stands in a view."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if name in {"text", "title"} and isinstance(each, str):
                    found.append(each)
                else:
                    walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(view["blocks"])
    return "\n".join(found)


def kinds(view: View) -> list[str]:
    return [block["type"] for block in view["blocks"]]


async def shown(person: Person, *, having: str = "", lacking: str = "") -> View:
    """Wait for a Home tab that says one thing and not another."""

    async def found() -> View | None:
        home: View | None = (await person.views())["home"]
        said = "" if home is None else texts(home)
        fits = having in said and not (lacking and lacking in said)
        return home if home and fits else None

    view = await until(found, what=f"a Home tab with {having!r}", seconds=10)
    assert view is not None
    return view


async def opened(person: Person, *, having: str = "", lacking: str = "") -> View:
    """Open the Home tab."""
    await person.post("home", user=person.user, tab="home")
    return await shown(person, having=having, lacking=lacking)


async def window(person: Person, having: str) -> View:
    """Wait for a window that says something."""

    async def found() -> View | None:
        modals: list[View] = (await person.views())["modals"]
        return modals[-1] if modals and having in texts(modals[-1]) else None

    view = await until(found, what=f"a window with {having!r}", seconds=10)
    assert view is not None
    return view


async def publications(stage: Stage) -> list[dict[str, Any]]:
    return await stage.akiko.calls("views.publish")


async def test_a_member_sees_what_is_owed_what_comes_and_how_all_stands(
    stage: Stage,
) -> None:
    home = await opened(stage.lena, having="What is owed")
    said = texts(home)
    assert "EUR owed" in said
    assert "EUR overdue" in said
    assert kinds(home).count("table") == 1
    assert "data_visualization" in kinds(home)
    assert "*i3D.net* (`i3d`): " in said
    assert "documents, last read today" in said
    assert "Everything that happens" in said
    assert "Kept in the configuration file." in said
    assert "Needs an admin" not in said
    totals = await answered(stage, "/unpaid")
    balance = totals.split("balance ")[1].split(" ·")[0]
    assert f"*EUR owed*\n{balance} EUR on " in said


async def answered(stage: Stage, command: str) -> str:
    """Ask with a command, and take all that the answer says."""
    name, _, text = command.partition(" ")
    await stage.lena.command(name, text)
    answer = (await stage.lena.answers())[-1]
    return texts(answer)


async def test_the_first_visit_has_three_examples_that_run(stage: Stage) -> None:
    home = await opened(stage.akiko, having="New here?")
    row = next(b for b in home["blocks"] if b.get("block_id") == "examples")
    assert len(row["elements"]) == 3
    for element in row["elements"]:
        await stage.akiko.click_view(home, element["text"]["text"])
        await window(stage.akiko, "all connections")
    second = await opened(stage.akiko, having="What is owed", lacking="New here?")
    assert "examples" not in [b.get("block_id") for b in second["blocks"]]


async def test_an_admin_sees_what_waits_for_one(
    stage: Stage,
) -> None:
    await stage.akiko.post("faults", target="i3dnet", kind="refused")
    await stage.bot.core.syncer.sync(None)
    await stage.bot.core.store.run(
        lambda db: db.execute(
            "update outbox set state = 'uncertain', "
            "not_before = '2099-01-01T00:00:00.000000Z' where channel = 'C0BILLING'"
        )
    )
    admin = texts(await opened(stage.akiko, having="Needs an admin"))
    assert "`duebot check` says what to mend." in admin
    assert "for <#C0BILLING> may or may not have been posted" in admin
    assert "*Incomplete:* the newest figures of i3D.net are missing" in admin
    member = texts(await opened(stage.lena, having="*Incomplete:*"))
    assert "Needs an admin" not in member
    assert "may or may not" not in member
    assert "its figures are from" in member


@pytest.mark.parametrize(
    ("user", "reason"), [("guest", "not shown to guests"), ("outsider", "Figures are")]
)
async def test_who_may_not_see_figures_is_told_why_and_who_can_help(
    stage: Stage, user: str, reason: str
) -> None:
    person: Person = getattr(stage, user)
    home = await opened(person, having=reason)
    said = texts(home)
    assert "No figures here" in said
    assert "Whoever runs Duebot" in said
    assert "EUR" not in said
    assert "table" not in kinds(home)
    await person.post("shortcut", user=person.user, callback_id="ask_about_invoices")
    refused = await window(person, reason)
    assert "input" not in kinds(refused)
    await person.post(
        "shortcut",
        user=person.user,
        callback_id="find_invoices",
        channel=person.direct,
        message_ts=await person.say("F26-0000123", channel=person.direct),
    )
    answer = await person.wait_for(
        lambda found: [each for each in found if reason in each["text"]],
        channel=person.direct,
    )
    assert "EUR" not in answer[0]["text"]


async def test_a_database_that_takes_nothing_is_said_on_the_page(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StorageError("The database did not take a change (disk full).")

    with monkeypatch.context() as patched:
        patched.setattr(stage.bot.core.store, "_run", full)
        home = await opened(stage.akiko, having="database cannot be used")
        await stage.akiko.click_view(home, "Try again")
        await window(stage.akiko, "database cannot be used")
    await stage.akiko.click_view(home, "Try again")
    await shown(stage.akiko, having="What is owed")


async def test_who_can_help_is_named_where_the_configuration_names_them(
    sandbox: Running, tmp_path: Path
) -> None:
    settings = settings_for(
        sandbox.url,
        tmp_path,
        access={"users": ["U0LENA"], "admins": ["U0LENA"]},
        subscriptions=[],
    )
    async for stage in staged(settings, sandbox):
        home = texts(await opened(stage.akiko, having="not among the people"))
        assert "<@U0LENA> can say who may see figures." in home
        await opened(stage.lena, having="What is owed")


async def test_the_messages_tab_publishes_nothing(stage: Stage) -> None:
    await stage.lena.post("home", user="U0LENA", tab="messages")
    await stage.akiko.post("home", user="U0AKIKO", tab="home")
    await shown(stage.akiko, having="What is owed")
    assert (await stage.lena.views())["home"] is None


async def test_a_page_that_was_replaced_meanwhile_is_published_all_the_same(
    stage: Stage,
) -> None:
    home = await opened(stage.akiko, having="What is owed")
    # Another publication that our side knows nothing of.
    stage.sandbox.workspace.homes["U0AKIKO"].hash = "1.another"
    before = len(await publications(stage))
    await stage.akiko.click_view(home, "Refresh")

    async def settled() -> bool:
        calls = (await publications(stage))[before:]
        return bool(calls) and calls[-1]["error"] is None

    await until(settled, what="a publication", seconds=10)
    calls = (await publications(stage))[before:]
    assert calls[0]["error"] == "hash_conflict"
    assert calls[0]["args"]["hash"] == home["hash"]
    assert "hash" not in calls[1]["args"]
    assert len(calls) <= 4


async def test_old_figures_are_shown_at_once_and_replaced_when_they_are_read(
    aging: Stage,
) -> None:
    faults = {"target": "i3dnet", "kind": "slow", "seconds": 1.5, "count": 1}
    await aging.akiko.post("faults", **faults)
    began = time.monotonic()
    home = await opened(aging.akiko, having="Being read again right now: ")
    assert time.monotonic() - began < 1.2
    assert "EUR owed" in texts(home)
    after = await shown(aging.akiko, having="EUR owed", lacking="Being read again")
    assert "Incomplete" not in texts(after)


async def test_a_window_opens_at_once_and_is_filled_and_replaced(
    aging: Stage,
) -> None:
    home = await opened(aging.akiko, having="EUR owed", lacking="Being read again")
    await asyncio.sleep(1.1)
    faults = {"target": "i3dnet", "kind": "slow", "seconds": 2.5}
    await aging.akiko.post("faults", **faults)
    began = time.monotonic()
    await aging.akiko.click_view(home, "Show unpaid")
    await window(aging.akiko, "One moment")
    assert time.monotonic() - began < 1.0
    filled_in = await window(aging.akiko, "Unpaid invoices")
    assert time.monotonic() - began < 2.6
    updates = await aging.akiko.calls("views.update")

    async def replaced() -> bool:
        return len(await aging.akiko.calls("views.update")) > len(updates)

    await until(replaced, what="newer figures in the window", seconds=15)
    assert (await window(aging.akiko, "Unpaid invoices"))["id"] == filled_in["id"]


async def test_a_window_that_was_turned_meanwhile_is_left_alone(aging: Stage) -> None:
    await asyncio.sleep(1.1)
    faults = {"target": "i3dnet", "kind": "slow", "seconds": 2.0}
    await aging.akiko.post("faults", **faults)
    form = await ask(aging.akiko)
    await aging.akiko.submit(form, filled(question="/invoices 2025 oldest"))
    answer = await window(aging.akiko, "Rows 1–20 of")
    await aging.akiko.click_view(answer, "Next")
    await window(aging.akiko, "Rows 21–40 of")
    await aging.bot.core.syncer.sync(None)  # that under way, and what it is followed by
    await asyncio.sleep(0.5)
    await window(aging.akiko, "Rows 21–40 of")


async def test_a_page_on_the_screen_follows_what_a_sync_brings(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(flow, "PAUSE_SECONDS", 1.0)
    await opened(stage.akiko, having="What is owed")
    issued = await stage.akiko.post("world", do="issue", provider="i3dnet")
    before = len(await publications(stage))
    await stage.bot.core.syncer.sync(None)
    await shown(stage.akiko, having=issued["number"])
    await asyncio.sleep(0.3)
    assert len(await publications(stage)) == before + 1


async def test_a_workspace_without_tables_and_charts_gets_the_page_in_lines(
    sandbox: Running, tmp_path: Path
) -> None:
    refused = frozenset({"table", "data_table", "data_visualization"})
    sandbox.workspace.refused_blocks = refused
    async for stage in staged(settings_for(sandbox.url, tmp_path), sandbox):
        home = await opened(stage.akiko, having="Next due dates")
        assert not refused & set(kinds(home))
        assert "SoftwareOne" in texts(home).split("Next due dates")[1]
        await stage.akiko.click_view(home, "Show unpaid")
        await window(stage.akiko, "Unpaid invoices")


async def test_all_of_it_works_over_http(sandbox: Running, tmp_path: Path) -> None:
    settings = settings_for(sandbox.url, tmp_path, slack={"transport": "http"})
    async with running_bot(settings, now=now) as bot:
        await bot.core.syncer.sync(None)
        async with Person(sandbox.url, "U0AKIKO") as akiko:
            url = f"http://127.0.0.1:{bot.port}/slack/events"
            await akiko.post("request_url", url=url)
            home = await opened(akiko, having="What is owed")
            await akiko.click_view(home, "Show overdue")
            await window(akiko, "Overdue invoices")
            form = await ask(akiko)
            wrong = await akiko.submit(form, filled(question="/unpaid softwareon"))
            assert "/unpaid swo" in wrong["errors"]["question"]
            await akiko.submit(form, filled(question="/unpaid swo"))
            await akiko.submit(await window(akiko, "Unpaid invoices · swo"))
            await window(akiko, "Posted in our direct message.")


async def test_an_event_that_is_delivered_again_publishes_nothing(
    stage: Stage,
) -> None:
    await opened(stage.akiko, having="What is owed")
    calls = len(await publications(stage))
    outcome = await stage.akiko.post("replay")
    assert outcome["ok"]
    await asyncio.sleep(0.5)
    assert len(await publications(stage)) == calls


async def test_a_window_from_the_page_turns_pages_and_opens_details(
    stage: Stage,
) -> None:
    home = await opened(stage.akiko, having="What is owed")
    await stage.akiko.click_view(home, "Show months")
    months = await window(stage.akiko, "by month")
    assert "The chart is drawn" not in texts(months)
    await stage.akiko.click_view(months, "Show invoices")
    listed = await window(stage.akiko, "Rows 1–20 of")
    await stage.akiko.click_view(listed, "Next")
    second = await window(stage.akiko, "Rows 21–40 of")
    menu = next(
        e
        for b in second["blocks"]
        for e in b.get("elements", ())
        if e.get("action_id", "").startswith("window_details")
    )
    await stage.akiko.click_view(
        second, "Details of …", selected_option=menu["options"][0]
    )
    details = await window(stage.akiko, "Amounts")
    assert details["previous_view_id"] == second["id"]
    assert menu["options"][0]["text"]["text"].split(" · ")[0] in texts(details)


async def test_the_other_questions_of_an_answer_are_asked_in_its_window(
    stage: Stage,
) -> None:
    home = await opened(stage.akiko, having="What is owed")
    await stage.akiko.click_view(home, "Show overdue")
    overdue = await window(stage.akiko, "Overdue invoices · all connections")
    menu = next(
        block["accessory"]
        for block in overdue["blocks"]
        if block.get("accessory", {}).get("type") == "static_select"
    )
    groups = menu.get("option_groups") or [{"options": menu["options"]}]
    options = [option for group in groups for option in group["options"]]
    other = next(each for each in options if "/unpaid" in each["value"])
    await stage.akiko.click_view(
        overdue, menu["placeholder"]["text"], selected_option=other
    )
    answer = await window(stage.akiko, "Unpaid invoices")
    assert answer["id"] == overdue["id"]


async def test_an_invoice_of_the_page_is_cared_for_and_the_page_says_so(
    stage: Stage,
) -> None:
    home = await opened(stage.lena, having="Next due dates")
    menu = next(
        element
        for block in home["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith("home_details")
    )
    first = menu["options"][0]
    number = first["text"]["text"].split(" · ")[0]
    await stage.lena.click_view(home, "home_details:1", selected_option=first)
    details = await window(stage.lena, "Amounts")
    await stage.lena.click_view(details, "Snooze")
    form = await window(stage.lena, "Choose a day")
    block = next(b for b in form["blocks"] if b.get("element", {}).get("options"))
    entry = {
        "type": "static_select",
        "selected_option": block["element"]["options"][-1],
    }
    name = block["block_id"]
    outcome = await stage.lena.submit(
        form, {name: {block["element"]["action_id"]: entry}}
    )
    assert outcome["ok"]
    after = await opened(stage.lena, having="*Snoozed*")
    assert number in texts(after).split("*Snoozed*")[1].split("*")[0]


async def test_an_admin_has_the_settings_at_hand(stage: Stage) -> None:
    home = await opened(stage.akiko, having="What is owed")
    await stage.akiko.click_view(home, "Settings")
    settings = await window(stage.akiko, "date")
    assert "input" not in kinds(settings)  # it is no answer to post
    member = await opened(stage.lena, having="What is owed")
    with pytest.raises(SandboxError, match=r"no .Settings. here"):
        await stage.lena.click_view(member, "Settings")


async def test_a_subscription_is_stopped_from_the_page(stage: Stage) -> None:
    await stage.lena.command("/invoices", "subscribe overdue")
    home = await opened(stage.lena, having="Overdue invoices (with reminders)")
    await stage.lena.click_view(home, "Stop")
    after = await shown(
        stage.lena,
        having="is stopped",
        lacking="*Overdue invoices (with reminders)*",
    )
    assert "In <#C0BILLING>" in texts(after)  # that of the configuration file is left


async def ask(person: Person) -> View:
    """Open the form by the shortcut, and say what is to be filled in."""
    await person.post("shortcut", user=person.user, callback_id="ask_about_invoices")
    return await window(person, "Your question")


def filled(**fields: str) -> dict[str, dict[str, Any]]:
    """Fill in the form: words for the question, an option's value for a menu."""
    values: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        entry: dict[str, Any] = {"type": "plain_text_input", "value": value}
        if name != "question":
            option = {"text": {"type": "plain_text", "text": value}, "value": value}
            entry = {"type": "static_select", "selected_option": option}
        values[name] = {name: entry}
    return values


async def test_a_question_is_answered_in_the_form_and_posted_where_wanted(
    stage: Stage,
) -> None:
    akiko = stage.akiko
    form = await ask(akiko)
    outcome = await akiko.submit(form, filled(question="what do we owe i3D?"))
    assert outcome["errors"] is None
    answer = await window(akiko, "Unpaid invoices · i3d")
    assert answer["id"] == form["id"]
    assert "*F26-" in texts(answer)
    outcome = await akiko.submit(answer)
    done = await window(akiko, "Posted in our direct message.")
    assert "input" not in kinds(done)
    posted = (await akiko.answers(akiko.direct))[-1]
    assert "Unpaid invoices" in posted["text"]
    assert "data_table" in [block["type"] for block in posted["blocks"]]

    form = await ask(akiko)
    await akiko.submit(form, filled(status="overdue", connection="i3d"))
    answer = await window(akiko, "Overdue invoices · i3d")
    place = {"type": "conversations_select", "selected_conversation": "C0BILLING"}
    await akiko.submit(answer, {"place": {"place": place}})
    await window(akiko, "Posted in <#C0BILLING>.")
    public = [each for each in await akiko.answers() if not each["ephemeral"]]
    assert "Overdue invoices" in public[-1]["text"]


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({}, "question", "Type a question"),
        ({"question": "/unpaid i3dd"}, "question", "/unpaid i3d"),
        ({"question": "/invoices 2021 13"}, "question", "There is no month 13"),
        ({"question": "/invoices 2021", "period": LAST_YEAR}, "period", "another"),
        ({"question": "/unpaid", "status": "paid"}, "status", "paid"),
        ({"question": "/invoices subscribe new"}, "question", "an order"),
    ],
)
async def test_what_is_not_understood_is_said_beside_its_field(
    stage: Stage, said: dict[str, str], field: str, error: str
) -> None:
    form = await ask(stage.akiko)
    outcome = await stage.akiko.submit(form, filled(**said))
    assert list(outcome["errors"]) == [field]
    assert error in outcome["errors"][field]


async def test_a_menu_that_says_something_else_than_it_offered_is_read_as_words(
    stage: Stage,
) -> None:
    form = await ask(stage.akiko)
    view = stage.sandbox.workspace.view(form["id"])
    assert view is not None
    menu = next(b for b in view.body["blocks"] if b.get("block_id") == "period")
    menu["element"]["options"][0]["value"] = "<!channel> bogus"
    outcome = await stage.akiko.submit(form, filled(period="<!channel> bogus"))
    assert list(outcome["errors"]) == ["period"]


async def test_a_file_that_the_form_asks_for_comes_into_the_direct_message(
    stage: Stage,
) -> None:
    form = await ask(stage.akiko)
    await stage.akiko.submit(form, filled(question="/unpaid as csv"))
    await window(stage.akiko, "Unpaid invoices")

    async def came() -> bool:
        messages = await stage.akiko.messages(stage.akiko.direct)
        threads = [await stage.akiko.thread(m) for m in messages if m["reply_count"]]
        return any(e["files"] for each in [messages, *threads] for e in each)

    await until(came, what="the file", seconds=15)


async def test_a_shared_channel_gets_no_figures_from_the_form(stage: Stage) -> None:
    form = await ask(stage.akiko)
    await stage.akiko.submit(form, filled(question="/unpaid"))
    answer = await window(stage.akiko, "Unpaid invoices")
    place = {"type": "conversations_select", "selected_conversation": "C0PARTNER"}
    outcome = await stage.akiko.submit(answer, {"place": {"place": place}})
    assert "shared with another organisation" in outcome["errors"]["place"]
    place["selected_conversation"] = "C0NOWHERE"
    outcome = await stage.akiko.submit(answer, {"place": {"place": place}})
    assert "I show none" in outcome["errors"]["place"]
    assert not [
        each
        for each in await stage.akiko.calls("chat.postMessage")
        if each["args"]["channel"] in {"C0PARTNER", "C0NOWHERE"}
    ]


async def test_a_channel_that_shows_counts_gets_counts_from_the_form(
    stage: Stage,
) -> None:
    await stage.akiko.command("/invoices", "settings privacy counts")
    form = await ask(stage.akiko)
    await stage.akiko.submit(form, filled(question="/unpaid"))
    answer = await window(stage.akiko, "EUR")
    place = {"type": "conversations_select", "selected_conversation": "C0BILLING"}
    await stage.akiko.submit(answer, {"place": {"place": place}})
    await window(stage.akiko, "Posted in <#C0BILLING>.")
    posted = [e for e in await stage.akiko.answers() if not e["ephemeral"]][-1]
    assert "unpaid" in posted["text"].lower()
    assert "EUR" not in posted["text"] + texts(posted)


async def test_the_same_answer_is_posted_in_a_place_once(stage: Stage) -> None:
    form = await ask(stage.akiko)
    await stage.akiko.submit(form, filled(question="/unpaid"))
    answer = await window(stage.akiko, "Unpaid invoices")
    view = stage.sandbox.workspace.view(answer["id"])
    assert view is not None
    body = view.body
    for _ in range(2):
        await stage.akiko.submit(answer)
        await window(stage.akiko, "osted in our direct message.")
        view.body = body  # as if the second came before the first was answered
    posts = await stage.akiko.calls("chat.postMessage")
    assert len([e for e in posts if e["args"]["channel"] == stage.akiko.direct]) == 1


async def test_what_a_window_carries_is_not_trusted(stage: Stage) -> None:
    form = await ask(stage.akiko)
    await stage.akiko.submit(form, filled(question="/unpaid"))
    answer = await window(stage.akiko, "Unpaid invoices")
    view = stage.sandbox.workspace.view(answer["id"])
    assert view is not None
    view.body["private_metadata"] = '{"command": "/unpaid", "page": -1}'
    await stage.akiko.submit(answer)
    await window(stage.akiko, "This window is too old. Ask again.")


async def find(stage: Stage, text: str, **where: str) -> list[dict[str, Any]]:
    """Use the shortcut on a message of Lena's; give Akiko's private answers."""
    ts = await stage.lena.say(text, channel=where.get("channel"), **_thread(where))
    before = len(await stage.akiko.answers(where.get("channel")))
    await stage.akiko.post(
        "shortcut",
        user="U0AKIKO",
        callback_id="find_invoices",
        channel=where.get("channel", "C0BILLING"),
        message_ts=ts,
    )
    in_thread = "thread_ts" in where
    found: list[dict[str, Any]] = await stage.akiko.wait_for(
        lambda shown: [e for e in shown if e["bot"]][0 if in_thread else before :],
        channel=where.get("channel"),
        thread=where.get("thread_ts"),
    )
    return found


def _thread(where: dict[str, str]) -> dict[str, str]:
    return {"thread_ts": where["thread_ts"]} if "thread_ts" in where else {}


async def numbers(stage: Stage) -> list[str]:
    rows = stage.bot.core.store.read(
        lambda db: db.execute(
            "select number from invoices order by issued_on desc limit 3"
        ).fetchall()
    )
    return [number for (number,) in rows]


async def test_one_invoice_in_a_message_is_shown_privately(stage: Stage) -> None:
    first, *_ = await numbers(stage)
    spaced = first.replace("-", " ").lower()
    [card] = await find(stage, f"Can you check {spaced}, please? It is from 2026.")
    assert card["ephemeral"]
    assert first in card["text"]
    assert "Amounts" in texts(card)


async def test_several_are_listed_with_details(stage: Stage) -> None:
    first, second, _ = await numbers(stage)
    [listed] = await find(stage, f"{first} and {second}; {first} again")
    assert texts(listed).startswith("*2 invoices mentioned in this message*")
    await stage.akiko.click(listed, "Details")
    await window(stage.akiko, "Amounts")


async def test_none_says_what_looked_like_one_and_how_to_ask(stage: Stage) -> None:
    first, *_ = await numbers(stage)
    wrong = first[:-1] + ("0" if first[-1] != "0" else "1") + "9"
    [unknown] = await find(stage, f"and {wrong}, due 2026-11-30, 1,234.50 EUR?")
    assert f"`{wrong}` looks like a number; closest: " in unknown["text"]
    assert "2026-11-30" not in unknown["text"]
    [nothing] = await find(stage, "lunch?")
    assert nothing["text"].startswith("Nothing in this message looks like")


async def test_in_a_thread_the_answer_is_in_the_thread(stage: Stage) -> None:
    first, *_ = await numbers(stage)
    parent = await stage.lena.say("the invoice?")
    await find(stage, f"{first}!", thread_ts=parent)
    thread = await stage.akiko.thread(parent, "C0BILLING")
    assert thread[-1]["ephemeral"]
    assert first in thread[-1]["text"]


async def test_where_duebot_is_no_member_and_nothing_is_known_it_refuses(
    stage: Stage,
) -> None:
    first, *_ = await numbers(stage)
    [refused] = await find(stage, first, channel="C0PARTNER")
    assert "shared with another organisation" in refused["text"]
    [card] = await find(stage, first, channel="C0GENERAL")
    assert first in card["text"]
