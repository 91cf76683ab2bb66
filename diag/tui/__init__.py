"""The interactive session: screens and widgets over the views that `live` makes.

Nothing here reads or changes a cluster: what needs reading is asked of the feed, in a thread, and comes back as a
message.
"""
