"""Measured values of containers and volumes, as a Prometheus answers them; the only room that knows its client library.

Nothing here decides what a value means, and nothing asks about one pod at a time.
"""
