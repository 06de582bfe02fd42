"""Questions: pure, from text to a `Query`, and back to a command."""
