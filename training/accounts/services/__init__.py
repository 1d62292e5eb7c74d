"""The verbs of accounts. Each flushes at most; the edge commits."""
