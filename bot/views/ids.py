"""Action ids, and what the buttons and menus behind them carry.

What comes back from Slack is not trusted: it is read with `model_validate_json`, and
the right to see figures is checked again at every click.
"""

import json
import json.encoder
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.queries.care import Deed

#: Shows one invoice; the value is an `InvoiceRef`.
INVOICE_DETAILS = "invoice_details"
#: Show a part of one invoice in a window; the value is an `InvoiceRef`.
INVOICE_LINES = "invoice_lines"
INVOICE_HISTORY = "invoice_history"
INVOICE_WHY = "invoice_why"
#: Puts the official document where it was asked for; the value is an `InvoiceRef`.
INVOICE_PDF = "invoice_pdf"
#: The same for every invoice of an answer's page; the value is an `AnswerRef`.
ANSWER_PDFS = "answer_pdfs"
#: What one does with an answer; the value is an `AnswerRef`.
ANSWER_SHARE = "answer_share"
ANSWER_REFRESH = "answer_refresh"
ANSWER_PREVIOUS = "answer_previous"
ANSWER_NEXT = "answer_next"
#: Put all rows of an answer into its thread as a file; the value is an `AnswerRef`.
ANSWER_CSV = "answer_csv"
ANSWER_XLSX = "answer_xlsx"
#: Runs a command that a message suggests; the value is an `AnswerRef`.
RUN_COMMAND = "run_command"
#: A link; Slack wants the click acknowledged all the same.
OPEN_AT_PROVIDER = "open_at_provider"
#: On the Home tab: shows an answer in a window; the value is an `AnswerRef`.
HOME_SHOW = "home_show"
#: Shows one invoice in a window; the value is an `InvoiceRef`.
HOME_DETAILS = "home_details"
#: Reads everything anew and publishes the Home tab again.
HOME_REFRESH = "home_refresh"
#: Opens the form to ask with.
HOME_ASK = "home_ask"
#: Ends a subscription; the value is a `SubscriptionRef`.
HOME_STOP = "home_stop"
#: Opens the form for a new subscription, and for one there is (`SubscriptionRef`).
SUBSCRIPTION_NEW = "subscription_new"
SUBSCRIPTION_EDIT = "subscription_edit"
#: In a window with an answer: another page or question in its place (`AnswerRef`), and
#: one of its invoices above it (`InvoiceRef`).
WINDOW_SHOW = "window_show"
WINDOW_DETAILS = "window_details"
#: What people do about an invoice: silence it, until it changes or until a day; the
#: value is an `InvoiceRef`. And whatever else, chosen from a menu: a `CareRef`.
CARE_ACKNOWLEDGE = "care_acknowledge"
CARE_SNOOZE = "care_snooze"
CARE_MORE = "care_more"
#: The forms for it; each carries a `CarePlace`.
CARE_SNOOZE_VIEW = "care_snooze_form"
CARE_ASSIGN_VIEW = "care_assign_form"
CARE_NOTE_VIEW = "care_note_form"
#: The form to ask with, and the window with an answer that can be posted.
ASK_VIEW = "ask"
ANSWER_VIEW = "answer"
#: The form of a subscription; its metadata is a `FormRef`.
SUBSCRIPTION_VIEW = "subscription"
#: Shortcuts, as in manifest.yml: on a message, and everywhere.
FIND_INVOICES = "find_invoices"
ASK_ABOUT_INVOICES = "ask_about_invoices"

#: Every view that can be submitted, and every shortcut.
VIEWS = (
    ASK_VIEW,
    ANSWER_VIEW,
    SUBSCRIPTION_VIEW,
    CARE_SNOOZE_VIEW,
    CARE_ASSIGN_VIEW,
    CARE_NOTE_VIEW,
)
SHORTCUTS = (FIND_INVOICES, ASK_ABOUT_INVOICES)
#: Sends what a channel does not show to whoever presses; the value is a `PrivateRef`.
SEND_PRIVATELY = "send_privately"
#: Reads the providers again for such an answer; the value is a `PrivateRef`, too.
WITHHELD_REFRESH = "withheld_refresh"

#: Every action; several buttons of one kind in a row are told apart by ``:1``, ``:2``.
ACTIONS = (
    INVOICE_DETAILS,
    INVOICE_LINES,
    INVOICE_HISTORY,
    INVOICE_WHY,
    INVOICE_PDF,
    ANSWER_PDFS,
    ANSWER_SHARE,
    ANSWER_REFRESH,
    ANSWER_PREVIOUS,
    ANSWER_NEXT,
    ANSWER_CSV,
    ANSWER_XLSX,
    RUN_COMMAND,
    OPEN_AT_PROVIDER,
    HOME_SHOW,
    HOME_DETAILS,
    HOME_REFRESH,
    HOME_ASK,
    HOME_STOP,
    WINDOW_SHOW,
    WINDOW_DETAILS,
    SEND_PRIVATELY,
    WITHHELD_REFRESH,
    SUBSCRIPTION_NEW,
    SUBSCRIPTION_EDIT,
    CARE_ACKNOWLEDGE,
    CARE_SNOOZE,
    CARE_MORE,
)

#: Letters as they are: Slack counts characters, and ``\\u8acb`` would be six.
_quote = json.encoder.encode_basestring
Text = Annotated[str, Field(min_length=1, max_length=1_900)]


class InvoiceRef(BaseModel):
    """Which invoice a button is about: ``{"connection": …, "id": …}``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: Text
    id: Text

    def to_value(self) -> str:
        """Write it as the value of a button."""
        return invoice_value(self.connection, self.id)


class AnswerRef(BaseModel):
    """Which answer a button is about: the command that gives it, and its page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Text
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class CareRef(BaseModel):
    """What is to be done about which invoice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deed: Deed
    connection: Text
    id: Text

    def to_value(self) -> str:
        """Write it as the value of an option, which has little room."""
        return self.model_dump_json()


class CarePlace(BaseModel):
    """Which invoice a form is about, and where it was opened from.

    Without a *channel* it was opened where nothing can be posted: in a private answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: Text
    id: Text
    channel: str = Field(default="", max_length=40)
    thread: str = Field(default="", max_length=40)


class SubscriptionRef(BaseModel):
    """Which subscription a button is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text


class PrivateRef(BaseModel):
    """What a channel does not show: the key of a kept question, or a delivery's id.

    Neither says anything of what is behind it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: Text | None = None
    delivery: Text | None = None

    def to_value(self) -> str:
        """Write it as the value of a button."""
        return self.model_dump_json(exclude_none=True)


class FormRef(BaseModel):
    """Which subscription a form changes, and in which channel it was opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text | None = None
    channel: Text


def invoice_value(connection: str, invoice_id: str) -> str:
    """Write an `InvoiceRef` as a button's value, without building one."""
    return f'{{"connection": {_quote(connection)}, "id": {_quote(invoice_id)}}}'


def answer_value(command: str, page: int = 1) -> str:
    """Write an `AnswerRef` as a button's value, without building one."""
    return f'{{"command": {_quote(command)}, "page": {page}}}'
