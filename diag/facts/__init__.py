"""Facts that must be worked out from a snapshot: who owns what, what a registry answered, which volume nearly fits.

Everything here is pure: a snapshot in, values out. Nothing here decides what is unhealthy; playbooks do.
"""
