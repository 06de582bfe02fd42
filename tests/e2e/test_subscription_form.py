"""The form of a subscription: opened, filled in, refused beside a field, changed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.app import start
from storage import subscriptions
from storage.subscriptions import Manner, Wish
from tests.e2e.inside import configured, quiet
from tests.e2e.test_home import Stage, opened, shown, staged, texts, window

ALL = ("amended", "due_soon", "issued", "overdue", "payment", "trouble", "withdrawn")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with start(paced=False) as sandbox:
        settings = configured(sandbox.url, tmp_path, subscriptions=[])
        async for each in staged(settings, sandbox):
            yield each


def filled(**fields: str | list[str]) -> dict[str, dict[str, Any]]:
    """Fill the form in: texts, an option's value, values of boxes, a channel."""
    values: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        entry: dict[str, Any] = {"value": value}
        if isinstance(value, list):
            entry = {"selected_options": value}
        elif name in {"when", "follow", "file"}:
            entry = {"selected_option": value}
        elif name == "where":
            entry = {"selected_conversation": value}
        values[name] = {name: entry}
    return values


def kept(stage: Stage) -> list[Wish]:
    return [s.wish for s in stage.bot.core.store.read(subscriptions.active)]


async def new_form(stage: Stage) -> dict[str, Any]:
    """Open the form by the button of the command without words."""
    await stage.akiko.command("/invoices", "subscribe")
    [answer] = await stage.akiko.wait_for(
        lambda found: [each for each in found if "posts news by itself" in each["text"]]
    )
    await stage.akiko.click(answer, "New subscription")
    return await window(stage.akiko, "What")


async def test_one_is_made_with_everything_that_can_be_said(stage: Stage) -> None:
    form = await new_form(stage)
    outcome = await stage.akiko.submit(
        form,
        filled(
            what=["new", "overdue"],
            time="tuesdays and fridays 16:30",
            connections=["i3d"],
            amount="over 1000 eur",
            other="-credit",
            where="C0FINANCE",
            follow="message",
            file="xlsx",
            empty=["empty"],
        ),
    )
    assert outcome["errors"] is None
    done = texts(await window(stage.akiko, "is on"))
    assert (
        "New invoices and credit notes and overdue invoices (with reminders) of i3d, "
        "no credit notes, over 1,000 EUR are posted together in <#C0FINANCE>, tuesdays "
        "and fridays 16:30 (Europe/Amsterdam), next on"
    ) in done
    assert "When there is nothing to tell, it says so" in done
    [wish] = kept(stage)
    assert wish.manner == Manner("message", even_if_empty=True, attach="xlsx")
    assert (wish.cron, wish.connections) == ("30 16 * * tue,fri", ("i3d",))

    await stage.akiko.command("/invoices", "subscribe list")
    [listed] = await stage.akiko.wait_for(
        lambda found: [each for each in found if "1 subscription" in each["text"]]
    )
    await stage.akiko.click(listed, "Edit")
    form = await window(stage.akiko, "Stop it")
    outcome = await stage.akiko.submit(form)  # as it stands: the same again
    assert outcome["errors"] is None
    assert "is changed" in texts(await window(stage.akiko, "is changed"))
    assert kept(stage) == [wish]


async def test_it_is_told_by_what_was_filled_in(stage: Stage) -> None:
    form = await new_form(stage)
    await stage.akiko.submit(form, filled(what=["new"], where="C0FINANCE", when="now"))
    await window(stage.akiko, "is on")
    issued = await stage.akiko.post("world", do="issue", provider="i3dnet")
    await stage.bot.core.syncer.sync(None)
    await quiet(stage.bot)
    told = await stage.akiko.answers("C0FINANCE")
    assert str(issued["number"]) in told[-1]["text"]


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"what": []}, "what", "required field"),
        ({"what": ["digest", "new"]}, "what", "A digest tells everything already"),
        ({"what": ["digest"], "when": "now"}, "when", "A digest comes at a time"),
        ({"what": ["new"], "time": "every 5 minutes"}, "time", "would repeat itself"),
        ({"what": ["new"], "time": "0 25 * * *"}, "time", "is no hour"),
        ({"what": ["new"], "time": "0 9 30 2 *"}, "time", "never comes"),
        ({"what": ["new"], "amount": "over eur"}, "amount", ""),
        ({"what": ["new"], "other": "list"}, "other", "don't know the word"),
        ({"what": ["new"], "other": "overdue"}, "other", "another field"),
        ({"what": ["new"], "other": "in <#C0FINANCE>"}, "other", "another field"),
        ({"what": ["new"], "other": "preview"}, "other", "another field"),
        ({"what": ["new"], "file": "csv"}, "file", "posted at a time"),
        ({"what": ["new"], "empty": ["empty"]}, "empty", "never empty"),
        ({"what": ["new"], "where": "C0GENERAL"}, "where", "/invite @Duebot"),
        ({"what": ["new"], "where": "C0PARTNER"}, "where", "another organisation"),
        ({"what": ["new"], "where": "C0NOWHERE"}, "where", "cannot post"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    stage: Stage, said: dict[str, Any], field: str, error: str
) -> None:
    form = await new_form(stage)
    outcome = await stage.akiko.submit(form, filled(**said))
    assert list(outcome["errors"]) == [field]
    assert error in outcome["errors"][field]
    assert "C0FINANCE" not in outcome["errors"][field] or field == "other"
    assert kept(stage) == []


async def test_one_is_made_edited_and_stopped_from_the_home_tab(stage: Stage) -> None:
    home = await opened(stage.akiko, having="Nothing is posted by itself yet")
    await stage.akiko.click_view(home, "New subscription")
    form = await window(stage.akiko, "What")
    await stage.akiko.submit(form, filled(what=["digest"]))
    done = await window(stage.akiko, "Everything that happens")
    assert "in our direct message, weekdays 09:00" in texts(done)
    home = await shown(stage.akiko, having="*Everything that happens*")
    await stage.akiko.click_view(home, "Edit")
    form = await window(stage.akiko, "Stop it")
    await stage.akiko.submit(form, filled(when="mondays 09:00", where="C0BILLING"))
    await window(stage.akiko, "in <#C0BILLING>, mondays 09:00")
    [wish] = kept(stage)
    assert (wish.channel, wish.cron, wish.events) == ("C0BILLING", "0 9 * * mon", ALL)
    home = await shown(stage.akiko, having="mondays 09:00")
    await stage.akiko.click_view(home, "Edit")
    form = await window(stage.akiko, "Stop it")
    await stage.akiko.click_view(form, "Stop it")
    await window(stage.akiko, "is stopped")
    assert kept(stage) == []


async def test_what_the_form_carries_is_not_trusted(stage: Stage) -> None:
    await stage.akiko.command("/invoices", "subscribe new to me")
    await stage.akiko.wait_for(
        lambda found: [each for each in found if "is on" in each["text"]]
    )
    [mine] = stage.bot.core.store.read(subscriptions.active)
    await opened(stage.lena, having="What is owed")
    home = await shown(stage.lena, having="Nothing is posted by itself yet")
    await stage.lena.click_view(home, "New subscription")
    form = await window(stage.lena, "What")
    view = stage.sandbox.workspace.view(form["id"])
    assert view is not None
    for metadata, field in (
        (f'{{"id": "{mine.id}", "channel": "{mine.wish.channel}"}}', "what"),
        (f'{{"id": "{mine.id}", "channel": "U0AKIKO"}}', "what"),
    ):
        view.body["private_metadata"] = metadata
        outcome = await stage.lena.submit(form, filled(what=["changes"]))
        assert list(outcome["errors"]) == [field]
    assert kept(stage) == [mine.wish]
    view.body["private_metadata"] = "nonsense"
    await stage.lena.submit(form, filled(what=["changes"]))
    await window(stage.lena, "This window is too old")
    assert kept(stage) == [mine.wish]


@pytest.mark.parametrize("who", ["guest", "outsider"])
async def test_who_may_not_see_figures_gets_no_form(stage: Stage, who: str) -> None:
    form = await new_form(stage)
    view = stage.sandbox.workspace.view(form["id"])
    assert view is not None
    person = getattr(stage, who)
    # The window of somebody else, submitted in their own name.
    stage.sandbox.workspace.stacks[person.user].append(view)
    await person.submit(form, filled(what=["new"]))
    assert "input" not in [block["type"] for block in view.body["blocks"]]
    assert kept(stage) == []
