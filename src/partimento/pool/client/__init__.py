"""How programs reach the daemon: one line for each event loop, leases, and starting it where there is none."""
