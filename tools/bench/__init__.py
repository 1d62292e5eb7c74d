"""Measures pages against a bare Flask page with one query, in the same run, on SQLite and PostgreSQL.

A report, not a timed test: it always ends well. ``python -m tools.bench``.
"""
