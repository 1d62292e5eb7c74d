"""What the selection computes: windows, eligibility, completeness, what an applicant sees (R5–R19, R105, R107)."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from training.accounts.enums import Part, StructureKind
from training.admissions import applicant_view, rules
from training.admissions.enums import (
    SECRET_UNTIL_PUBLICATION,
    ApplicationStatus,
    CallPhase,
    CallStatus,
    PieceStatus,
    Situation,
)
from training.common import clock

S = ApplicationStatus
CLOSING = clock.end_of_day(date(2025, 10, 31))


def a_call(**values: Any) -> Any:
    given = {
        "status": CallStatus.PUBLISHED,
        "opens_at": clock.at_paris(date(2025, 8, 1)),
        "closes_at": CLOSING,
        "reference_on": date(2026, 1, 29),
        "structure_kinds": ["msp", "cpts"],
        "regions": ["BFC"],
        "accepts_other_regions": False,
        "derogation_allowed": True,
        "has_school_step": True,
        "publishes_before_school": False,
        "results_published_at": None,
        "offer_days": 7,
        "opinion_parts": [],
        "pieces": [],
        "declarations": [],
        "questions": [],
        "profile_fields": [],
        "dates": [],
        "parts": [],
    }
    return SimpleNamespace(**{**given, **values})


def a_structure(kind: StructureKind = StructureKind.MSP, region: str = "BFC") -> Any:
    return SimpleNamespace(kind=kind, region_code=region, dues=[])


def a_requirement(code: str = "cv", **values: Any) -> Any:
    given = {"id": code, "code": code, "label": code, "mandatory": True, "only_derogation": False, "due_on": None}
    return SimpleNamespace(**{**given, **values})


def a_piece(
    requirement: Any, status: PieceStatus = PieceStatus.TO_CHECK, version: int = 1, removed: bool = False
) -> Any:
    return SimpleNamespace(
        requirement=requirement,
        requirement_id=requirement.id,
        version=version,
        status=status,
        removed_at=CLOSING if removed else None,
        reason=None,
    )


def a_file(call: Any = None, status: ApplicationStatus = S.DRAFT, **values: Any) -> Any:
    given = {
        "call": call or a_call(),
        "status": status,
        "published_status": None,
        "structure": a_structure(),
        "situation": Situation.IN_POST,
        "declared": [],
        "answers": {},
        "pieces": [],
        "opinions": [],
        "interviews": [],
        "rank": None,
    }
    return SimpleNamespace(**{**given, **values})


# The window (R13, R14, R15)


def test_the_closing_day_counts_whole_in_paris_even_the_night_clocks_change() -> None:
    assert datetime(2025, 10, 31, 22, 59, 59, 999999, tzinfo=UTC) == CLOSING
    assert clock.end_of_day(date(2026, 7, 14)).hour == 21


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (clock.at_paris(date(2025, 8, 1)) - timedelta(microseconds=1), False),
        (clock.at_paris(date(2025, 8, 1)), True),
        (CLOSING, True),
        (CLOSING + timedelta(microseconds=1), False),
    ],
)
def test_the_window_is_open_from_its_first_instant_to_its_last(at: datetime, is_open: bool) -> None:
    assert (rules.window_refusal(a_call(), at) is None) is is_open


def test_a_late_right_opens_the_window_for_its_holder_until_it_ends() -> None:
    until = CLOSING + timedelta(days=2)
    assert rules.window_refusal(a_call(), until, until) is None
    assert "La date limite de dépôt est passée" in str(
        rules.window_refusal(a_call(), until + timedelta(seconds=1), until)
    )


@pytest.mark.parametrize("status", [CallStatus.DRAFT, CallStatus.FINALISED])
def test_a_call_that_is_not_public_takes_no_file(status: CallStatus) -> None:
    assert rules.window_refusal(a_call(status=status), CLOSING) is not None


@pytest.mark.parametrize(
    ("values", "at", "phase"),
    [
        ({"status": CallStatus.DRAFT}, CLOSING, CallPhase.DRAFT),
        ({"status": CallStatus.FINALISED}, CLOSING, CallPhase.FINALISED),
        ({"opens_at": None, "closes_at": None}, CLOSING, CallPhase.UNDATED),
        ({}, clock.at_paris(date(2025, 7, 31)), CallPhase.UPCOMING),
        ({}, CLOSING, CallPhase.OPEN),
        ({}, CLOSING + timedelta(seconds=1), CallPhase.SELECTING),
        ({"results_published_at": CLOSING}, CLOSING + timedelta(days=1), CallPhase.CLOSED),
    ],
)
def test_the_state_of_a_call_is_computed(values: dict[str, Any], at: datetime, phase: CallPhase) -> None:
    assert rules.phase(a_call(**values), at) is phase


def test_days_left_count_calendar_days_in_paris() -> None:
    assert rules.days_left(a_call(), date(2025, 10, 31)) == 0
    assert rules.days_left(a_call(), date(2025, 10, 6)) == 25
    assert rules.days_left(a_call(closes_at=None), date(2025, 10, 6)) is None


# Eligibility (R5–R8, R10)


def test_a_structure_must_be_of_an_accepted_kind() -> None:
    assert rules.structure_refusal(a_call(), a_structure()) is None
    assert "MSP, CPTS" in str(rules.structure_refusal(a_call(), a_structure(StructureKind.HOSPITAL)))


def test_a_structure_of_another_region_is_refused_unless_the_call_takes_them() -> None:
    assert rules.structure_refusal(a_call(), a_structure(region="ARA")) is not None
    assert rules.structure_refusal(a_call(accepts_other_regions=True), a_structure(region="ARA")) is None
    assert rules.structure_refusal(a_call(regions=[]), a_structure(region="ARA")) is None


@pytest.mark.parametrize(
    ("situation", "day", "reason", "field"),
    [
        (Situation.IN_POST, None, "", None),
        (Situation.TAKING_POST, date(2026, 1, 29), "", None),
        (Situation.TAKING_POST, date(2026, 1, 30), "", "post_on"),
        (Situation.TAKING_POST, None, "", "post_on"),
        (Situation.BEING_RECRUITED, date(2026, 3, 1), "Entretien passé.", None),
        (Situation.BEING_RECRUITED, date(2026, 3, 1), "  ", "derogation_reason"),
        (Situation.BEING_RECRUITED, None, "Entretien passé.", "post_on"),
    ],
)
def test_the_post_is_held_at_the_reference_day(
    situation: Situation, day: date | None, reason: str, field: str | None
) -> None:
    refusal = rules.situation_refusal(a_call(), situation, day, reason)
    assert (refusal[0] if refusal else None) == field


def test_a_call_without_derogation_refuses_a_recruitment_under_way() -> None:
    refusal = rules.situation_refusal(
        a_call(derogation_allowed=False), Situation.BEING_RECRUITED, date(2026, 1, 1), "Motif"
    )
    assert refusal is not None
    assert refusal[0] == "situation"


# What is still missing: R18, R19, R107

TODAY = date(2025, 10, 6)


def test_an_empty_file_lacks_its_sections_in_the_order_of_the_pages() -> None:
    call = a_call(pieces=[a_requirement("cv"), a_requirement("lettre")], declarations=[SimpleNamespace(code="a")])
    lacks = rules.missing(a_file(call, structure=None, situation=None), TODAY)
    assert [(item.section, item.piece_code) for item in lacks] == [
        ("structure", None),
        ("situation", None),
        ("declarations", None),
        ("pieces", "cv"),
        ("pieces", "lettre"),
    ]


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ({}, True),
        ({"mandatory": False}, False),
        ({"due_on": TODAY}, False),
        ({"due_on": TODAY + timedelta(days=30)}, False),
        ({"due_on": TODAY - timedelta(days=1)}, True),
    ],
)
def test_only_mandatory_pieces_due_now_are_missing(values: dict[str, Any], lacks: bool) -> None:
    assert bool(rules.missing(a_file(a_call(pieces=[a_requirement(**values)])), TODAY)) is lacks


def test_the_proof_of_recruitment_is_asked_with_a_derogation_only() -> None:
    call = a_call(pieces=[a_requirement("justificatif", only_derogation=True)])
    assert rules.expected_pieces(a_file(call)) == []
    assert rules.expected_pieces(a_file(call, situation=Situation.BEING_RECRUITED)) == call.pieces


def test_a_piece_to_be_replaced_is_missing_until_its_next_version() -> None:
    cv = a_requirement()
    refused = a_piece(cv, PieceStatus.TO_REPLACE)
    file = a_file(a_call(pieces=[cv]), pieces=[refused])
    assert "à remplacer" in rules.missing(file, TODAY)[0].label
    file.pieces = [refused, a_piece(cv, version=2)]
    assert rules.missing(file, TODAY) == []
    file.pieces = [refused, a_piece(cv, version=2, removed=True)]
    assert rules.missing(file, TODAY) != []


def test_a_piece_that_may_come_late_blocks_the_transmission_all_the_same() -> None:
    late = a_requirement("lettre", due_on=TODAY + timedelta(days=60))
    assert rules.awaits_late_piece(a_file(a_call(pieces=[late]))) == [late]


def test_the_opinions_required_are_those_of_the_call_and_a_recusal_is_none() -> None:
    call = a_call(opinion_parts=["carrier", "funder"])
    given = SimpleNamespace(part=Part.CARRIER, recused=False)
    recused = SimpleNamespace(part=Part.FUNDER, recused=True)
    assert rules.parts_without_opinion(a_file(call, opinions=[given, recused])) == [Part.FUNDER]


# What the applicant sees (R105)


@pytest.mark.parametrize("status", sorted(SECRET_UNTIL_PUBLICATION))
def test_a_decision_is_secret_until_it_is_published(status: ApplicationStatus) -> None:
    assert rules.public_status(a_file(status=status)) is S.UNDER_REVIEW
    assert rules.public_status(a_file(status=status, published_status="preselected")) is S.PRESELECTED
    assert rules.public_status(a_file(status=status, published_status=status.value)) is status


@pytest.mark.parametrize("status", sorted(set(S) - SECRET_UNTIL_PUBLICATION))
def test_any_other_state_is_told_as_it_is(status: ApplicationStatus) -> None:
    assert rules.public_status(a_file(status=status)) is status
    assert rules.public_status(a_file(status=status, published_status="preselected")) is status


def test_a_reserve_told_before_the_school_stays_told_while_the_school_decides() -> None:
    for status in (S.TRANSMITTED, S.VALIDATED, S.REFUSED_BY_SCHOOL):
        assert rules.public_status(a_file(status=status, published_status="waiting")) is S.WAITING


def in_words(status: ApplicationStatus, published: ApplicationStatus | None = None) -> tuple[str, list[str]]:
    cohort = SimpleNamespace(label="Promo 9", launch_on=date(2026, 1, 8))
    carrier = SimpleNamespace(short_name="FéMaSCo")
    call = a_call(cohort=cohort, carrier=carrier)
    file = a_file(call, status, published_status=published.value if published else None)
    file.extension, file.number, file.live_offer, file.submitted_at = None, 1, None, CLOSING
    with clock.freeze(CLOSING - timedelta(days=3)):
        return applicant_view.sentence(file), [f"{line.label}:{line.state}" for line in applicant_view.way(file)]


@pytest.mark.parametrize("status", sorted(S))
def test_every_state_is_told_in_a_sentence(status: ApplicationStatus) -> None:
    sentence, _way = in_words(status, status)
    assert sentence.endswith(".")
    assert "None" not in sentence


@pytest.mark.parametrize("status", sorted(SECRET_UNTIL_PUBLICATION))
def test_the_words_and_the_way_of_a_secret_decision_are_those_of_a_file_under_review(status: ApplicationStatus) -> None:
    assert in_words(status) == in_words(S.UNDER_REVIEW)


# The reserve (R29)


def test_ranks_stay_contiguous_when_someone_leaves() -> None:
    files = [SimpleNamespace(rank=rank) for rank in (1, 2, 3, 4)]
    moves = rules.ranks_after_leaving(files, files[1])  # type: ignore[arg-type]  # only the rank is read
    assert [(file.rank, rank) for file, rank in moves] == [(3, 2), (4, 3)]


@pytest.mark.parametrize(
    ("launch", "first", "expected"),
    [
        (None, None, date(2025, 11, 8)),
        (date(2025, 11, 5), date(2026, 1, 29), date(2025, 11, 4)),
        (date(2025, 10, 1), date(2025, 11, 6), date(2025, 11, 5)),
        (date(2025, 12, 1), date(2026, 1, 29), date(2025, 11, 8)),
    ],
)
def test_an_offer_lapses_after_the_calls_delay_or_at_the_launch_if_sooner(
    launch: date | None, first: date | None, expected: date
) -> None:
    now = clock.at_paris(date(2025, 11, 1), 10)
    assert rules.offer_expiry(a_call(), now, launch_on=launch, first_seminar_on=first) == clock.end_of_day(expected)


def test_the_reserve_closes_the_day_of_the_first_seminar() -> None:
    day = date(2026, 1, 29)
    assert not rules.offers_are_over(clock.end_of_day(day - timedelta(days=1)), first_seminar_on=day)
    assert rules.offers_are_over(clock.at_paris(day), first_seminar_on=day)
