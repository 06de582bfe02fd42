import pytest

from bot.listeners.events import question_in

BODY = {"authorizations": [{"user_id": "U0BOT", "is_bot": True}]}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<@U0BOT> unpaid swo", "unpaid swo"),
        ("<@U0BOT>: unpaid swo", "unpaid swo"),
        ("what do we owe i3D <@U0BOT>?", "what do we owe i3D  ?"),
        ("unpaid swo <@U0BOT>", "unpaid swo"),
        ("unpaid swo", "unpaid swo"),
        ("<@U0BOT>", ""),
        ("<@U0BOT> tell <@U0LENA>", "tell <@U0LENA>"),
    ],
)
def test_the_mention_is_no_part_of_the_question(text: str, question: str) -> None:
    assert question_in(BODY, {"text": text}) == question


def test_without_authorizations_the_mention_in_front_is_known() -> None:
    assert question_in({}, {"text": "<@U0BOT> unpaid"}) == "unpaid"
