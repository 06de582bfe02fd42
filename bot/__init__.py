"""Duebot: answers invoice questions in Slack and tells what changed."""
