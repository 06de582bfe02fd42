"""The answer that the peers give: one indexed query of 16 rows, 50 blocks by hand.

They read the same database as the bot under test.
"""

import sqlite3
from pathlib import Path
from typing import Any

ROWS = 16
_QUERY = """
    select number, counterparty, issued_on, due_on, total, balance, currency, status, id
    from invoices where withdrawn_at is null and month = ? order by issued_on limit 16
"""
Block = dict[str, Any]
Found = list[tuple[Any, ...]]


class Answers:
    """Answers ``2021 8`` from a connection that is opened once."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False)
        self._connection.execute("pragma query_only = on")

    def blocks(self, text: str) -> list[Block]:
        """Find a month's first invoices and show them."""
        year, month = text.split()
        found = self._connection.execute(_QUERY, (f"{year}-{int(month):02}",))
        return blocks_of(f"Invoices of {text}", found.fetchall())


def blocks_of(title: str, found: Found) -> list[Block]:
    """Show rows as a heading and three blocks each, as plain dictionaries."""
    blocks: list[Block] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": title, "emoji": False},
        },
        {"type": "divider"},
    ]
    for number, seller, issued, due, total, balance, currency, status, id_ in found:
        blocks.append(
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": f"*{number}* {seller}",
                    "verbatim": True,
                },
                "fields": [
                    {"type": "mrkdwn", "text": f"*Issued* {issued}", "verbatim": True},
                    {"type": "mrkdwn", "text": f"*Due* {due}", "verbatim": True},
                    {
                        "type": "mrkdwn",
                        "text": f"*Total* {total} {currency}",
                        "verbatim": True,
                    },
                    {
                        "type": "mrkdwn",
                        "text": f"*Balance* {balance} {currency}",
                        "verbatim": True,
                    },
                ],
                "accessory": {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Details", "emoji": False},
                    "action_id": "details",
                    "value": id_,
                },
            }
        )
        blocks.append(
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": status, "verbatim": True}],
            }
        )
        blocks.append({"type": "divider"})
    return blocks
