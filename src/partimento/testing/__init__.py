"""Fakes and contract suites, for this house and for whoever extends it. Knows every room; nothing imports it."""
