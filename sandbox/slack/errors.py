"""What the workspace refuses, in Slack's own words."""

from typing import Any


class SlackError(Exception):
    """A Web API call that is answered with `ok: false`.

    Args:
        code: Slack's error name, such as `not_in_channel`.
        messages: Sentences for `response_metadata.messages`.
        extra: Further fields of the answer, such as `needed` and `provided`.
    """

    def __init__(
        self, code: str, *, messages: list[str] | None = None, **extra: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """Return the JSON body Slack would send."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a failure
    """Something a person tried that the workspace does not do, as a sentence."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
