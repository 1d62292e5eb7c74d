"""What may still change in a published call, and where its calendar contradicts itself (R17). No database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from training.admissions.rules import Audience, Moment, calendar_warnings, revision
from training.common import clock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PIECE = {
    "code": "cv", "label": "CV", "hint": "", "media_types": ["application/pdf"], "max_bytes": 5, "mandatory": True,
    "only_derogation": False, "hidden_in_review": False, "due_on": None, "provided_by": "applicant", "statement": "",
    "template_id": None,
}  # fmt: skip
QUESTION = {
    "code": "rythme", "label": "Rythme", "hint": "", "kind": "choice", "choices": ["a", "b"], "mandatory": True,
    "frozen": True,
}  # fmt: skip
DATE = {"code": "school", "label": "École", "starts_on": "2026-05-04", "ends_on": None}
COST = {"label": "Repas", "payer": "Fédération", "note": ""}


def content(**values: Any) -> dict[str, Any]:
    return {
        "title": "Promo 9", "presentation": "", "contact_email": None, "opens_at": "2026-02-01T00:00:00+00:00",
        "closes_at": "2026-03-31T21:59:59+00:00", "reference_on": "2026-06-01", "structure_kinds": ["msp"],
        "regions": ["BFC"], "accepts_other_regions": False, "membership_required": True, "derogation_allowed": False,
        "max_per_structure": 2, "places": 20, "quotas": {}, "profile_fields": ["contract"], "has_preselection": True,
        "has_interviews": True, "interview_minutes": 30, "has_school_step": True, "publishes_before_school": False,
        "opinion_parts": ["carrier"], "opinions_in_session": True, "offer_days": 7, "pieces": [PIECE],
        "declarations": [{"code": "poste", "text": "Je suis en poste."}], "questions": [QUESTION], "dates": [DATE],
        "costs": [COST], "bodies": [["carrier", "FéMaSCo", False], ["funder", "ARS", True]], **values,
    }  # fmt: skip


def changed(**values: Any) -> Any:
    return revision(content(), content(**values), Moment(NOW, opinions_given=False))


SAFE = [
    ({"title": "Promo 9 bis"}, Audience.NOBODY),
    ({"closes_at": "2026-04-07T21:59:59+00:00"}, Audience.IN_HAND),
    ({"reference_on": "2026-07-01"}, Audience.RUNNING),
    ({"structure_kinds": ["cpts", "msp"]}, Audience.NOBODY),
    ({"regions": []}, Audience.NOBODY),
    ({"membership_required": False}, Audience.RUNNING),
    ({"derogation_allowed": True}, Audience.NOBODY),
    ({"max_per_structure": None}, Audience.NOBODY),
    ({"places": 22}, Audience.NOBODY),
    ({"quotas": {"MSP": 10}}, Audience.NOBODY),
    ({"profile_fields": []}, Audience.NOBODY),
    ({"opinion_parts": ["carrier", "funder"]}, Audience.NOBODY),
    ({"pieces": [{**PIECE, "mandatory": False}]}, Audience.RUNNING),
    ({"pieces": [{**PIECE, "due_on": "2026-04-15"}]}, Audience.RUNNING),
    ({"pieces": [{**PIECE, "hint": "Deux pages."}]}, Audience.NOBODY),
    ({"pieces": [{**PIECE, "media_types": ["application/pdf", "image/png"], "max_bytes": 9}]}, Audience.IN_HAND),
    ({"pieces": [PIECE, {**PIECE, "code": "photo", "label": "Photo", "mandatory": False}]}, Audience.RUNNING),
    ({"questions": [{**QUESTION, "choices": ["a", "b", "c"]}]}, Audience.IN_HAND),
    ({"questions": [{**QUESTION, "frozen": False}]}, Audience.RUNNING),
    ({"dates": [{**DATE, "starts_on": "2026-05-11"}]}, Audience.RUNNING),
    ({"dates": []}, Audience.RUNNING),
    ({"costs": [{**COST, "payer": "Structure"}]}, Audience.RUNNING),
    ({"bodies": [["carrier", "FéMaSCo", False], ["funder", "ARS", False]]}, Audience.NOBODY),
    ({"bodies": [["carrier", "FéMaSCo", False]]}, Audience.NOBODY),
]
HARDER = [
    {"closes_at": "2026-03-30T21:59:59+00:00"},
    {"closes_at": None},
    {"opens_at": "2026-03-05T00:00:00+00:00"},
    {"reference_on": "2026-05-01"},
    {"reference_on": None},
    {"structure_kinds": ["cpts"]},
    {"regions": ["ARA"]},
    {"max_per_structure": 1},
    {"profile_fields": ["contract", "seniority"]},
    {"has_school_step": False},
    {"has_preselection": False},
    {"publishes_before_school": True},
    {"declarations": []},
    {"pieces": []},
    {"pieces": [{**PIECE, "max_bytes": 4}]},
    {"pieces": [{**PIECE, "media_types": ["image/png"]}]},
    {"pieces": [PIECE, {**PIECE, "code": "diplome", "label": "Diplôme"}]},
    {"questions": []},
    {"questions": [{**QUESTION, "label": "Autre question"}]},
    {"questions": [{**QUESTION, "choices": ["a", "c"]}]},
    {"questions": [QUESTION, {**QUESTION, "code": "autre", "label": "Autre"}]},
    {"bodies": [["funder", "ARS", True]]},
]


@pytest.mark.parametrize(("values", "audience"), SAFE, ids=lambda value: str(value)[:50])
def test_a_safe_change_is_told_to_those_it_concerns(values: dict[str, Any], audience: Audience) -> None:
    found = changed(**values)
    assert (found.refusals, found.audience) == ([], audience)
    assert found.changes
    assert all(change.sentence.endswith(".") for change in found.changes)


@pytest.mark.parametrize("values", HARDER, ids=str)
def test_what_would_ask_more_or_take_back_is_refused(values: dict[str, Any]) -> None:
    assert changed(**values).refusals


def test_the_order_of_lines_changes_without_telling_anyone() -> None:
    two = [DATE, {**DATE, "code": "launch"}]
    found = revision(content(dates=two), content(dates=two[::-1]), Moment(NOW, opinions_given=False))
    assert [change.audience for change in found.changes] == [Audience.NOBODY]


def test_opinions_given_settle_how_they_are_asked() -> None:
    asked = content(opinions_in_session=False)
    assert revision(content(), asked, Moment(NOW, opinions_given=True)).refusals
    assert not revision(content(), asked, Moment(NOW, opinions_given=False)).refusals


def test_an_opening_to_come_may_still_move() -> None:
    before = content(opens_at="2026-03-10T00:00:00+00:00")
    assert not revision(
        before, content(opens_at="2026-03-12T00:00:00+00:00"), Moment(NOW, opinions_given=False)
    ).refusals


# The calendar ---------------------------------------------------------------------------------------------------------

STEPS = {
    "preselection": "2026-04-06", "interviews": "2026-04-20", "committee": "2026-04-27", "school": "2026-05-04",
    "publication": "2026-05-04", "launch": "2026-05-18", "first-seminar": "2026-06-08",
}  # fmt: skip


def a_call(steps: Mapping[str, str | None], **values: Any) -> Any:
    dates = [
        SimpleNamespace(code=code, label=code, starts_on=date.fromisoformat(day) if day else None, ends_on=None)
        for code, day in steps.items()
    ]
    cohort = SimpleNamespace(launch_on=None, first_seminar_on=None)
    given = {
        "has_preselection": True,
        "has_interviews": True,
        "has_school_step": True,
        "publishes_before_school": False,
    }
    closes_at = clock.end_of_day(date(2026, 3, 31))
    return SimpleNamespace(closes_at=closes_at, dates=dates, cohort=cohort, **{**given, **values})


def test_a_calendar_in_order_warns_of_nothing() -> None:
    assert calendar_warnings(a_call(dict(STEPS))) == []
    assert calendar_warnings(a_call(dict.fromkeys(STEPS))) == []


@pytest.mark.parametrize(
    ("step", "day"),
    [
        ("preselection", "2026-03-31"),  # the closing day itself counts whole
        ("interviews", "2026-04-05"),
        ("school", "2026-04-27"),  # strictly after the last committee
        ("publication", "2026-05-03"),
        ("launch", "2026-05-04"),  # strictly after the publication
        ("first-seminar", "2026-05-17"),
    ],
)
def test_each_contradiction_is_told_once_r17(step: str, day: str) -> None:
    warnings = calendar_warnings(a_call({**STEPS, step: day}))
    assert len(warnings) == 1
    assert step in warnings[0]


def test_steps_the_call_has_not_are_not_compared_r105() -> None:
    wrong = {**STEPS, "preselection": "2026-02-01"}
    assert calendar_warnings(a_call(wrong, has_preselection=False)) == []
    early = {**STEPS, "publication": "2026-04-28"}
    assert calendar_warnings(a_call(early))
    assert calendar_warnings(a_call(early, publishes_before_school=True)) == []


def test_another_launch_than_the_cohort_s_is_told() -> None:
    call = a_call(dict(STEPS))
    call.cohort.launch_on = date(2026, 5, 20)
    assert calendar_warnings(call) == ["« launch » n’est pas à la date de la promotion."]
