"""Whatever drafts, one file each. They know protocols and rules, and nothing of each other or of the pipeline."""
