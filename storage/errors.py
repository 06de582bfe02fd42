"""What can go wrong with the database, as sentences a person can act on."""


class StorageError(Exception):
    """Base of every error this package raises; the message is a whole sentence."""
