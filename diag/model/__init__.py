"""What is true of a cluster at one instant, as frozen structs, and how bytes of the API's JSON become them.

No input or output lives here, and no opinion about what is healthy.
"""
