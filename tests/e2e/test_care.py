"""What people do about invoices, through the whole bot, and how messages show it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import Bot
from bot.settings import Settings
from sandbox.app import Running, start
from sandbox.person import Person
from sandbox.world.deeds import do
from storage import care, notices, outbox
from tests.e2e.conftest import until
from tests.e2e.inside import EVERYTHING, at_work, configured, lines_of, quiet

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Shown = dict[str, Any]


@dataclass
class Stage:
    """The bot at work in the sandbox, two people, and an invoice that was told of."""

    sandbox: Running
    bot: Bot
    akiko: Person
    lena: Person
    number: str

    @property
    def paper(self) -> Any:
        papers = self.sandbox.world.papers("i3dnet")
        return next(each for each in papers if each.number == self.number)

    @property
    def today(self) -> date:
        return self.sandbox.clock.now().astimezone(AMSTERDAM).date()

    def standing(self) -> care.Standing:
        store = self.bot.core.store
        [row] = store.read(
            lambda db: db.execute(
                "select connection, id from invoices where number = ?", [self.number]
            ).fetchall()
        )
        return store.read(care.standing, *row)

    async def sync(self, *, times: int = 1) -> None:
        for _ in range(times):
            await self.bot.core.syncer.sync(None)
        await quiet(self.bot)

    async def happen(self, deed: str, **more: str) -> None:
        do(self.sandbox.world, deed, provider="i3dnet", number=self.number, **more)
        await self.sync()

    async def move(self, days_late: int) -> None:
        """Let it be so many days after the due date, at noon."""
        assert self.paper.due_on is not None
        day = self.paper.due_on + timedelta(days=days_late)
        await self.go_to(day)

    async def go_to(self, day: date) -> None:
        self.sandbox.clock.to(datetime.combine(day, time(12), AMSTERDAM))
        await self.sync()

    async def notice(self) -> Shown:
        """The first message that was told of the invoice in the channel."""

        async def found() -> list[Shown]:
            return [
                each
                for each in await self.akiko.answers()
                if self.number in each["text"] and each.get("metadata")
            ]

        return (await until(found, what="the notice"))[0]

    async def told(self) -> list[str]:
        """How every message and reply about the invoice begins, in the channel."""
        await quiet(self.bot)
        messages = self.sandbox.workspace.messages["C0BILLING"]
        return [
            f"{'  ' if each.is_reply else ''}{each.text.split(self.number)[0].strip()}"
            for each in sorted(messages, key=lambda each: float(each.ts))
            if self.number in each.text and each.metadata
        ]

    async def heard(self, person: Person, words: str) -> Shown:
        """Wait for what only that person is told."""

        async def found() -> list[Shown]:
            shown = await person.answers()
            return [each for each in shown if words in each["text"]]

        return (await until(found, what=f"{words!r} to {person.user}"))[-1]

    async def shows(self, *words: str) -> str:
        """Wait until the first message of the invoice says all of that."""

        async def found() -> str:
            text = "\n".join(lines_of((await self.notice())["blocks"]))
            return text if all(each in text for each in words) else ""

        return await until(found, what=f"a message that shows {words}")


def settings_for(url: str, folder: Path, *, follow: str = "thread") -> Settings:
    subscription = {"channel": "C0BILLING", "events": EVERYTHING, "follow": follow}
    return configured(url, folder, subscriptions=[subscription])


async def staged(
    sandbox: Running, folder: Path, *, follow: str = "thread"
) -> AsyncIterator[Stage]:
    settings = settings_for(sandbox.url, folder, follow=follow)
    async with at_work(settings, now=sandbox.clock.now) as bot:
        akiko, lena = Person(sandbox.url, "U0AKIKO"), Person(sandbox.url, "U0LENA")
        await akiko.connected()
        number = do(sandbox.world, "issue", provider="i3dnet")
        stage = Stage(sandbox, bot, akiko, lena, number)
        await stage.sync()
        yield stage
        await akiko.close()
        await lena.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Running]:
    async with start(paced=False) as running:
        yield running


@pytest.fixture
async def stage(sandbox: Running, tmp_path: Path) -> AsyncIterator[Stage]:
    async for each in staged(sandbox, tmp_path):
        yield each


@pytest.mark.parametrize(
    ("follow", "told"),
    [
        (
            "thread",
            [
                "✓ Paid: invoice",
                "  Invoice amended:",
                "  Overdue: invoice",
                "  Paid: invoice",
            ],
        ),
        ("update", ["✓ Paid: invoice"]),
        (
            "message",
            # With time comes more than one piece of news, which is one message.
            ["New invoice", "Invoice amended:", "News from i3D.net", "Paid: invoice"],
        ),
    ],
)
async def test_a_life_as_each_channel_follows_it(
    sandbox: Running, tmp_path: Path, follow: str, told: list[str]
) -> None:
    async for stage in staged(sandbox, tmp_path, follow=follow):
        await stage.shows("New invoice")
        await stage.happen("amend")
        await stage.move(1)
        mine = [
            each
            for each in await stage.akiko.answers()
            if stage.number in each["text"] and "care_acknowledge" in str(each)
        ]
        last = mine[-1 if follow == "message" else 0]
        await stage.akiko.click(last, "Acknowledge")
        await stage.heard(stage.akiko, "Acknowledged:")
        await quiet(stage.bot)
        if follow != "message":
            text = await stage.shows("Overdue", "Amended: total", "Acknowledged by")
            assert "<@U0AKIKO>" in text
        await stage.move(40)  # reminders are silent
        await stage.happen("pay")
        shown = [
            "✓ Paid: invoice" if each.startswith("✓") else each.partition(":  ")[0]
            for each in await stage.told()
        ]
        shown = [
            "News from i3D.net" if each.startswith("News") else each for each in shown
        ]
        assert shown == told
        messages = sandbox.workspace.messages["C0BILLING"]
        named = [
            each.metadata["event_payload"]["delivery"]
            for each in messages
            if each.metadata
        ]
        assert len(named) == len(set(named))
        assert not any(each.broadcast for each in messages)
        if follow != "message":
            text = await stage.shows("✓ Paid")
            assert "Acknowledged" not in text, "it has changed"
            assert "Acknowledge" not in text, "nobody needs to any more"


async def test_buttons_on_a_notice_do_each_deed_once(stage: Stage) -> None:
    notice = await stage.notice()
    await stage.akiko.click(notice, "Acknowledge")
    await stage.heard(stage.akiko, "Acknowledged: the invoice")
    await stage.lena.click(notice, "Acknowledge")
    await stage.heard(stage.lena, "<@U0AKIKO> acknowledged")
    await stage.shows("Acknowledged by <@U0AKIKO>")

    notice = await stage.notice()
    await stage.lena.choose(notice, "care_more", "Take the acknowledgement back")
    await stage.heard(stage.lena, "Taken back")

    await stage.akiko.choose(notice, "care_more", "Assign")
    form = await stage.akiko.modal()
    await stage.akiko.submit(
        form,
        {"person": {"person": {"type": "users_select", "selected_user": "U0LENA"}}},
    )
    await stage.shows("Assigned to <@U0LENA>")
    assert "looks after" in str(await stage.akiko.modal())

    await stage.akiko.choose(await stage.notice(), "care_more", "Add a note")
    form = await top(stage.akiko, "care_note_form")
    note = "asked <them> & <@U0LENA> at https://example.com"
    await stage.akiko.submit(
        form, {"words": {"words": {"type": "plain_text_input", "value": note}}}
    )
    await stage.shows("asked &lt;them&gt; &amp; &lt;@U0LENA&gt;")
    log = stage.bot.core.store.read(care.log_of, "i3d", stage.standing().invoice)
    assert [(each.deed, each.by) for each in log] == [
        ("acknowledged", "U0AKIKO"),
        ("unacknowledged", "U0LENA"),
        ("assigned", "U0AKIKO"),
        ("noted", "U0AKIKO"),
    ]


async def top(person: Person, callback: str) -> Shown:
    """Wait for a form on top of the others."""

    async def found() -> Shown | None:
        modals = (await person.views())["modals"]
        return modals[-1] if modals and modals[-1]["callback_id"] == callback else None

    form = await until(found, what=callback)
    assert form is not None
    return form


async def test_a_snooze_from_a_form_ends_in_the_thread_once(stage: Stage) -> None:
    await stage.akiko.click(await stage.notice(), "Snooze")
    form = await top(stage.akiko, "care_snooze_form")
    assert stage.paper.due_on is not None
    until_day = stage.paper.due_on + timedelta(days=20)
    bad = await stage.akiko.submit(form, {"day": {"day": picked(stage.today)}})
    assert "not in the future" in str(bad)
    await stage.akiko.submit(form, {"day": {"day": picked(until_day)}})
    await stage.shows("Snoozed until", "<@U0AKIKO>")
    assert stage.standing().snoozed_until == until_day
    await stage.move(8)
    assert await stage.told() == ["Overdue: invoice"], "silent, and its message knows"

    await stage.go_to(until_day)
    await wakes(stage)
    thread = await stage.akiko.thread(await stage.notice())
    [woken] = [each for each in thread if "Snooze over" in each["text"]]
    assert "20 days late" in woken["text"]
    assert woken["metadata"]["event_type"] == "duebot_delivery"
    await stage.bot.core.syncer.sync(None)
    await wakes(stage)
    assert len([e for e in await stage.told() if "Snooze over" in e]) == 1
    assert stage.standing().snoozed_until is None


def picked(day: date) -> dict[str, str]:
    return {"type": "datepicker", "selected_date": day.isoformat()}


async def wakes(stage: Stage) -> None:
    """Let the job that looks for digests and snoozes come round."""
    await asyncio.sleep(0)
    from bot.flows.living import wake  # noqa: PLC0415 - what the job calls

    await wake(stage.bot.core.store, now=stage.sandbox.clock.now(), zone=AMSTERDAM)
    await quiet(stage.bot)


async def test_what_is_paid_meanwhile_does_not_wake(stage: Stage) -> None:
    day = stage.today + timedelta(days=14)
    await stage.akiko.command("/invoice", f"{stage.number} snooze 2w")
    await stage.heard(stage.akiko, "Snoozed: the invoice")
    assert stage.standing().snoozed_until == day
    await stage.happen("pay")
    assert stage.standing().snoozed_until is None, "a change ends it"
    await stage.go_to(day)
    await wakes(stage)
    assert not any("Snooze over" in each for each in await stage.told())


async def test_typed_in_private_it_wakes_in_private(stage: Stage) -> None:
    await stage.lena.command("/invoice", f"{stage.number} snooze 1w")
    await stage.heard(stage.lena, "Snoozed: the invoice")
    await stage.go_to(stage.today + timedelta(days=7))
    await wakes(stage)
    shown = await stage.lena.answers(channel=stage.lena.direct)
    assert any("Snooze over" in each["text"] for each in shown)
    assert not any("Snooze over" in each for each in await stage.told())


async def test_commands_do_and_undo_each_deed(stage: Stage) -> None:
    number, akiko = stage.number, stage.akiko
    for typed, said in (
        ("acknowledge", "Acknowledged:"),
        ("unacknowledge", "Taken back:"),
        (f"snooze {stage.today + timedelta(days=3)}", "Snoozed:"),
        ("unsnooze", "No longer snoozed:"),
        ("assign @lena", "Assigned: <@U0LENA>"),
        ("unassign", "assigned to nobody"),
        ('note "asked them"', "Noted for"),
    ):
        await akiko.command("/invoice", f"{number} {typed}")
        await stage.heard(akiko, said)
    log = stage.bot.core.store.read(care.log_of, "i3d", stage.standing().invoice)
    assert [each.deed for each in log] == [
        "acknowledged",
        "unacknowledged",
        "snoozed",
        "unsnoozed",
        "assigned",
        "unassigned",
        "noted",
    ]


async def test_mentions_and_threads_do_them_too(stage: Stage) -> None:
    notice = await stage.notice()
    await stage.akiko.say("<@U0DUEBOT> assign to me", thread_ts=notice["ts"])
    await stage.shows("Assigned to <@U0AKIKO>")
    await stage.lena.say(f"<@U0DUEBOT> acknowledge {stage.number}")
    await stage.shows("Acknowledged by <@U0LENA>")
    await stage.lena.say(f"invoice {stage.number} note seen", channel=stage.lena.direct)
    await stage.shows("Note by <@U0LENA>: seen")


async def test_whoever_may_not_ask_does_nothing(stage: Stage) -> None:
    async with Person(stage.sandbox.url, "U0GUEST") as guest:
        await guest.click(await stage.notice(), "Acknowledge")
        await stage.heard(guest, "not shown to guests")
        await guest.command("/invoice", f"{stage.number} acknowledge")
    assert stage.standing().acknowledged_by is None


async def test_two_at_once_are_told_who_was_first(stage: Stage) -> None:
    notice = await stage.notice()
    await asyncio.gather(
        stage.akiko.click(notice, "Acknowledge"),
        stage.lena.click(notice, "Acknowledge"),
    )
    await until(lambda: _logged(stage), what="the acknowledgement")
    both = [*await stage.akiko.answers(), *await stage.lena.answers()]
    texts = {each["text"] for each in both if "cknowledged" in each["text"]}
    assert len([each for each in texts if each.startswith("Acknowledged:")]) == 1


async def _logged(stage: Stage) -> bool:
    log = stage.bot.core.store.read(care.log_of, "i3d", stage.standing().invoice)
    return len(log) == 1


async def test_the_window_of_an_invoice_has_the_buttons(stage: Stage) -> None:
    await stage.akiko.click(await stage.notice(), "Details")
    window = await stage.akiko.modal()
    await stage.akiko.click_view(window, "Acknowledge")

    async def says_so() -> bool:
        return "Acknowledged by" in str((await stage.akiko.modal())["blocks"])

    await until(says_so, what="the window")
    await stage.akiko.click_view(await stage.akiko.modal(), "Snooze")
    form = await top(stage.akiko, "care_snooze_form")
    option = form["blocks"][1]["element"]["options"][0]
    await stage.akiko.submit(
        form, {"until": {"until": {"type": "static_select", "selected_option": option}}}
    )
    await stage.shows("Snoozed until")
    standing = stage.standing()
    assert standing.snooze_channel == "C0BILLING"
    assert standing.snooze_thread == (await stage.notice())["ts"]


async def test_a_message_that_is_gone_is_not_missed(stage: Stage) -> None:
    notice = await stage.notice()
    message = stage.sandbox.workspace.find("C0BILLING", notice["ts"])
    assert message is not None
    stage.sandbox.workspace.remove(message)
    do(stage.sandbox.world, "amend", provider="i3dnet", number=stage.number)
    await stage.bot.core.syncer.sync(None)

    async def told() -> bool:
        states = set(stage.bot.core.store.read(outbox.counts))
        return states <= {"done", "dropped", "failed"}

    await until(told, what="the news")
    await stage.shows("Invoice amended:")
    assert (
        len(
            stage.bot.core.store.read(
                notices.of_invoice, "i3d", stage.standing().invoice
            )
        )
        <= 1
    )


async def test_a_snooze_that_ends_while_the_bot_is_down_wakes_once(
    sandbox: Running, tmp_path: Path
) -> None:
    async for stage in staged(sandbox, tmp_path):
        await stage.akiko.say(f"<@U0DUEBOT> snooze {stage.number} 3d")
        await stage.shows("Snoozed until")
    sandbox.clock.forward(timedelta(days=4))
    for _ in range(2):
        settings = settings_for(sandbox.url, tmp_path)
        async with at_work(settings, now=sandbox.clock.now):

            async def woken() -> list[Any]:
                found = sandbox.workspace.messages["C0BILLING"]
                return [each for each in found if "Snooze over" in each.text]

            assert len(await until(woken, what="the end of the snooze")) == 1
