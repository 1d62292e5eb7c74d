"""Forms of the evidence."""
