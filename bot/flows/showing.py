"""Any answer as its message; of lists, the same message while nothing changes."""

from typing import assert_never

from bot.answers.model import (
    Answer,
    Changes,
    HelpWanted,
    InvoiceList,
    NoSuchInvoice,
    OneInvoice,
)
from bot.views import words
from bot.views.changes import changes_message
from bot.views.help import help_message
from bot.views.invoice import invoice_message, no_such_invoice_message
from bot.views.kit import Message
from bot.views.listing import Setting, listing_message

#: Messages that are kept for whoever asks the same.
MOST_SHOWN = 200


class Shown:
    """Messages of lists, made once while the answer and its age in words stay."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str, bool, str, str], tuple[Answer, Message]] = {}

    def message(self, answer: Answer, setting: Setting) -> Message:
        """Show *answer*; nobody may change the blocks that come back."""
        if not isinstance(answer, InvoiceList):
            return answer_message(answer, setting)
        # Of the time that it is, a message says only how old its figures are.
        ages = [words.ago(each.as_of, setting.now) for each in answer.freshness]
        key = (
            id(answer),
            setting.command,
            setting.shared,
            words.spoken_locale(),
            "\n".join(ages),
        )
        made = self._made.get(key)
        if made is not None and made[0] is answer:
            return made[1]
        message = answer_message(answer, setting)
        if len(self._made) >= MOST_SHOWN:
            self._made.clear()
        self._made[key] = (answer, message)
        return message


def answer_message(answer: Answer, setting: Setting) -> Message:
    """Show any answer."""
    match answer:
        case InvoiceList():
            return listing_message(answer, setting)
        case OneInvoice():
            return invoice_message(answer, setting)
        case NoSuchInvoice():
            return no_such_invoice_message(answer, setting)
        case Changes():
            return changes_message(answer, setting)
        case HelpWanted(topic=topic):
            return help_message(topic, today=setting.today)
        case _:
            assert_never(answer)
