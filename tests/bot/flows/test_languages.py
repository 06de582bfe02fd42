"""Replies in the language of whoever reads, however they are made and kept."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from bot.flows.access import Access, AccessRule, LookupFailedError, Person
from bot.flows.care import Caring, Wanted
from bot.flows.reply import Asker
from bot.slack import Slack, SlackDirectory, SlackError
from bot.views import words
from storage.store import Store
from tests.bot.flows.test_access import KnownDirectory
from tests.bot.queries.language import Marked
from tests.bot.queries.sampling import NOW, Replying, keep_samples
from tests.storage.made import invoice, keep

LANGUAGE = "eo"


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch) -> Iterator[words.Speech]:
    """A locale whose catalogue writes every text of ours between stars."""
    found = {LANGUAGE: Marked()}
    monkeypatch.setattr(words, "_texts", found.get)
    words._speech.cache_clear()
    with words.speaking(words.configured("en")):
        yield words.configured(LANGUAGE)
    words._speech.cache_clear()


async def choices_of(store: Store, locale: str) -> list[str]:
    """List what the menu beside an answer offers."""
    reply = await Replying(store, locale=locale).to("/unpaid swo")
    return [
        option["text"]["text"]
        for block in reply.message.blocks
        for group in block.get("accessory", {}).get("option_groups", ())
        for option in group["options"]
    ]


@pytest.mark.usefixtures("language")
async def test_what_can_be_asked_instead_crosses_no_languages(store: Store) -> None:
    await keep_samples(store)
    ours, theirs = await choices_of(store, "en"), await choices_of(store, LANGUAGE)
    assert "All connections" in ours
    assert theirs == [f"*{each}*" for each in ours]
    assert await choices_of(store, "en") == ours


@pytest.mark.usefixtures("language")
async def test_a_name_that_is_looked_for_aside_is_refused_in_it(store: Store) -> None:
    await keep_samples(store)
    reply = await Replying(store, locale=LANGUAGE).to("/unpaid for contso")
    assert reply.message.text.startswith("*No customer is called `contso`.* *Closest:")


async def test_a_deed_is_told_in_it_from_the_thread_of_the_database(
    store: Store, language: words.Speech
) -> None:
    await store.run(keep, [invoice("1", number="F1")])
    caring = Caring(store=store, now=lambda: NOW, zone=ZoneInfo("UTC"))
    wanted = Wanted(deed="acknowledge", connection="i3d", id="1")
    with words.speaking(language):
        first = await caring.do(wanted, by="U1")
        again = await caring.do(wanted, by="U1")
    other = await caring.do(wanted, by="U2")
    assert first.sentence.startswith("*Acknowledged: *the invoice F1* stays silent")
    assert again.sentence == "*You acknowledged *the invoice F1* already.*"
    assert other.sentence == "<@U1> acknowledged the invoice F1 already."


class Foreign(KnownDirectory):
    """Knows a guest who reads another language, and a channel that is not known."""

    async def person(self, user: str) -> Person:
        return Person(user, guest=user == "U2", outsider=False, locale=LANGUAGE)


@pytest.mark.usefixtures("language")
async def test_who_may_not_ask_reads_why_in_their_language(store: Store) -> None:
    replying = Replying(store)
    replying.replies._access = Access(rule=AccessRule(), directory=Foreign())
    refused = await replying.replies.refusal(Asker("U2", "C1"))
    assert refused is not None
    assert refused.startswith("*Figures are not shown to guests.")


async def test_what_slack_does_not_say_is_said_in_it(
    language: words.Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> dict[str, object]:
        raise SlackError("fatal_error")

    monkeypatch.setattr(Slack, "call", refuse)
    slack = Slack.__new__(Slack)  # its calls are refused, so it needs nothing
    directory = SlackDirectory(slack, team=lambda: None)
    with pytest.raises(LookupFailedError, match=r"^Slack answered fatal_error$"):
        await directory.person("U1")
    access = Access(rule=AccessRule(), directory=directory)
    with words.speaking(language):
        assert await access.refusal(user="U1", channel="C1") == (
            "*I cannot check whether you may see figures here (*Slack answered "
            "fatal_error*), so I show none. Try again in a minute. An admin can look "
            "for the cause with `duebot check`.*"
        )
