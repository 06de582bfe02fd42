from typing import Any

import pytest

from sandbox.slack.blocks import check_message, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(label: str = "x", **more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(label), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "v", label: str = "x", **more: Any) -> Json:
    return {"text": plain(label), "value": value, **more}


def select(*options: Json) -> Json:
    return {"type": "static_select", "action_id": "s", "options": list(options)}


def table(rows: int, cells: int = 2, text: str = "x", **more: Any) -> Json:
    row = [{"type": "raw_text", "text": text} for _ in range(cells)]
    return {"type": "table", "rows": [row for _ in range(rows)], **more}


def data_table(rows: int, cells: int = 2, **more: Any) -> Json:
    return {**table(rows, cells), "type": "data_table", "caption": "c", **more}


def chart(series: list[Json], categories: list[str]) -> Json:
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {
            "type": "bar",
            "series": series,
            "axis_config": {"categories": categories},
        },
    }


def series(name: str, *labels: str) -> Json:
    return {"name": name, "data": [{"label": one, "value": 1} for one in labels]}


PIE = {
    "type": "data_visualization",
    "title": "t",
    "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
}
INPUT = {
    "type": "input",
    "block_id": "i",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "n"},
}

FINE: dict[str, list[Json]] = {
    "fifty blocks": [section()] * 50,
    "three thousand characters in a section": [section("x" * 3000)],
    "a header with a level": [{"type": "header", "text": plain("x" * 150), "level": 2}],
    "twenty-five buttons": [
        actions(*(button(action_id=str(n)) for n in range(25))),
    ],
    "a hundred options of 150 characters": [
        actions(select(*[option("v" * 150, "x" * 75)] * 100))
    ],
    "a link in an overflow menu": [
        section(
            accessory={
                "type": "overflow",
                "action_id": "o",
                "options": [option(url="https://example.com")],
            }
        )
    ],
    "a table of a hundred rows and twenty cells": [table(100, 20)],
    "a number, rich text and unset columns in a table": [
        {
            "type": "table",
            "rows": [
                [
                    {"type": "raw_number", "value": 1.5, "text": "1.50"},
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "x"}],
                            }
                        ],
                    },
                ]
            ],
            "column_settings": [None, {"align": "right", "is_wrapped": True}],
        }
    ],
    "a data table with a header and a hundred rows": [data_table(101, page_size=20)],
    "two charts": [PIE, chart([series("2025", "Jan", "Feb")], ["Jan", "Feb"])],
    "a card of a title": [{"type": "card", "title": mrkdwn("x")}],
    "a container with children": [
        {"type": "container", "title": plain("t"), "child_blocks": [section()]}
    ],
    "context of text and images": [
        {
            "type": "context",
            "elements": [
                mrkdwn("x"),
                {"type": "image", "image_url": "https://x/y.png", "alt_text": "y"},
            ],
        }
    ],
    "feedback buttons": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        }
    ],
}

BROKEN: dict[str, tuple[list[Any], str]] = {
    "fifty-one blocks": (
        [section()] * 51,
        "[ERROR] no more than 50 items allowed [json-pointer:/blocks]",
    ),
    "an unknown block": (
        [{"type": "marquee"}],
        "[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]",
    ),
    "a block that is null": (
        [None],
        "[ERROR] must be an object [json-pointer:/blocks/0]",
    ),
    "a section without text": (
        [{"type": "section"}],
        "[ERROR] must have at least one of: text, fields [json-pointer:/blocks/0]",
    ),
    "an empty text": (
        [section("")],
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "a section of 3,001 characters": (
        [section("x" * 3001)],
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "eleven fields": (
        [section(fields=[mrkdwn("x")] * 11)],
        "[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "an emoji flag on mrkdwn": (
        [section(), {"type": "section", "text": {**mrkdwn("x"), "emoji": True}}],
        "[ERROR] invalid additional property: emoji [json-pointer:/blocks/1/text]",
    ),
    "mrkdwn in a header": (
        [{"type": "header", "text": mrkdwn("x")}],
        "[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "a long header": (
        [{"type": "header", "text": plain("x" * 151)}],
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an unknown field of a block": (
        [section(colour="red")],
        "[ERROR] invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "twenty-six buttons": (
        [actions(*(button(action_id=str(n)) for n in range(26)))],
        "[ERROR] no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "a long button": (
        [actions(button("x" * 76))],
        "[ERROR] must be less than 76 characters"
        " [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "a button's long value": (
        [actions(button(value="x" * 2001))],
        "[ERROR] must be less than 2001 characters"
        " [json-pointer:/blocks/0/elements/0/value]",
    ),
    "an unknown style": (
        [actions(button(style="green"))],
        "[ERROR] must be one of: primary, danger"
        " [json-pointer:/blocks/0/elements/0/style]",
    ),
    "a section inside actions": (
        [actions(section())],
        "[ERROR] unsupported type: section [json-pointer:/blocks/0/elements/0/type]",
    ),
    "two elements with one action id": (
        [actions(button("a"), button("b"))],
        "[ERROR] action_id already exists: a [json-pointer:/blocks/0]",
    ),
    "two blocks with one id": (
        [section(block_id="b"), section(block_id="b")],
        "[ERROR] block_id already exists: b [json-pointer:/blocks/1/block_id]",
    ),
    "a hundred and one options": (
        [actions(select(*[option()] * 101))],
        "[ERROR] no more than 100 items allowed"
        " [json-pointer:/blocks/0/elements/0/options]",
    ),
    "an option's long value": (
        [actions(select(option("v" * 151)))],
        "[ERROR] must be less than 151 characters"
        " [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "a link in a plain menu": (
        [actions(select(option(url="https://example.com")))],
        "[ERROR] invalid additional property: url"
        " [json-pointer:/blocks/0/elements/0/options/0]",
    ),
    "a menu without options": (
        [actions({"type": "static_select", "action_id": "s"})],
        "[ERROR] must have exactly one of: options, option_groups"
        " [json-pointer:/blocks/0/elements/0]",
    ),
    "an alert in a message": (
        [{"type": "alert", "text": plain("x")}],
        "[ERROR] alert is not allowed in a message [json-pointer:/blocks/0]",
    ),
    "two tables": (
        [table(1), table(1)],
        "[ERROR] only_one_table_allowed [json-pointer:/blocks]",
    ),
    "a table of 101 rows": (
        [table(101)],
        "[ERROR] no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "a table of 21 cells": (
        [table(1, 21)],
        "[ERROR] no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    "a table of more than 10,000 characters": (
        [table(100, 2, "x" * 51)],
        "[ERROR] table cells exceed 10000 characters [json-pointer:/blocks]",
    ),
    "an empty cell": (
        [table(1, 1, "")],
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ),
    "a cell whose number is text": (
        [
            {
                "type": "table",
                "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]],
            }
        ],
        "[ERROR] must be a number [json-pointer:/blocks/0/rows/0/0/value]",
    ),
    "a data table without a caption": (
        [{**table(2), "type": "data_table"}],
        "[ERROR] missing required field: caption [json-pointer:/blocks/0]",
    ),
    "a data table of 102 rows": (
        [data_table(102)],
        "[ERROR] no more than 101 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "a data table with a short row": (
        [
            {
                **data_table(1),
                "rows": [*data_table(1)["rows"], [{"type": "raw_text", "text": "x"}]],
            }
        ],
        "[ERROR] must have as many cells as the header [json-pointer:/blocks/0/rows/1]",
    ),
    "three charts": (
        [PIE, PIE, PIE],
        "[ERROR] no more than 2 charts allowed [json-pointer:/blocks]",
    ),
    "a point without its category": (
        [chart([series("2025", "Jan")], ["Jan", "Feb"])],
        "[ERROR] must have one point per category"
        " [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "series of one name": (
        [chart([series("a", "Jan"), series("a", "Jan")], ["Jan"])],
        "[ERROR] series names must be unique [json-pointer:/blocks/0/chart/series]",
    ),
    "a card with three buttons": (
        [
            {
                "type": "card",
                "title": mrkdwn("x"),
                "actions": [button(action_id=name) for name in "abc"],
            }
        ],
        "[ERROR] no more than 2 items allowed [json-pointer:/blocks/0/actions]",
    ),
    "a card with one action twice": (
        [{"type": "card", "title": mrkdwn("x"), "actions": [button()] * 2}],
        "[ERROR] action_id already exists: a [json-pointer:/blocks/0]",
    ),
    "a card with a long body": (
        [{"type": "card", "body": mrkdwn("x" * 201)}],
        "[ERROR] must be less than 201 characters [json-pointer:/blocks/0/body/text]",
    ),
    "a card with a plain title": (
        [{"type": "card", "title": plain("x")}],
        "[ERROR] unsupported type: plain_text [json-pointer:/blocks/0/title/type]",
    ),
    "a container in a container": (
        [
            {
                "type": "container",
                "title": plain("t"),
                "child_blocks": [{"type": "container"}],
            }
        ],
        "[ERROR] unsupported type: container"
        " [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    "markdown of more than 12,000 characters": (
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        "[ERROR] markdown exceeds 12000 characters [json-pointer:/blocks]",
    ),
}


@pytest.mark.parametrize("blocks", FINE.values(), ids=FINE)
def test_what_slack_accepts_has_no_problem(blocks: list[Json]) -> None:
    assert check_message(blocks) == []


@pytest.mark.parametrize(("blocks", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_slack_refuses_is_named_with_its_place(
    blocks: list[Any], problem: str
) -> None:
    assert problem in [str(one) for one in check_message(blocks)]


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


VIEWS: dict[str, tuple[Json, str | None]] = {
    "a modal with text": (modal(section()), None),
    "an alert in a modal": (modal({"type": "alert", "text": plain("x")}), None),
    "an input and a submit button": (modal(INPUT, submit=plain("Save")), None),
    "an input without a submit button": (
        modal(INPUT),
        "[ERROR] submit is required with input blocks [json-pointer:/view]",
    ),
    "a title of 25 characters": (
        {**modal(section()), "title": plain("x" * 25)},
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "private metadata of 3,001 characters": (
        modal(section(), private_metadata="x" * 3001),
        "[ERROR] must be less than 3001 characters"
        " [json-pointer:/view/private_metadata]",
    ),
    "a hundred and one blocks": (
        modal(*[section()] * 101),
        "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "a table in a modal": (
        modal(table(1)),
        "[ERROR] table is not allowed in a modal [json-pointer:/view/blocks/0]",
    ),
    "no title": (
        {"type": "modal", "blocks": [section()]},
        "[ERROR] missing required field: title [json-pointer:/view]",
    ),
}


@pytest.mark.parametrize(("view", "problem"), VIEWS.values(), ids=VIEWS)
def test_a_modal_is_checked_like_a_message(view: Json, problem: str | None) -> None:
    found = [str(one) for one in check_view(view, kind="modal")]
    assert found == ([] if problem is None else [problem])


def test_a_home_tab_may_hold_a_table() -> None:
    view = {"type": "home", "blocks": [table(3)]}
    assert check_view(view, kind="home") == []
