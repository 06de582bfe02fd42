"""What went wrong, what it means for the figures, and what to do next."""

from bot.queries.model import QueryError, Suggestion
from bot.queries.wording import mark, tr
from bot.views import ids
from bot.views.kit import (
    Element,
    Message,
    actions,
    button,
    link,
    link_button,
    outside,
    plain,
    section,
)


def query_error_message(error: QueryError) -> Message:
    """Name the word or the doubt, and offer commands that work."""
    said = outside(f"{error.problem} {error.hint}".strip(), 2_000) or tr(
        "I cannot read that."
    )
    blocks = [section(said)]
    if error.suggestions:
        blocks.append(
            actions(
                "suggestions",
                *(
                    _suggested(number, each)
                    for number, each in enumerate(error.suggestions, 1)
                ),
            )
        )
    commands = [f"`{outside(each.command, 200)}`" for each in error.suggestions]
    if not commands:
        return Message(said, blocks)
    hint = tr("Try {commands}.", commands=", ".join(commands))
    return Message(f"{said} {hint}", blocks)


def _suggested(number: int, suggestion: Suggestion) -> Element:
    label = plain(suggestion.label, 75)
    if suggestion.address is not None:
        return link_button(label, ids.OPEN_AT_PROVIDER, suggestion.address)
    return button(
        label, f"{ids.RUN_COMMAND}:{number}", ids.answer_value(suggestion.command)
    )


def sentence_message(sentence: str, *, address: str | None = None) -> Message:
    """Say one sentence, made safe; with the *address* of something in Slack, a link."""
    said = outside(sentence, 2_000)
    shown = link(tr("Open it"), address) if address else None
    return Message(said, [section(f"{said} {shown}" if shown else said)])


def no_document(label: str, number: str, detail: str) -> str:
    """Say why a PDF does not come."""
    return tr(
        "The PDF of {number} did not come: {connection} {problem}. The invoice itself "
        "is still in the answer above; try again later.",
        number=number,
        connection=label,
        problem=detail,
    )


_UNINVITED = mark("I am not in this channel; type /invite @Duebot and try again")
#: Why Slack did not take something, and what helps.
_ADVICE = {
    "not_in_channel": _UNINVITED,
    "channel_not_found": _UNINVITED,
    "is_archived": mark("this channel is archived"),
    "restricted_action": mark("this channel does not let me post"),
    "missing_scope": mark("the Slack app lacks a scope; an admin can run duebot check"),
    "file_uploads_disabled": mark("this workspace does not allow files"),
    "ratelimited": mark("Slack wants fewer messages just now; try again in a minute"),
    "expired_trigger_id": mark("Slack's three seconds were over; press it again"),
    "not_reached": mark("Slack could not be reached; try again"),
    "upload_unknown": mark(
        "Slack did not say whether the file came, so look in the thread. Nothing "
        "is sent twice: after a minute you may ask again, and I look for it first"
    ),
    "not_shown_here": mark("files are not put into this channel (rule of privacy)"),
    "no_answer": mark("Slack did not answer; look whether it came before trying again"),
}


def slack_refused(code: str, what: str) -> str:
    """Say why Slack did not take something, and who can mend it.

    *what* is a text that is said already, and begins the sentence.
    """
    advice = tr(_ADVICE.get(code, mark("Slack answered {code}")), code=code)
    return tr("{what} did not work: {advice}.", what=what, advice=advice)


INTERNAL = mark(
    "Something went wrong inside Duebot; the log says what. No figures were changed. "
    "Try again, and tell an admin if it stays so."
)

NO_DATABASE = mark(
    "Duebot's database cannot be used at the moment; an admin finds the reason in the "
    "log. Nothing was lost. Try again later."
)
