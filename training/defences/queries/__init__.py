"""What the pages of the room show."""

from training.defences.queries.memoires import (
    MemoirePage,
    ShownVersion,
    find_comment,
    find_memoire,
    find_version,
    memoire_of,
    memoire_page,
    outcomes,
)

__all__ = [
    "MemoirePage",
    "ShownVersion",
    "find_comment",
    "find_memoire",
    "find_version",
    "memoire_of",
    "memoire_page",
    "outcomes",
]
