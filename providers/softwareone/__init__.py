"""SoftwareOne Marketplace, billing: invoices and credit memos.

Access: an API token of the account (Settings, API tokens) as ``Authorization: Bearer``.
It never expires and cannot be rotated. Client and Operations accounts may read
invoices; a Vendor's token is refused with 403.

Endpoints under ``base_url`` (``https://api.platform.softwareone.com/public/v1``), all
GET, and the same for ``/billing/credit-memos``:

- ``/billing/invoices``: the list; filter, order and selection as RQL in the query
- ``/billing/invoices/{id}``: one
- ``/billing/invoices/{id}/attachments`` and ``…/{attachment}``: files; ``Accept``
  chooses between a file and its description

Limits: at most 100 rows a reply, larger values are cut and the answer's ``limit`` says
to what; the default differs between documents, so ``limit`` is always sent. No rate
limit is documented.

What changed: ``audit.updated.at``, in UTC with exactly three digits, filters both lists
while ``audit`` is selected; a document that never changed need not have it, so that
``audit.created.at`` is asked for as well. A filter that is refused (400) or ignored is
noticed, and everything is read.

Quirks: a plus sign in the query is a plus sign; what ``$meta.omitted`` names was left
out and is neither null nor zero; ``total`` may be null; 1753-01-01 is no date; parts of
seconds have seven digits; ``Generated`` is the older word for ``Issued``; a credit
invoice has positive amounts; credit memos state no balance. The API page's example is
filler: its amounts do not add up and its status is none.

People sign in at ``portal.platform.softwareone.com``.

Sources, read 2026-11-21: SoftwareOne documentation, Interface overview, Billing API
(list invoices, credit memo, invoice, invoice attachment), REST API, Resource query
language, Errors handling.
"""

from providers.softwareone.client import SoftwareOne

__all__ = ["SoftwareOne"]
