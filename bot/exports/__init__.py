"""Pure: an answer with all its rows becomes a file."""
