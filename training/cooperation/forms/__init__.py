"""The forms of cooperation."""
