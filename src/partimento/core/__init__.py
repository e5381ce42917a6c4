"""The words of the house as types. Knows no I/O at all: no file, no clock, no network, no database."""
