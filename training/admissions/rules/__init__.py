"""What the selection computes: windows, completeness, quorum, what the applicant sees. Pure.

Rules R5–R31 and R95–R108, over rows already loaded; no query here.
"""

from training.admissions.rules.answers import answer_words, answered
from training.admissions.rules.calendar import (
    STEPS,
    calendar_warnings,
)
from training.admissions.rules.call import (
    Window,
    days_left,
    opening_faults,
    phase,
    window_refusal,
)
from training.admissions.rules.completeness import (
    Missing,
    awaits_late_piece,
    current_piece,
    expected_pieces,
    is_editable,
    missing,
)
from training.admissions.rules.content import call_content
from training.admissions.rules.decision import (
    awaits_publication,
    is_before_committee,
    parts_without_opinion,
    pending_interview,
    public_status,
)
from training.admissions.rules.eligibility import (
    OUT_OF_REGION,
    awaits_derogation,
    derogation_bar,
    dues_are_missing,
    is_out_of_region,
    proof_awaited_from,
    situation_refusal,
    structure_refusal,
    variant_for,
)
from training.admissions.rules.letters import (
    address_flags,
    is_same_person,
    last_letter,
    late_pieces,
    letter_refusal,
    may_come_late,
    statement_of,
    waiting_letter,
)
from training.admissions.rules.offers import (
    offer_expiry,
    offers_are_over,
    ranks_after_leaving,
)
from training.admissions.rules.practices import practice_words, practices_refusal
from training.admissions.rules.registration import gives_civil_status, names_team
from training.admissions.rules.review import (
    OUT_OF,
    Weighed,
    average,
    part_spoken_for,
    share_out,
)
from training.admissions.rules.revision import (
    Audience,
    Change,
    Moment,
    Revision,
    revision,
)
from training.admissions.rules.sections import (
    SECTION_VALUES,
    Values,
    asks_profile,
    mark,
)

__all__ = [
    "OUT_OF",
    "OUT_OF_REGION",
    "SECTION_VALUES",
    "STEPS",
    "Audience",
    "Change",
    "Missing",
    "Moment",
    "Revision",
    "Values",
    "Weighed",
    "Window",
    "address_flags",
    "answer_words",
    "answered",
    "asks_profile",
    "average",
    "awaits_derogation",
    "awaits_late_piece",
    "awaits_publication",
    "calendar_warnings",
    "call_content",
    "current_piece",
    "days_left",
    "derogation_bar",
    "dues_are_missing",
    "expected_pieces",
    "gives_civil_status",
    "is_before_committee",
    "is_editable",
    "is_out_of_region",
    "is_same_person",
    "last_letter",
    "late_pieces",
    "letter_refusal",
    "mark",
    "may_come_late",
    "missing",
    "names_team",
    "offer_expiry",
    "offers_are_over",
    "opening_faults",
    "part_spoken_for",
    "parts_without_opinion",
    "pending_interview",
    "phase",
    "practice_words",
    "practices_refusal",
    "proof_awaited_from",
    "public_status",
    "ranks_after_leaving",
    "revision",
    "share_out",
    "situation_refusal",
    "statement_of",
    "structure_refusal",
    "variant_for",
    "waiting_letter",
    "window_refusal",
]
