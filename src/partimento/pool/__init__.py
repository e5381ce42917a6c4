"""Local models: which are in memory, and why. One daemon for all programs of a user on a machine;
one process a model.
"""
