"""Rules of the evidence: pure."""
