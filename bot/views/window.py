"""An answer in a window (a modal), and the choice of where to post it.

A modal takes no tables and no charts, and what is pressed in it belongs to no channel:
rows become lines, and only the buttons stay that work above any page.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.queries.wording import mark, tr
from bot.views import ids, words
from bot.views.headings import said_before, texts_before
from bot.views.kit import (
    MAX_ACTIONS,
    MAX_SECTION,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    divider,
    outside,
    section,
)
from bot.views.modal import (
    MAX_VIEW_BLOCKS,
    View,
    conversation_menu,
    input_block,
    modal,
)
from bot.views.plainer import without_card

#: Where the choice of a place stands in the window.
PLACE = "place"
#: What the buttons of a message become here.
_KEPT = {
    ids.ANSWER_PREVIOUS: ids.WINDOW_SHOW,
    ids.ANSWER_NEXT: ids.WINDOW_SHOW,
    ids.RUN_COMMAND: ids.WINDOW_SHOW,
    ids.INVOICE_DETAILS: ids.WINDOW_DETAILS,
    ids.INVOICE_LINES: ids.INVOICE_LINES,
    ids.INVOICE_HISTORY: ids.INVOICE_HISTORY,
    ids.INVOICE_WHY: ids.INVOICE_WHY,
    ids.INVOICE_PDF: ids.INVOICE_PDF,
    ids.SUBSCRIPTION_NEW: ids.SUBSCRIPTION_NEW,
    ids.SUBSCRIPTION_EDIT: ids.SUBSCRIPTION_EDIT,
}
_AS_THEY_ARE = frozenset({"section", "context", "header", "divider"})
#: So many rows of a table stand apart; more are put together.
APART = 40
#: Blocks of an answer; the rest is for the choice of a place.
_MOST = MAX_VIEW_BLOCKS - 5


def answer_view(message: Message, ref: ids.AnswerRef | None) -> View:
    """Show an answer; *ref* gives it again where it can be posted."""
    shown = list(_shown(message.blocks))[:_MOST]
    if ref is None:  # no answer to a question: nothing to post, and no other to ask
        return modal("Duebot", shown)
    again = actions("another", button(tr("Ask another question"), ids.HOME_ASK, "ask"))
    place = input_block(
        PLACE,
        tr("Post to"),
        conversation_menu(PLACE, tr("Our direct message")),
        hint=tr(
            "Left empty, it is posted to our direct message, where only you see it."
        ),
        optional=True,
    )
    return modal(
        tr("Answer"),
        [*shown, again, divider(), place],
        callback_id=ids.ANSWER_VIEW,
        submit=tr("Post"),
        metadata=ref.model_dump_json(),
    )


def posted_view(sentence: str) -> View:
    """Say what became of posting an answer; *sentence* is mrkdwn of our own."""
    return modal(tr("Answer"), [section(sentence)], close=tr("Done"))


def _shown(blocks: Sequence[Block]) -> Iterator[Block]:
    number = 0
    for block in blocks:
        match block["type"]:
            case "table" | "data_table":
                yield from _lines(block["rows"])
            case "data_visualization":
                yield context(tr("The chart is drawn where this answer is posted."))
            case "card":
                yield from _shown(without_card(block))
            case "container":
                yield from _shown(block["child_blocks"])
            case "actions":
                found = [
                    kept
                    for at, element in enumerate(block["elements"])
                    if (kept := _element(element, at))
                ]
                if found:
                    number += 1
                    yield actions(f"window{number}", *found[:MAX_ACTIONS])
            case kind if kind in _AS_THEY_ARE:
                yield _without_id(block)


def _without_id(block: Block) -> Block:
    """Drop the block's name, and a button beside it that belongs to a message."""
    kept = {name: value for name, value in block.items() if name != "block_id"}
    accessory = kept.pop("accessory", None)
    element = accessory and _element(accessory, 0)
    return {**kept, "accessory": element} if element else kept


def _element(element: Element, at: int) -> Element | None:
    kind = _KEPT.get(str(element.get("action_id", "")).partition(":")[0])
    return None if kind is None else {**element, "action_id": f"{kind}:{at}"}


def _lines(rows: Sequence[Sequence[Element]]) -> Iterator[Block]:
    """Write a table as paragraphs: one an invoice, or one for rows of the same name."""
    head, *rest = [[_text(cell) for cell in row] for row in rows]
    every = texts_before()
    texts = {heading: every[heading] for heading in map(tr, _NAMED)}
    paragraphs: list[tuple[str, list[str]]] = []
    for name, *cells in rest:
        if not paragraphs or paragraphs[-1][0] != name:
            paragraphs.append((name, []))
        paragraphs[-1][1].append(_line(head[1:], cells, texts))
    said = [
        f"*{outside(name, 100)}*"
        + ("\n" if len(lines) > 1 else " · ")
        + "\n".join(lines)
        for name, lines in paragraphs
    ]
    together = 1 if len(said) <= APART else -(-len(said) // APART)
    for first in range(0, len(said), together):
        text = "\n".join(said[first : first + together])
        yield section(cut_mrkdwn(text, MAX_SECTION))


def _line(head: Sequence[str], cells: Sequence[str], texts: Mapping[str, str]) -> str:
    """Write each cell that says something, under its heading where it needs one."""
    said = []
    for heading, cell in zip(head, cells, strict=False):
        if cell.strip(" –-"):
            shown = outside(cell, 120)
            if heading in texts and not _says_late(cell):
                shown = said_before(heading, shown, texts)
            said.append(shown)
    return " · ".join(said)


def _says_late(cell: str) -> bool:
    """Tell whether a cell says how late an invoice is: "12 days late (assumed)"."""
    digits = "".join(filter(str.isdecimal, cell))
    return bool(digits) and words.late(int(digits)) in cell


#: Columns whose cells do not say by themselves what they are.
_NAMED = (
    mark("Issued"),
    mark("Due"),
    mark("Total"),
    mark("Balance"),
    mark("Overdue"),
)


def _text(cell: Element) -> str:
    if "text" in cell:
        return str(cell["text"])
    return "".join(_leaves(cell))


def _leaves(value: Any) -> Iterator[str]:
    """Take the texts out of a rich cell."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        yield from _leaves(value.get("elements", ()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
