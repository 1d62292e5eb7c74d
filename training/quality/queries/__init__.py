"""What the pages of the evidence read."""
