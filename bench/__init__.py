"""The speed goals, measured beside their peers in one run and printed as ratios."""
