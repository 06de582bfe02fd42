"""What can go wrong with a provider, sorted by what to do next.

Every message is a sentence fragment for people, to be read after the connection's
label: "i3D.net" + "refused the key (403)". It never holds a secret, a reply's body or
anything else that came from outside unchecked.
"""


class ProviderError(Exception):
    """Base of every error this package raises."""

    def __init__(self, connection: str, detail: str) -> None:
        super().__init__(detail)
        self.connection = connection
        self.detail = detail


class BusyError(ProviderError):
    """Waiting may mend it: down, slow, overloaded, or the connection broke."""

    def __init__(
        self, connection: str, detail: str, *, wait_seconds: float | None = None
    ) -> None:
        super().__init__(connection, detail)
        #: What the provider asked for, where it did.
        self.wait_seconds = wait_seconds


class SignedOutError(ProviderError):
    """Our access is refused; a person has to mend the credentials."""


class RefusedError(ProviderError):
    """The provider understood and said no; the same request cannot succeed."""


class NotThereError(ProviderError):
    """No such invoice or document (yet)."""


class BadReplyError(ProviderError):
    """The reply is not in the documented shape, or cannot be trusted."""


class NotFilteredError(ProviderError):
    """The list cannot be cut down to what changed; reading all of it may work."""


class ProviderSetupError(ValueError):
    """The configuration of a connection cannot work; *key* says which part.

    The message is a whole sentence that says what to write instead.
    """

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key
