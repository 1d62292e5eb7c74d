"""The verbs of the portfolio. Each flushes at most; the edge commits.

One order of locks: the tracer document, then what belongs to it; the journal’s chain last.
"""

from training.portfolio.services.deposits import (
    add_files,
    bind_photos,
    deposit,
    deposit_object,
    discard_draft,
    mark_elsewhere,
    move_file,
    photos_of,
    prepare,
    remove_file,
    sweep_drafts,
)
from training.portfolio.services.quarantine import erase_set_aside, lift, set_aside
from training.portfolio.services.reviews import keep_template, remove_template, review, take

__all__ = [
    "add_files",
    "bind_photos",
    "deposit",
    "deposit_object",
    "discard_draft",
    "erase_set_aside",
    "keep_template",
    "lift",
    "mark_elsewhere",
    "move_file",
    "photos_of",
    "prepare",
    "remove_file",
    "remove_template",
    "review",
    "set_aside",
    "sweep_drafts",
    "take",
]
