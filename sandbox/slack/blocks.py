"""What Slack checks before it accepts blocks or a view.

Where descriptions of a limit differ, the smaller one is held: what passes here passes
either way. Source: Slack, Block Kit reference; Block Kit design guidance.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.slack import charts
from sandbox.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    BUTTON,
    CONTEXT_ACTIONS,
    IMAGE,
    IMAGE_FIELDS,
    IMAGE_SOURCE,
    INPUTS,
    mrkdwn,
    plain,
    text,
)
from sandbox.slack.richtext import RICH_ELEMENTS, TABLE_CELL, check_data_rows
from sandbox.slack.rules import (
    Check,
    Problem,
    Rule,
    at_least_one,
    boolean,
    by_type,
    each,
    exactly_one,
    nothing,
    nullable,
    one_of,
    shape,
    string,
    whole,
)

MESSAGE, MODAL, HOME = "message", "modal", "home"
BLOCKS_IN = {MESSAGE: 50, MODAL: 100, HOME: 100}
CELL_TEXT = 10_000
MARKDOWN_TEXT = 12_000


def _block(
    required: dict[str, Rule],
    optional: dict[str, Rule] | None = None,
    also: Check | None = None,
) -> Rule:
    named = {"block_id": string(255), **(optional or {})}
    return shape({"type": nothing, **required}, named, also=also)


def _collapsing(at: str, value: dict[str, Any]) -> Iterator[Problem]:
    yield from exactly_one("title", "rich_text_title")(at, value)
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem("default_collapsed needs is_collapsible", at)
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield Problem("has_header_divider excludes is_collapsible", at)


_CARD = _block(
    {},
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "actions": each(by_type({"button": BUTTON}), most=2),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)
_TASK = _block(
    {
        "task_id": string(255),
        "title": string(3000),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {"details": nothing, "output": nothing, "sources": nothing},
)
_CONTEXT = {"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}
_INSIDE: dict[str, Rule] = {
    "actions": _block({"elements": each(by_type(ACTIONS), most=25)}),
    "context": _block({"elements": each(by_type(_CONTEXT), most=10)}),
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": whole(1, 4)}),
    "image": _block(
        {"alt_text": string(2000)}, {**IMAGE_FIELDS, "title": plain(2000)}, IMAGE_SOURCE
    ),
    "input": _block(
        {"label": plain(2000), "element": by_type(INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": RICH_ELEMENTS}),
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": each(text(2000), most=10),
            "accessory": by_type(ACCESSORIES),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "table": _block(
        {"rows": each(each(TABLE_CELL, most=20), most=100)},
        {
            "column_settings": each(
                nullable(
                    shape(
                        {},
                        {
                            "align": one_of("left", "center", "right"),
                            "is_wrapped": boolean,
                        },
                    )
                ),
                most=20,
            )
        },
    ),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": plain(199),
            "thumbnail_url": string(3000),
            "video_url": string(3000),
        },
        {
            "author_name": string(49),
            "description": plain(200),
            "provider_icon_url": string(3000),
            "provider_name": string(49),
            "title_url": string(3000),
        },
    ),
}
RULES: dict[str, Rule] = {
    **_INSIDE,
    "alert": _block(
        {"text": text(200)},
        {"level": one_of("default", "info", "warning", "error", "success")},
    ),
    "card": _CARD,
    "carousel": _block({"elements": each(by_type({"card": _CARD}), most=10)}),
    "container": _block(
        {"child_blocks": each(by_type(_INSIDE), most=10)},
        {
            "title": plain(150),
            "rich_text_title": nothing,
            "subtitle": plain(150),
            "icon": IMAGE,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        _collapsing,
    ),
    "context_actions": _block({"elements": each(by_type(CONTEXT_ACTIONS), most=5)}),
    "data_table": _block(
        {"caption": string(3000), "rows": check_data_rows},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
    ),
    "data_visualization": _block({"title": string(50), "chart": charts.CHART}),
    "markdown": _block({"text": string(MARKDOWN_TEXT)}),
    "plan": _block(
        {"title": string(3000)},
        {"tasks": each(by_type({"task_card": _TASK}), least=0, most=50)},
    ),
    "task_card": _TASK,
}
_EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})
_PLACES: dict[str, frozenset[str]] = {
    "alert": frozenset({MODAL}),
    **dict.fromkeys(
        ("card", "carousel", "container", "data_table", "data_visualization", "table"),
        frozenset({MESSAGE, HOME}),
    ),
    **dict.fromkeys(
        ("context_actions", "markdown", "plan", "task_card"), frozenset({MESSAGE})
    ),
}


def check_message(
    blocks: list[Any], *, at: str = "/blocks", refused: frozenset[str] = frozenset()
) -> list[Problem]:
    """Find everything Slack would refuse in a message's blocks.

    A workspace that has not got a kind of block yet refuses it as unknown.
    """
    return [*_unknown(blocks, refused, at), *_check_blocks(blocks, MESSAGE, at=at)]


def _unknown(blocks: list[Any], refused: frozenset[str], at: str) -> Iterator[Problem]:
    for index, block in enumerate(blocks):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind in refused:
            yield Problem(f"unsupported type: {kind}", f"{at}/{index}/type")


def check_view(
    view: dict[str, Any], *, kind: str, refused: frozenset[str] = frozenset()
) -> list[Problem]:
    """Find everything Slack would refuse in a modal or a Home tab."""
    rule = _MODAL if kind == MODAL else _HOME
    problems = list(rule("/view", view))
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return problems
    problems += _unknown(blocks, refused, "/view/blocks")
    problems += _check_blocks(blocks, kind, at="/view/blocks")
    kinds = {one.get("type") for one in blocks if isinstance(one, dict)}
    if kind == MODAL and "input" in kinds and not view.get("submit"):
        problems.append(Problem("submit is required with input blocks", "/view"))
    return problems


_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_HOME = shape({"type": one_of(HOME), "blocks": nothing}, _VIEW)
_MODAL = shape(
    {"type": one_of(MODAL), "blocks": nothing, "title": plain(24)},
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)


def _check_blocks(blocks: list[Any], surface: str, *, at: str) -> Iterator[Problem]:
    if not blocks and surface == MODAL:
        yield Problem("no fewer than 1 items allowed", at)
    if len(blocks) > BLOCKS_IN[surface]:
        yield Problem(f"no more than {BLOCKS_IN[surface]} items allowed", at)
    known = by_type(RULES)
    for index, block in enumerate(blocks):
        place = f"{at}/{index}"
        yield from known(place, block)
        kind = block.get("type") if isinstance(block, dict) else None
        if kind in RULES and surface not in _PLACES.get(str(kind), _EVERYWHERE):
            yield Problem(f"{kind} is not allowed in a {surface}", place)
    found = [one for one in blocks if isinstance(one, dict)]
    yield from _check_together(found, at)


def _check_together(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    yield from _check_ids(blocks, at)
    kinds = Counter(str(one.get("type")) for one in _with_children(blocks))
    if kinds["table"] > 1:
        yield Problem("only_one_table_allowed", at)
    if kinds["data_visualization"] > 2:
        yield Problem("no more than 2 charts allowed", at)
    if kinds["plan"] > 1:
        yield Problem("only one plan allowed", at)
    cells = [one for one in _with_children(blocks) if "rows" in one]
    for kind in ("table", "data_table"):
        rows = [one["rows"] for one in cells if one.get("type") == kind]
        if count_text(rows) > CELL_TEXT:
            yield Problem(f"{kind} cells exceed {CELL_TEXT} characters", at)
    markdown = [one for one in blocks if one.get("type") == "markdown"]
    if count_text(markdown) > MARKDOWN_TEXT:
        yield Problem(f"markdown exceeds {MARKDOWN_TEXT} characters", at)


def _with_children(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield block
        children = block.get("child_blocks")
        if isinstance(children, list):
            yield from (one for one in children if isinstance(one, dict))


def _check_ids(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield Problem(f"block_id already exists: {name}", f"{at}/{index}/block_id")
        elif isinstance(name, str):
            seen.add(name)
        counted = Counter(_action_ids(block))
        for action, times in counted.items():
            if times > 1:
                place = f"{at}/{index}"
                yield Problem(f"action_id already exists: {action}", place)


def _action_ids(block: dict[str, Any]) -> Iterator[str]:
    for name in ("elements", "actions"):
        elements = block.get(name)
        for one in elements if isinstance(elements, list) else ():
            if isinstance(one, dict) and isinstance(one.get("action_id"), str):
                yield one["action_id"]


def count_text(value: Any) -> int:
    """Count the characters that people would see in blocks."""
    if isinstance(value, list):
        return sum(count_text(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    shown = len(own) if isinstance(own, str) else 0
    return shown + sum(count_text(one) for one in value.values())
