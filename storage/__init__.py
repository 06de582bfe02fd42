"""SQLite; knows no Slack, and of the providers only their models."""
