"""Grading a take: what was asked, when it was played, what differs, what to practise. One file a question."""
