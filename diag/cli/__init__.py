"""The door: one file per command, and the only place that exits.

Nothing here knows a rule or a fact of Kubernetes; whatever a command needs is imported when it runs, not before.
"""
