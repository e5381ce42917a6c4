"""Content generated ahead of time: plans, jobs that fill them, packs to carry. Afterwards no model is called."""
