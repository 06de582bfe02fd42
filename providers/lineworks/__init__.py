"""LINE WORKS, partner API (version 1.0): what a reseller is billed, month by month.

Access: an app of the developer console with the scope ``partner.read``, used by a
service account (a signed assertion), a refresh token, or a token pasted in. Only
reseller partners may ask; others are answered with 403.

Endpoints under ``base_url`` (``https://www.worksapis.com/v1.0``), both GET:

- ``/partners/invoices?year=``: a year's invoices, one a month; no paging, no filter
- ``/partners/invoice-details?year=&month=&count=20&cursor=``: the month's breakdown by
  customer, at most 20 customers a reply, by cursor

Limits: 240 requests a minute, operation and domain (60 on free plans); a 429 says in
``rateLimit-reset`` how many seconds to wait.

Quirks: the invoice of a month is issued on the first of the next, and whether ``year``
means the one or the other is not documented, so the year before is asked too; there is
no currency (ours to configure), no due date (only configured terms) and no PDF; amounts
are whole currency units; ``optionPlus…`` fields are left out by older schemas; SUMMARY
rows repeat what the other rows say.

Sources, read 2026-11-21: developers.worksmobile.com, Partner, invoices and
invoice-details; Authorization; API call; Rate limits; Error codes; Pagination.
"""

from providers.lineworks.client import LineWorks

__all__ = ["LineWorks"]
