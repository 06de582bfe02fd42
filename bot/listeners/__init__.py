"""What arrives from Slack: one module per kind, each a thin edge over the flows."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import actions, commands, events, rest
from bot.listeners.services import Services


def register_listeners(app: AsyncApp, services: Services) -> None:
    """Add every listener to *app*; the catch-alls last."""
    commands.register(app, services)
    actions.register(app, services)
    events.register(app, services)
    rest.register(app)
