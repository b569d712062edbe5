"""Local web pages: functions from data to an ASGI app."""
