"""Pure: invoices and a question become an answer."""
