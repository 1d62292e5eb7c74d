"""Forms of admissions, one per page."""
