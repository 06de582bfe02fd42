"""Pure: an answer, event or trouble becomes a message."""
