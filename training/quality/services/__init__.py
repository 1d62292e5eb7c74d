"""Verbs of the evidence."""
