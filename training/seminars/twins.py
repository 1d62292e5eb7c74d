"""How the keys of seminars follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, YIELDS, Twins

TWINS: Final = Twins(
    keys={
        "attendance_entry.recorded_by": STAYS,
        "attendance_sheet.locked_by": STAYS,
        "attendance_sheet.opened_by": STAYS,
        "attendance_waiver.recorded_by": MOVES,
        "calendar_choice.person_id": YIELDS,
        "calendar_invitation.person_id": YIELDS,
        "calendar_feed.person_id": YIELDS,
        "document_batch.requested_by": MOVES,
        "car_share.person_id": YIELDS,
        "convocation.person_id": MOVES,
        "convocation.sent_by": MOVES,
        "diet.person_id": YIELDS,
        "diet_memory.person_id": YIELDS,
        "half_day_staff.person_id": YIELDS,
        "make_up.arranged_by": MOVES,
        "meal_choice.person_id": YIELDS,
        "seminar_material.added_by": MOVES,
        "speaker.person_id": YIELDS,
    }
)
"""Sheets are proofs: what they say of who opened, filled and locked them does not change."""
