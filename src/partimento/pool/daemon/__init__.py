"""The one process that holds the models: its loop, its door, its look at children and memory."""
