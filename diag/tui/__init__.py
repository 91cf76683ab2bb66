"""The interactive session: screens and widgets over the views that `live` makes.

Nothing here reads or changes a cluster: what needs reading is asked of the feed, in a thread, and comes back as a
message.
"""

import os

# Textual draws so often a second at most; at its own 60 the second thing that a key changes waits for 16 ms.
os.environ.setdefault("TEXTUAL_FPS", "120")
