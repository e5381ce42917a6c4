"""Readable views of what tasks make, one file each. Leaves the page around them to `pages.items`."""
