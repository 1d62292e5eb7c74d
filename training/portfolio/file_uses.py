"""Codes of the files the portfolio keeps, and their limits."""

from typing import Final

from training.common import filetypes

DOCUMENT: Final = "tracer_document"
ANNOTATED: Final = "tracer_annotated"

MEGABYTE: Final = 1_000_000
MAX_BYTES: Final = 25 * MEGABYTE
"""Of one file: photos of a whole report fit, and a phone sends it in a few minutes."""

MAX_FILES: Final = 20
"""Of one version, photos before they are bound included."""

ACCEPTED: Final = filetypes.ALL
