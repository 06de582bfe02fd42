"""What is broken on purpose, and for how many requests."""

from dataclasses import dataclass
from typing import Any

TARGETS = ("lineworks", "softwareone", "i3dnet", "slack")

#: Every kind of fault, with what a caller meets. The billing simulators know all of
#: them; the Slack stand-in those down to ``drop_after``.
KINDS = {
    "down": "503 in the target's own words",
    "slow": "the right answer, after `seconds` (5)",
    "hang": "silence for `seconds` (30)",
    "refused": "the credentials are not accepted",
    "html": "200 with an HTML page (Slack: 500)",
    "busy": "429 with the target's own header",
    "drop": "the connection is closed before anything is done",
    "drop_after": "done, then the connection is closed without an answer",
    "busy_bare": "429 without any header that says how long to wait",
    "forbidden": "403: known, but not allowed",
    "empty_403": "403 with an empty body",
    "missing": "404",
    "error": "500 with an HTML page",
    "truncated": "200 with JSON that is cut in the middle",
    "endless": "pages that never end, each with a mark of its own",
    "repeating": "pages that never end, always with the same mark",
    "ignore_range": "always the first page, whatever was asked for",
    "redirect": "302 to another host name",
    "json_pdf": "200 with JSON where a PDF was asked for",
    "empty_pdf": "200 with an empty PDF",
    "pdf_500": "500 that calls itself application/pdf",
}
_SECONDS = {"slow": 5.0, "hang": 30.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is broken.

    ``count`` is how many requests it still meets (None: until it is mended);
    ``method`` narrows it to one Slack method, or to billing requests whose path
    contains that text.
    """

    kind: str
    count: int | None = None
    method: str | None = None
    seconds: float = 0.0


class Faults:
    """What is broken now; at most one fault per target."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def set(
        self,
        target: str,
        kind: str,
        *,
        count: int | None = None,
        method: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Break *target*, or mend it with the kind ``none``.

        Raises:
            ValueError: a sentence about an unknown target, kind or count.
        """
        _check(target, kind, count)
        if kind == "none":
            self._faults.pop(target, None)
            return
        wait = _SECONDS.get(kind, 0.0) if seconds is None else seconds
        self._faults[target] = Fault(
            kind=kind, count=count, method=method, seconds=wait
        )

    def take(self, target: str, method: str | None = None) -> Fault | None:
        """Tell which fault this request meets, and count it."""
        fault = self._faults.get(target)
        if fault is None or not _meets(fault, target, method):
            return None
        if fault.count is not None:
            self._count_down(target, fault, fault.count - 1)
        return fault

    def state(self) -> dict[str, dict[str, Any]]:
        """Tell every target's fault as JSON; ``none`` where all is well."""
        return {target: _shown(self._faults.get(target)) for target in TARGETS}

    def clear(self) -> None:
        """Mend everything."""
        self._faults.clear()

    def _count_down(self, target: str, fault: Fault, left: int) -> None:
        if left <= 0:
            del self._faults[target]
            return
        self._faults[target] = Fault(
            kind=fault.kind, count=left, method=fault.method, seconds=fault.seconds
        )


def _check(target: str, kind: str, count: int | None) -> None:
    if target not in TARGETS:
        msg = f"Nothing here is called {target!r}; there are {', '.join(TARGETS)}."
        raise ValueError(msg)
    if kind != "none" and kind not in KINDS:
        msg = f"No fault is called {kind!r}; there are none, {', '.join(KINDS)}."
        raise ValueError(msg)
    if count is not None and count < 1:
        msg = "A fault's count is 1 or more."
        raise ValueError(msg)


def _meets(fault: Fault, target: str, method: str | None) -> bool:
    if fault.method is None:
        return True
    if target == "slack":
        return fault.method == method
    return fault.method in (method or "")


def _shown(fault: Fault | None) -> dict[str, Any]:
    if fault is None:
        return {"kind": "none"}
    return {
        "kind": fault.kind,
        "count": fault.count,
        "method": fault.method,
        "seconds": fault.seconds,
    }
