"""Tracer documents with their versions and reviews; hours of e-learning and team work; files arriving in parts."""

from training.portfolio.models.hours import ForumParticipation, HoursEntry, PlatformAccount
from training.portfolio.models.tracers import (
    CommentTemplate,
    Quarantine,
    Review,
    Tracer,
    TracerFile,
    TracerVersion,
)
from training.portfolio.models.uploads import UploadPart

__all__ = [
    "CommentTemplate",
    "ForumParticipation",
    "HoursEntry",
    "PlatformAccount",
    "Quarantine",
    "Review",
    "Tracer",
    "TracerFile",
    "TracerVersion",
    "UploadPart",
]
