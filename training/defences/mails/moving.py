"""The messages of a day of defences that moved: before and after, once to each person (R64, R120)."""

from collections.abc import Sequence

from training.defences.mails.juries import juror_calendar, post_to_juror, post_to_learner, slots_of_juror
from training.defences.models import DefenceDay, DefenceSlot, Juror
from training.defences.rules.moving import Moved, Place, place_of


def defence_moved(slot: DefenceSlot, before: Place) -> None:
    """A learner is told that her defence moved, from what to what, with her calendar file."""
    if slot.memoire is not None:
        post_to_learner(slot, slot.memoire, "defence_moved", before=before, after=place_of(slot))


def jury_moved(juror: Juror, day: DefenceDay, lines: Sequence[Moved], secret: str, *, asked: bool) -> None:
    """A juror is told of all her defences that moved, with one calendar entry; ``asked``: whether she can come."""
    slots = slots_of_juror(juror, day)
    post_to_juror(
        juror,
        "jury_moved",
        secret,
        calendar=juror_calendar(juror, day, slots),
        held_on=day.held_on,
        access=day.access,
        lines=[
            (each.slot.enrolment.person.name, each.before, each.after)
            for each in sorted(lines, key=lambda each: each.after.starts_at)
        ],
        asked=asked,
    )
