"""A session of SoftwareOne's own client; run by test_official_client.py.

Runs in an environment of its own (Python 3.12 or newer with mpt-api-client), gets the
base address and the token as arguments, and prints what it read as JSON.
"""

import json
import sys
from importlib import import_module
from typing import Any


def session(base_url: str, token: str) -> dict[str, Any]:
    """Read invoices, lines, an attachment and credit memos the client's way."""
    # By name: the package cannot be installed where the types are checked.
    mpt: Any = import_module("mpt_api_client")
    authentication = mpt.BearerTokenAuthentication(token)
    client = mpt.MPTClient.from_config(authentication, base_url=base_url)
    invoices = client.billing.invoices
    ids = [found.id for found in invoices.iterate()]
    overdue = invoices.filter(mpt.RQLQuery(status="Overdue"))
    of_blue_heron = invoices.filter(mpt.RQLQuery().buyer.name.ilike("Blue Heron*"))
    newest_first = invoices.select("audit").order_by("-audit.created.at")
    files = invoices.attachments(ids[0])
    attached = list(files.iterate())
    downloaded = files.download(attached[0].id)
    return {
        "ids": ids,
        "by_sevens": [found.id for found in invoices.iterate(batch_size=7)],
        "overdue": [found.id for found in overdue.iterate()],
        "of_blue_heron": len(list(of_blue_heron.iterate())),
        "second": newest_first.fetch_page(limit=1, offset=1)[0].id,
        "lines": len(invoices.get(ids[0], select=["lines"]).to_dict()["lines"]),
        "file_name": downloaded.filename,
        "file_begins": downloaded.file_contents[:5].decode(),
        "memos": [found.id for found in client.billing.credit_memos.iterate()],
        "not_there": _refusal(mpt, client),
    }


def _refusal(mpt: Any, client: Any) -> list[Any]:
    exceptions: Any = import_module(f"{mpt.__name__}.exceptions")
    try:
        client.billing.invoices.get("INV-0000-0000-0000-0000")
    except exceptions.MPTAPIError as error:
        return [error.status_code, error.title]
    return []


if __name__ == "__main__":
    sys.stdout.write(json.dumps(session(sys.argv[1], sys.argv[2])))
