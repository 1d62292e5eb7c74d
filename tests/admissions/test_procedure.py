"""The procedure of a file, cell by cell, against a table written by hand; and who may take each act (R95–R97, R105)."""

import uuid
from types import SimpleNamespace
from typing import Any, Final

import pytest

from training import rooms
from training.accounts.enums import Function, Part
from training.admissions.enums import ApplicationAct, ApplicationStatus
from training.admissions.procedure import APPLICATION
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired
from training.common.policy import NOBODY, WORKER, Capacity, Principal, policy

rooms.declare()

PATHS: Final[dict[str, dict[str, str]]] = {
    "draft": {
        "submit": "submitted", "bring_in": "submitted", "restore": "submitted", "close_unsent": "not_submitted", "withdraw": "withdrawn",
    },
    "submitted": {
        "take_back": "draft", "ask_correction": "to_correct", "admit": "admissible", "dismiss": "inadmissible",
        "withdraw": "withdrawn",
    },
    "to_correct": {
        "take_back": "draft", "correct": "submitted", "admit": "admissible", "dismiss": "inadmissible",
        "withdraw": "withdrawn",
    },
    "admissible": {
        "start_review": "under_review", "reopen_admissibility": "submitted", "withdraw": "withdrawn",
    },
    "inadmissible": {"reopen_admissibility": "submitted"},
    "under_review": {
        "preselect": "preselected", "not_preselect": "not_preselected", "shortlist": "shortlisted",
        "put_on_waiting_list": "waiting", "not_select": "not_selected", "reopen_admissibility": "submitted",
        "withdraw": "withdrawn",
    },
    "preselected": {
        "shortlist": "shortlisted", "put_on_waiting_list": "waiting", "not_select": "not_selected",
        "reopen_review": "under_review", "withdraw": "withdrawn",
    },
    "not_preselected": {"reopen_review": "under_review", "withdraw": "withdrawn"},
    "shortlisted": {
        "transmit": "transmitted", "offer": "offered", "reopen_review": "under_review", "withdraw": "withdrawn",
    },
    "waiting": {
        "transmit": "transmitted", "offer": "offered", "reopen_review": "under_review", "withdraw": "withdrawn",
    },
    "not_selected": {"reopen_review": "under_review", "withdraw": "withdrawn"},
    "transmitted": {"validate": "validated", "refuse": "refused_by_school", "withdraw": "withdrawn"},
    "validated": {"offer": "offered", "reopen_school": "transmitted", "withdraw": "withdrawn"},
    "refused_by_school": {"reopen_school": "transmitted", "withdraw": "withdrawn"},
    "offered": {"confirm": "confirmed", "decline": "declined", "lapse": "lapsed", "withdraw": "withdrawn"},
    "confirmed": {"enrol": "enrolled", "withdraw": "withdrawn"},
    "enrolled": {},
    "declined": {"reinstate": "validated", "return_to_reserve": "waiting"},
    "lapsed": {"reinstate": "validated", "return_to_reserve": "waiting"},
    "withdrawn": {},
    "not_submitted": {},
}  # fmt: skip
"""From each state, each act it offers and where it leads; nothing else is possible."""

ASK_WHY: Final = {
    "ask_correction", "dismiss", "not_preselect", "not_select", "refuse", "reopen_admissibility", "reopen_review",
    "reopen_school", "reinstate", "return_to_reserve",
}  # fmt: skip

CARRIER, FUNDER, SCHOOL, PARTNER, ELSEWHERE = (uuid.uuid4() for _ in range(5))
OWNER, STRUCTURE = uuid.uuid4(), uuid.uuid4()

STAFF_ONLY: Final = (
    "bring_in",
    "ask_correction",
    "admit",
    "dismiss",
    "start_review",
    "preselect",
    "not_preselect",
    "shortlist",
    "put_on_waiting_list",
    "not_select",
    "transmit",
    "enrol",
    "reopen_admissibility",
    "reopen_review",
    "reinstate",
    "return_to_reserve",
)
TAKERS: Final[dict[str, set[str]]] = {
    **{act: {"applicant", "applicant_on_staff"} for act in ("submit", "take_back", "correct", "confirm", "decline")},
    "restore": {"worker"},
    "close_unsent": {"worker"},
    "lapse": {"worker"},
    **{act: {"carrier"} for act in STAFF_ONLY},
    "offer": {"carrier", "worker"},
    "validate": {"school"},
    "refuse": {"school"},
    "reopen_school": {"school"},
    "withdraw": {"applicant", "applicant_on_staff", "carrier"},
}  # fmt: skip
"""Which kinds of person the policy lets take each act, while every body uses the tool."""


def held(function: Function, body: uuid.UUID, **scope: Any) -> Capacity:
    return Capacity(function.value, function.label, organisation_id=body, **scope)


def someone(*capacities: Capacity, person_id: uuid.UUID | None = None) -> Principal:
    return Principal(person_id=person_id or uuid.uuid4(), name="Camille Roy", capacities=capacities)


KINDS: Final[dict[str, Principal]] = {
    "nobody": NOBODY,
    "stranger": someone(),
    "applicant": someone(person_id=OWNER),
    "applicant_on_staff": someone(held(Function.MANAGER, CARRIER), person_id=OWNER),
    "carrier": someone(held(Function.MANAGER, CARRIER)),
    "carrier_reader": someone(held(Function.READER, CARRIER)),
    "carrier_elsewhere": someone(held(Function.MANAGER, CARRIER, region="OCC")),
    "funder": someone(held(Function.MANAGER, FUNDER)),
    "school": someone(held(Function.MANAGER, SCHOOL)),
    "school_reader": someone(held(Function.READER, SCHOOL)),
    "partner": someone(held(Function.MANAGER, PARTNER)),
    "committee_member": someone(held(Function.COMMITTEE_MEMBER, CARRIER)),
    "other_federation": someone(held(Function.MANAGER, ELSEWHERE)),
    "administrator": someone(Capacity(Function.ADMINISTRATOR.value, "administration")),
    "worker": WORKER,
}


def file_in(status: str, *, school_outside: bool = False) -> Any:
    """A file as the policy sees one: its parts, its person, its structure."""
    parts = [
        SimpleNamespace(part=part, organisation_id=body, outside_tool=school_outside and part is Part.SCHOOL)
        for part, body in (
            (Part.CARRIER, CARRIER), (Part.FUNDER, FUNDER), (Part.SCHOOL, SCHOOL), (Part.PARTNER, PARTNER),
        )
    ]  # fmt: skip
    return SimpleNamespace(
        status=ApplicationStatus(status),
        parts=parts,
        person_id=OWNER,
        structure_id=STRUCTURE,
        structure=SimpleNamespace(departement_code="21", region_code="BFC"),
    )


def test_the_hand_written_table_names_every_state_and_every_act() -> None:
    assert set(PATHS) == {status.value for status in ApplicationStatus}
    assert {act for acts in PATHS.values() for act in acts} == {act.value for act in ApplicationAct} == set(TAKERS)


@pytest.mark.parametrize("act", [act.value for act in ApplicationAct])
@pytest.mark.parametrize("state", [status.value for status in ApplicationStatus])
def test_a_state_offers_its_acts_and_no_other(state: str, act: str) -> None:
    step = APPLICATION.steps[ApplicationAct(act)]
    if act in PATHS[state]:
        assert ApplicationStatus(state) in step.from_
        assert step.to.value == PATHS[state][act]
    else:
        assert ApplicationStatus(state) not in step.from_
        with pytest.raises(ActUnavailable) as refused:
            APPLICATION.check(file_in(state), ApplicationAct(act), by=KINDS["carrier"], reason="Parce que.")
        assert refused.value.state_label == ApplicationStatus(state).label


@pytest.mark.parametrize("act", [act.value for act in ApplicationAct])
@pytest.mark.parametrize("kind", KINDS)
def test_an_act_is_taken_by_whom_it_belongs_to(act: str, kind: str) -> None:
    step = APPLICATION.steps[ApplicationAct(act)]
    subject = file_in(min(step.from_).value)
    assert policy.allows(KINDS[kind], step.permission, subject) == (kind in TAKERS[act])


@pytest.mark.parametrize("act", [act for act, takers in TAKERS.items() if "carrier" in takers and act != "withdraw"])
def test_nobody_processes_her_own_file_even_on_the_carriers_staff(act: str) -> None:  # R97
    step = APPLICATION.steps[ApplicationAct(act)]
    with pytest.raises(Forbidden):
        APPLICATION.check(
            file_in(min(step.from_).value), ApplicationAct(act), by=KINDS["applicant_on_staff"], reason="Parce que."
        )


@pytest.mark.parametrize("act", ["validate", "refuse", "reopen_school"])
def test_the_carrier_transcribes_a_school_outside_the_tool_and_the_school_no_longer_acts(act: str) -> None:  # R96
    subject = file_in("transmitted", school_outside=True)
    permission = APPLICATION.steps[ApplicationAct(act)].permission
    assert policy.allows(KINDS["carrier"], permission, subject)
    assert not policy.allows(KINDS["applicant_on_staff"], permission, subject)
    assert not policy.allows(KINDS["funder"], permission, subject)


@pytest.mark.parametrize("act", sorted(ASK_WHY))
def test_what_goes_against_someone_or_backward_asks_why(act: str) -> None:
    step = APPLICATION.steps[ApplicationAct(act)]
    assert step.reason
    subject = file_in(min(step.from_).value)
    by = KINDS["school" if "school" in TAKERS[act] else "carrier"]
    if step.bar is None:
        with pytest.raises(ReasonRequired):
            APPLICATION.check(subject, ApplicationAct(act), by=by, reason="  ")


def test_no_other_act_asks_why() -> None:
    assert {act.value for act, step in APPLICATION.steps.items() if step.reason} == ASK_WHY


def test_every_act_speaks_french_on_its_button_and_in_the_timeline() -> None:
    for step in APPLICATION.steps.values():
        assert step.label[0].isupper()
        assert step.sentence.split()[0] in {"a", "n’a"}
