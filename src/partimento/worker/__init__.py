"""What the child process of a local engine is made of: its end with its parent, its progress, its HTTP, and the queue
and model thread of an engine that computes in Python. Knows llama-server's routes; leaves weights and tokens to the
engine.
"""
