"""A call prepared, settled section by section, published, changed safely, renewed, validated (R1, R13–R18, R95, R112)."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts, cohorts
from tests.factories import admissions as make
from training.accounts.enums import Part
from training.admissions import rules
from training.admissions.commands import AnswerQuestions, ChooseStructure, NewCall
from training.admissions.commands import settings as ask
from training.admissions.enums import (
    ApplicationStatus,
    CallPhase,
    CallStatus,
    PieceProvider,
    QuestionKind,
    ReadingMoment,
)
from training.admissions.models import Call, CallVersion, Criterion, PieceRequirement, Question
from training.admissions.services import (
    answering,
    call_lines,
    calls,
    filing,
    publishing,
    renewing,
    revising,
    sections,
    validating,
)
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.mail import MailUrgency, OutgoingMail
from training.common.policy import Principal
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
TODAY = date(2026, 3, 2)


def prepared(cohort: Cohort | None = None) -> tuple[Call, Principal]:
    cohort = cohort or make.cohort()
    call = calls.prepare(NewCall(cohort.id, "BFC-P9", "Promo 9"), by=Principal(name="Camille Roy"))
    return call, make.manager(call)


SELECTION = ask.Selection(
    has_preselection=True, has_interviews=True, interview_minutes=30, has_school_step=True,
    publishes_before_school=False, opinion_parts=("carrier", "funder"), opinions_in_session=True, offer_days=7,
)  # fmt: skip
AUDIENCE = ask.Audience(("msp",), ("BFC",), False, True, True, None)
CV = ask.PieceLine("CV", "", ("application/pdf",), 5_000_000, True, False, False, None, PieceProvider.APPLICANT)
DIET = ask.QuestionLine("Régime alimentaire", "", QuestionKind.TEXT, (), mandatory=False, frozen=False)
SHIFT = ask.QuestionLine("Votre rythme", "", QuestionKind.CHOICE, ("plein", "partiel"), mandatory=True, frozen=True)


def settle(call: Call, what: ask.Section, *, by: Principal, confirmed: bool = False) -> None:
    revising.change(call, lambda: sections.write(call, what, by=by), confirmed=confirmed, section="essai", by=by)


def line(call: Call, what: ask.Line, row: Any = None, *, by: Principal, confirmed: bool = False) -> None:
    revising.change(call, lambda: call_lines.write(call, what, row, by=by), confirmed=confirmed, section="essai", by=by)


def window(days: int = 30) -> ask.Window:
    return ask.Window(TODAY, TODAY + timedelta(days=days), None)


# Prepared -------------------------------------------------------------------------------------------------------------


@both_engines
def test_the_bodies_of_the_cohort_play_the_same_parts_in_its_call_r95() -> None:
    cohort = make.cohort(school_outside=True)
    call, _ = prepared(cohort)
    db.session.expire_all()
    played = {(p.part, p.organisation_id, p.outside_tool) for p in call.parts}
    assert played == {(p.part, p.organisation_id, p.outside_tool) for p in cohort.parts}
    assert call.structure_kinds == ["cpts", "msp"]
    assert call.opinion_parts == ["carrier", "funder"]


def test_a_call_without_a_funder_waits_for_no_opinion_of_one_r24() -> None:
    cohort = make.cohort()
    cohort.parts = [p for p in cohort.parts if p.part is not Part.FUNDER]
    db.session.flush()
    call, by = prepared(cohort)
    assert call.opinion_parts == ["carrier"]
    with pytest.raises(Refused, match="financeur") as refusal:
        settle(call, SELECTION, by=by)
    assert refusal.value.field == "opinion_parts"


@both_engines
def test_every_section_and_line_is_written_and_read_again_r13_r18() -> None:
    call, by = prepared()
    msp = next(variant for variant in call.edition.variants if variant.code == "MSP")
    for section in (
        ask.Presentation("Promo 9", "Pour qui ?", "contact@example.org"), window(), AUDIENCE, SELECTION,
        ask.Places(12, ((msp.id, 5),)), ask.Profile(("contract", "team_size")),
    ):  # fmt: skip
        settle(call, section, by=by)
    for row in (
        CV, ask.DeclarationLine("Je suis en poste."), SHIFT, DIET,
        ask.DateLine("committee", "Comité", TODAY + timedelta(days=40), None),
        ask.DateLine(None, "Réunion d’information", None, None), ask.CostLineCommand("Repas", "Fédération", ""),
        ask.BodyLine(accounts.organisation().id, Part.PARTNER, outside_tool=True),
    ):  # fmt: skip
        line(call, row, by=by)
    db.session.expire_all()
    content = rules.call_content(call)
    assert call.closes_at == clock.end_of_day(TODAY + timedelta(days=30))
    assert (content["places"], content["quotas"], content["profile_fields"]) == (
        12,
        {"MSP": 5},
        ["contract", "team_size"],
    )
    assert [piece["code"] for piece in content["pieces"]] == ["cv"]
    assert [question["choices"] for question in content["questions"]] == [["plein", "partiel"], []]
    assert [day["code"] for day in content["dates"]] == ["committee", "reunion-d-information"]
    assert ["partner", True] in [[part, outside] for part, _name, outside in content["bodies"]]


def test_lines_are_moved_and_taken_away_and_keep_their_order() -> None:
    call, by = prepared()
    for label in ("Un", "Deux", "Trois"):
        line(call, replace(CV, label=label), by=by)
    call_lines.move_up(call, call.pieces[2])
    call_lines.remove(call, call.pieces[0])
    db.session.expire_all()
    assert [(piece.label, piece.position) for piece in call.pieces] == [("Trois", 1), ("Deux", 2)]
    with pytest.raises(Conflict):
        call_lines.move_up(call, call.pieces[0])


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (ask.Window(TODAY, TODAY - timedelta(days=1), None), "closes_on"),
        (replace(AUDIENCE, structure_kinds=("hospital",)), "structure_kinds"),
    ],
)
def test_a_section_that_contradicts_itself_is_refused(what: ask.Section, field: str) -> None:
    call, by = prepared()
    with pytest.raises(Refused) as refusal:
        settle(call, what, by=by)
    assert refusal.value.field == field


def test_a_line_that_contradicts_itself_is_refused() -> None:
    call, by = prepared()
    line(call, ask.DateLine("school", "École", TODAY, None), by=by)
    carrier = next(played for played in call.parts if played.part is Part.CARRIER)
    refusals: list[tuple[Callable[[], Any], str]] = [
        (lambda: line(call, replace(SHIFT, choices=("seul",)), by=by), "choices"),
        (lambda: line(call, ask.DateLine("school", "Encore", None, None), by=by), "step"),
        (lambda: line(call, ask.DateLine(None, "X", TODAY, TODAY - timedelta(days=1)), by=by), "ends_on"),
        (lambda: line(call, ask.BodyLine(carrier.organisation_id, Part.CARRIER, False), by=by), "organisation"),
        (lambda: line(call, ask.BodyLine(accounts.organisation().id, Part.CARRIER, False), by=by), "part"),
    ]
    for act, field in refusals:
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.field == field
    with pytest.raises(Refused, match="toujours un organisme porteur"):
        call_lines.remove(call, carrier)


# Published, then changed ------------------------------------------------------------------------------------------------


def test_a_call_is_published_whole_and_its_first_version_is_what_it_says() -> None:
    call, by = prepared()
    with pytest.raises(Refused, match="dates d’ouverture"):
        calls.publish(call, by=by)
    settle(call, window(), by=by)
    line(call, CV, by=by)
    calls.publish(call, by=by)
    assert rules.phase(call, clock.now()) is CallPhase.OPEN
    version = db.session.scalars(select(CallVersion).where(CallVersion.call_id == call.id)).one()
    assert (version.number, version.changes, version.content) == (1, [], rules.call_content(call))


@both_engines
def test_a_later_closing_is_confirmed_kept_as_a_version_and_told_to_drafts_only() -> None:
    call = make.call()
    draft, sent, gone = make.draft(call), make.submitted(call), make.submitted(call)
    filing.withdraw(gone, by=make.owner(gone))
    by = make.manager(call)
    closed_on = clock.in_paris(call.closes_at or clock.now()).date()
    later = ask.Window(
        clock.in_paris(call.opens_at or clock.now()).date(), closed_on + timedelta(days=7), call.reference_on
    )
    with pytest.raises(revising.Unconfirmed) as asked:
        settle(call, later, by=by)
    assert [each.application.id for each in asked.value.told] == [draft.id]
    assert (call.version, call.closes_at) == (1, clock.end_of_day(closed_on))
    settle(call, later, by=by, confirmed=True)
    assert (call.version, call.closes_at) == (2, clock.end_of_day(closed_on + timedelta(days=7)))
    assert sent.versions[0].call_version == 1
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/call_changed")).all()
    assert [(mail.to_person_id, mail.urgency) for mail in mails] == [(draft.person_id, MailUrgency.PROMPT)]
    assert "Clôture" in mails[0].text
    version = db.session.scalars(select(CallVersion).where(CallVersion.call_id == call.id)).one()
    assert (version.number, version.told) == (2, 1)


def test_a_change_is_told_by_what_each_knows_and_not_by_the_untold_decision_r105() -> None:
    call = make.call()
    refused, told = make.refused(call), make.submitted(call)
    line(
        call,
        ask.DateLine("launch", "Lancement", TODAY + timedelta(days=90), None),
        by=make.manager(call),
        confirmed=True,
    )
    reached = set(
        db.session.scalars(select(OutgoingMail.about_id).where(OutgoingMail.message == "admissions/call_changed"))
    )
    assert reached == {refused.id, told.id}


def test_what_would_harden_a_published_call_is_refused_and_undone() -> None:
    call = make.call(derogation_allowed=True)
    by = make.manager(call)
    narrower = ask.Audience(("msp",), (), False, False, True, None)
    with pytest.raises(Refused, match="ne se retire plus"):
        settle(call, narrower, by=by, confirmed=True)
    assert call.structure_kinds == ["msp", "cpts"]
    with pytest.raises(Refused, match="rendez-la facultative"):
        revising.change(call, lambda: call_lines.remove(call, call.pieces[0]), confirmed=True, section="pieces", by=by)
    with pytest.raises(Refused, match="facultative"):
        line(call, replace(CV, label="Diplôme"), by=by, confirmed=True)
    assert [piece.code for piece in call.pieces] == ["cv", "lettre"]
    assert call.version == 1


def test_a_finalised_call_changes_no_more() -> None:
    call = make.call(status=CallStatus.FINALISED)
    with pytest.raises(Conflict):
        settle(call, ask.Presentation("Autre", "", None), by=make.manager(call), confirmed=True)


def test_a_campaign_ends_once_its_results_are_told() -> None:
    call = make.call()
    make.refused(call)
    with pytest.raises(Refused, match="pas encore publiés"):
        calls.finalise(call, by=make.manager(call))
    publishing.publish_results(call, by=make.manager(call))
    calls.finalise(call, by=make.manager(call))
    assert call.status is CallStatus.FINALISED


# Its own questions ------------------------------------------------------------------------------------------------------


def asking(call: Call) -> Call:
    """The call with a mandatory frozen question and an optional one that may still change."""
    call.questions = [
        Question(
            id=uuid.uuid4(), code="rythme", label="Rythme", kind=QuestionKind.CHOICE, choices=["a", "b"], position=1
        ),
        Question(
            id=uuid.uuid4(),
            code="venue",
            label="Arrivée",
            kind=QuestionKind.DATE,
            mandatory=False,
            frozen=False,
            position=2,
        ),
    ]
    db.session.flush()
    return call


@both_engines
def test_answers_are_asked_frozen_and_kept_as_submitted_r19_r22() -> None:
    file = make.complete(make.draft(asking(make.call())))
    assert [item.section for item in rules.missing(file, clock.today())] == ["questions"]
    both = frozenset({"rythme", "venue"})
    answering.answer_questions(file, AnswerQuestions({"rythme": "a", "venue": "2026-05-04"}, both), by=make.owner(file))
    version = filing.submit(file, by=make.owner(file))
    assert [(line["question"], line["answer"]) for line in version.content["answers"]] == [
        ("Rythme", "a"), ("Arrivée", "4 mai 2026"),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        answering.answer_questions(file, AnswerQuestions({"rythme": "b"}, frozenset({"rythme"})), by=make.owner(file))
    later = AnswerQuestions({"venue": "2026-05-05"}, frozenset({"venue"}))
    answering.answer_questions(file, later, by=make.owner(file))
    db.session.expire_all()
    assert file.answers == {"rythme": "a", "venue": "2026-05-05"}
    assert version.content["answers"][1]["answer"] == "4 mai 2026"


@pytest.mark.parametrize("status", [ApplicationStatus.INADMISSIBLE, ApplicationStatus.ENROLLED])
def test_a_file_that_is_over_takes_no_answer(status: ApplicationStatus) -> None:
    file = make.submitted()
    file.call.questions = asking(file.call).questions
    file.status = status
    with db.session.no_autoflush:
        assert answering.open_questions(file) == []


@both_engines
def test_a_structure_has_no_more_candidates_than_the_call_takes_r11() -> None:
    call, structure = make.call(max_per_structure=1), accounts.structure()
    late = make.complete(make.draft(call), structure)
    first = make.submitted(call, structure=structure)
    with pytest.raises(Refused, match="le plus que cet appel accepte"):
        filing.submit(late, by=make.owner(late))
    with pytest.raises(Refused) as refusal:
        filing.choose_structure(make.draft(call), ChooseStructure(structure.id, "Coordinatrice"), by=make.owner(late))
    assert refusal.value.field == "structure"
    filing.withdraw(first, by=make.owner(first))
    filing.submit(late, by=make.owner(late))
    assert late.status is ApplicationStatus.SUBMITTED


# Renewed, validated -----------------------------------------------------------------------------------------------------


@both_engines
def test_a_call_is_renewed_with_every_date_moved() -> None:
    former = asking(make.call(max_per_structure=2))
    former.dates = []
    by = make.manager(former)
    line(former, ask.DateLine("school", "École", TODAY, TODAY + timedelta(days=1)), by=by, confirmed=True)
    line(former, ask.DateLine("launch", "Lancement", None, None), by=by, confirmed=True)
    cohort = cohorts.cohort(carrier=make.body(former, Part.CARRIER))
    opened = clock.in_paris(former.opens_at or clock.now()).date()
    grid = {"moment": ReadingMoment.FILE, "label": "Projet", "weight": 3, "highest": 5, "position": 1}
    db.session.add(Criterion(call=former, **grid))
    renewed = renewing.renew(former, ask.Renewal(cohort.id, "NOUVEL", "Nouvel", opened + timedelta(days=364)), by=by)
    (copied,) = db.session.scalars(select(Criterion).where(Criterion.call_id == renewed.id))
    assert {name: getattr(copied, name) for name in grid} == grid
    db.session.expire_all()
    assert (renewed.status, renewed.version, renewed.cohort_id) == (CallStatus.DRAFT, 1, cohort.id)
    assert renewed.closes_at == clock.end_of_day(
        clock.in_paris(former.closes_at or clock.now()).date() + timedelta(days=364)
    )
    assert [(day.starts_on, day.ends_on) for day in renewed.dates] == [
        (TODAY + timedelta(days=364), TODAY + timedelta(days=365)), (None, None),
    ]  # fmt: skip
    was, now = rules.call_content(former), rules.call_content(renewed)
    kept = ("pieces", "declarations", "questions", "costs", "max_per_structure", "structure_kinds", "offer_days")
    assert {name: now[name] for name in kept} == {name: was[name] for name in kept}
    assert {
        row.id for row in db.session.scalars(select(PieceRequirement).where(PieceRequirement.call_id == renewed.id))
    }


def test_a_call_in_preparation_is_not_renewed() -> None:
    call, by = prepared()
    with pytest.raises(Refused, match="pas publié"):
        renewing.renew(call, ask.Renewal(make.cohort().id, "X", "X", TODAY), by=by)


def test_the_funder_validates_the_call_and_its_places_r112() -> None:
    call = make.call()
    funder = make.manager(call, Part.FUNDER)
    with pytest.raises(Refused) as refusal:
        validating.validate(call, ask.ValidateCall(TODAY + timedelta(days=1), 18, ""), by=funder)
    assert refusal.value.field == "decided_on"
    made = validating.validate(call, ask.ValidateCall(TODAY, 18, ""), by=funder)
    assert (made.organisation_id, made.places, made.is_transcribed) == (make.body(call, Part.FUNDER).id, 18, False)


def test_a_funder_outside_the_tool_is_transcribed_with_its_proof_r96() -> None:
    call = make.call()
    for played in call.parts:
        played.outside_tool = played.part is Part.FUNDER
    db.session.flush()
    with pytest.raises(Refused) as refusal:
        validating.validate(call, ask.ValidateCall(TODAY, 18, ""), by=make.manager(call))
    assert refusal.value.field == "evidence"
