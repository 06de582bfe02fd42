"""The menu beside an answer: each part of its question changed with one click."""

from collections.abc import Sequence

from bot.queries.changes import Change
from bot.queries.wording import tr
from bot.views import ids
from bot.views.kit import (
    MAX_ACTIONS,
    MAX_BUTTON,
    MAX_OPTION_VALUE,
    Element,
    button,
    grouped_select,
    plain,
)

#: Not a number, which the buttons of an answer have behind this.
MENU = f"{ids.RUN_COMMAND}:0"
#: Buttons are numbered from here, after those that answers have of their own.
_FIRST = 20


def change_elements(
    changes: Sequence[Change],
) -> tuple[Element | None, list[Element]]:
    """Make the menu of *changes*, and a button for each that does not fit into one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    longer: list[Element] = []
    for each in changes:
        value = ids.answer_value(each.command)
        if len(value) <= MAX_OPTION_VALUE:
            groups.setdefault(each.slot, []).append((each.label, value))
        elif len(longer) < MAX_ACTIONS:
            action_id = f"{ids.RUN_COMMAND}:{_FIRST + len(longer)}"
            longer.append(button(plain(each.label, MAX_BUTTON), action_id, value))
    if not groups:
        return None, longer
    return grouped_select(tr("Ask instead …"), MENU, [*groups.items()]), longer
