"""The billing world behind the simulators, and what one may do to it."""

from sandbox.world.deeds import DEEDS, DeedError, do, overview
from sandbox.world.papers import Bill, Document, Paper
from sandbox.world.requests import Asked
from sandbox.world.world import LABELS, World

__all__ = [
    "DEEDS",
    "LABELS",
    "Asked",
    "Bill",
    "DeedError",
    "Document",
    "Paper",
    "World",
    "do",
    "overview",
]
