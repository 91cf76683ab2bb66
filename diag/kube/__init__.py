"""The only room that knows the Kubernetes client library: access, sessions, lists and logs.

Nothing here interprets an object, and nothing here but `write` could change one.
"""
