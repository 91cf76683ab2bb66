"""A cluster, or a recording, kept current: read, scanned and told as one frozen view after the other.

What draws them lives elsewhere (`tui`), and nothing here can change a cluster.
"""
