"""The front end for pipes: reports and explanations as JSON and as text for eyes.

Nothing here reads a cluster, and nothing here decides what is healthy: it only says what a report holds.
"""
