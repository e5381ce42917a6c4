"""The pages: see it, hear it, steer it. Knows what is shown; leaves sockets and sessions to the server above."""
