"""The doors on the network. Knows HTTP and the dialects of clients; every request walks the pipeline like any other."""
