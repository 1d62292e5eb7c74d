"""What the pages of cooperation read: scoped to the reader, in a fixed number of SELECTs."""
