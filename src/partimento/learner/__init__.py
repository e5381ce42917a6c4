"""Whom it is taught to: what a learner can, what is due, what to practise next, and the way there. Knows people by the
ids that apps give them; generates nothing.
"""
