"""A stand-in for a workspace and for three billing APIs, on one loopback port.

Written from their documents; shares no code with the bot or the adapters.
"""
