"""Action ids, and what the buttons behind them carry."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Shows one invoice; the value is an `InvoiceRef`.
INVOICE_DETAILS = "invoice_details"
#: Puts the official document where it was asked for; the value is an `InvoiceRef`.
INVOICE_PDF = "invoice_pdf"


class InvoiceRef(BaseModel):
    """Which invoice a button is about: ``{"connection": …, "id": …}``.

    What comes back from Slack is not trusted: it is read with `model_validate_json`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: Annotated[str, Field(min_length=1)]
    id: Annotated[str, Field(min_length=1)]

    def to_value(self) -> str:
        """Write it as the value of a button."""
        return self.model_dump_json()
