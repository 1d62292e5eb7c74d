"""Codes of the files the room keeps, and their limits."""

from typing import Final

from training.common import filetypes

VERSION: Final = "memoire_version"
ANNOTATED: Final = "memoire_annotated"

MEGABYTE: Final = 1_000_000
MAX_BYTES: Final = 40 * MEGABYTE
"""Of a mémoire with its pictures and annexes."""

ACCEPTED: Final = filetypes.ALL
FINAL: Final = frozenset({filetypes.PDF.media_type})
"""What the jury reads (R58)."""
