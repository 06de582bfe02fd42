"""i3D.net, account and invoices (version 3 of its API).

Access: an API key from the control panel (one.i3d.net, Account, API keys) in the header
``PRIVATE-TOKEN``. A key may expire and may be bound to addresses; a bad one is answered
with 403, or 401.

Endpoints under ``base_url`` (``https://api.i3d.net/v3``), all GET:

- ``/account/invoice``: rows with what is still owed, credit invoices included
- ``/account/invoice/unpaid``: the same, unpaid ones alone, without credit invoices
- ``/account/invoice/{id}`` and ``/account/invoice/number/{number}``: an *array* of one,
  with the items and the VAT, but without description and balance
- ``/account/invoice/{id}/pdf``: the official document
- ``/session/user``: whom the key belongs to

Limits: none documented for these; lists come in ranges (``RANGED-DATA:
start=0,results=25``, a record offset and a size) with no total and no next mark.

Quirks: rows and details spell and type the same fields differently (``wire``); amounts
are texts in cents; days are Unix seconds of midnight in Rotterdam; the order of a list
is not documented; the meaning of ``paymentStatus`` is that of version 2 (0 unpaid, 1
paid). Details hold bank data, which is not even read.

Sources, read 2026-11-21: docs.i3d.net, API references, general, billing; the OpenAPI
text in the repository of i3D.net's Terraform provider; docs.i3d.net, API v3 usage.
"""

from providers.i3dnet.client import I3dNet

__all__ = ["I3dNet"]
