"""The messages of a day of defences that moved: before and after, once to each person (R64, R120)."""

from collections.abc import Sequence

from training.defences.mails.juries import (
    drop_waiting,
    drop_waiting_of_juror,
    juror_calendar,
    juror_convoked,
    learner_convoked,
    post_to_juror,
    post_to_learner,
    slots_of_juror,
)
from training.defences.models import DefenceDay, DefenceSlot, Juror
from training.defences.rules.moving import Moved, Place, place_of


def defence_moved(slot: DefenceSlot, before: Place) -> None:
    """A learner is told that her defence moved, from what to what, with her calendar file.

    She who has not received what convoked her is convoked, and reads nothing of a day she never heard of.
    """
    if drop_waiting(slot):
        learner_convoked(slot)
    elif slot.memoire is not None:
        post_to_learner(slot, slot.memoire, "defence_moved", before=before, after=place_of(slot))


def jury_moved(juror: Juror, day: DefenceDay, lines: Sequence[Moved], secret: str, *, asked: bool) -> None:
    """A juror is told of all her defences that moved, with one calendar entry; ``asked``: whether she can come.

    She who has not received what convoked her is convoked.
    """
    if drop_waiting_of_juror(juror, day):
        juror_convoked(juror, day, secret)
        return
    slots = slots_of_juror(juror, day)
    post_to_juror(
        juror,
        "jury_moved",
        secret,
        of=day,
        calendar=juror_calendar(juror, day, slots),
        held_on=day.held_on,
        access=day.access,
        lines=[
            (each.slot.enrolment.person.name, each.before, each.after)
            for each in sorted(lines, key=lambda each: each.after.starts_at)
        ],
        asked=asked,
    )
