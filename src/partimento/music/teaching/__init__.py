"""What is taught, in which order, and what is true of it in a key: concepts, paths, facts, pages to look up."""
