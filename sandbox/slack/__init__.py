"""A stand-in for a Slack workspace, strict where Slack is strict.

Written from Slack's documentation (Web API methods, Block Kit reference, Socket Mode,
Events API, Handling user interaction, Working with files). It keeps everything in
memory; it outlives the bot, which is another process in crash tests.
"""
