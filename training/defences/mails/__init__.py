"""The messages of the room, by subject: mémoires, juries."""

from training.defences.mails.juries import (
    availability_asked,
    corrections_accepted,
    corrections_refused,
    defence_cancelled,
    juror_convoked,
    learner_convoked,
    result_published,
)
from training.defences.mails.memoires import (
    cleared,
    commented,
    hidden,
    returned,
    sharing_asked,
    subject_decided,
    subject_proposed,
    version_deposited,
)
from training.defences.mails.moving import defence_moved, jury_moved

__all__ = [
    "availability_asked",
    "cleared",
    "commented",
    "corrections_accepted",
    "corrections_refused",
    "defence_cancelled",
    "defence_moved",
    "hidden",
    "juror_convoked",
    "jury_moved",
    "learner_convoked",
    "result_published",
    "returned",
    "sharing_asked",
    "subject_decided",
    "subject_proposed",
    "version_deposited",
]
