"""Partimento."""
