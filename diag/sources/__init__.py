"""Where snapshots come from: a live cluster or a recording of one. Redaction happens here, once, on the way in.

Nothing here judges what it reads, and nothing here changes a cluster.
"""
