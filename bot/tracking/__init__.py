"""What changed, and how to tell it together. Pure."""
