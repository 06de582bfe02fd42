"""The Web API methods the stand-in knows; each is one plain function of a call.

A method changes the workspace in one step without waiting, so it is either done or
not, however the connection ends.
"""

from sandbox.slack.methods import chat, checks, conversations, files, people, views
from sandbox.slack.methods.kind import Method

METHODS: dict[str, Method] = {
    **people.METHODS,
    **chat.METHODS,
    **checks.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "Method"]
