"""SQLite; knows no Slack, and of the providers only their models."""

import importlib
import sys

# sqlite-utils imports numpy where it is installed, to store its numbers. We have none:
# it is here for matplotlib, and would cost every start 0.3 s and 14 MB.
if "numpy" not in sys.modules and "sqlite_utils" not in sys.modules:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # "not to be found"
    try:
        importlib.import_module("sqlite_utils")
    finally:
        del sys.modules["numpy"]
