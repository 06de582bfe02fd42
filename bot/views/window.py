"""An answer in a window (a modal), and the choice of where to post it.

A modal takes no tables and no charts, and what is pressed in it belongs to no channel:
rows become lines, and only the buttons stay that work above any page.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.views import ids
from bot.views.kit import (
    MAX_ACTIONS,
    MAX_SECTION,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
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

#: Where the choice of a place stands in the window.
PLACE = "place"
#: What the buttons of a message become here.
_KEPT = {
    ids.ANSWER_PREVIOUS: ids.WINDOW_SHOW,
    ids.ANSWER_NEXT: ids.WINDOW_SHOW,
    ids.RUN_COMMAND: ids.WINDOW_SHOW,
    ids.INVOICE_DETAILS: ids.WINDOW_DETAILS,
}
_AS_THEY_ARE = frozenset({"section", "context", "header", "divider"})
#: Blocks of an answer; the rest is for the choice of a place.
_MOST = MAX_VIEW_BLOCKS - 5


def answer_view(message: Message, ref: ids.AnswerRef | None) -> View:
    """Show an answer; *ref* gives it again where it can be posted."""
    shown = list(_shown(message.blocks))[:_MOST]
    again = actions("another", button("Ask another question", ids.HOME_ASK, "ask"))
    if ref is None:
        return modal("Answer", [*shown, again])
    place = input_block(
        PLACE,
        "Post to",
        conversation_menu(PLACE, "Our direct message"),
        hint="Left empty, it is posted to our direct message, where only you see it.",
        optional=True,
    )
    return modal(
        "Answer",
        [*shown, again, divider(), place],
        callback_id=ids.ANSWER_VIEW,
        submit="Post",
        metadata=ref.model_dump_json(),
    )


def posted_view(sentence: str) -> View:
    """Say what became of posting an answer; *sentence* is mrkdwn of our own."""
    return modal("Answer", [section(sentence)], close="Done")


def _shown(blocks: Sequence[Block]) -> Iterator[Block]:
    number = 0
    for block in blocks:
        match block["type"]:
            case "table" | "data_table":
                yield from _lines(block["rows"])
            case "data_visualization":
                yield context("The chart is drawn where this answer is posted.")
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
    """Write the rows of a table as lines, as many to a paragraph as fit."""
    head, *rest = [[_text(cell) for cell in row] for row in rows]
    said = ""
    for row in rest:
        line = _line(head, row)
        if len(said) + len(line) + 2 > MAX_SECTION:
            yield section(said)
            said = ""
        said += f"\n{line}" if said else line
    if said:
        yield section(said)


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    """Write a row: its name, then each cell that says something, under its heading."""
    first, *others = row
    said = [f"*{outside(first, 100)}*"]
    for heading, cell in zip(head[1:], others, strict=False):
        if cell.strip(" –-"):
            named = f"{heading.lower()} " if heading in _NAMED else ""
            said.append(f"{named}{outside(cell, 120)}")
    return "• " + " · ".join(said)


#: Columns whose cells do not say by themselves what they are.
_NAMED = frozenset({"Issued", "Due", "Total", "Balance", "Invoices", "Overdue"})


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
