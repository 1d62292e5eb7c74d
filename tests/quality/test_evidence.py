"""Receipts, self-ratings, the register and the improvements: rules and verbs on real rows (R123)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import ActUnavailable, Forbidden, Refused
from training.common.mail import MailUrgency, OutgoingMail
from training.database import db
from training.quality.commands import HandbookToPublish, SelfRating
from training.quality.enums import ComplaintStatus, HandbookKind, ImprovementStatus, Moment
from training.quality.models import Complaint, ReadReceipt
from training.quality.queries.handbooks import page_of
from training.quality.queries.positioning import positioning_of, positioning_of_cohort
from training.quality.queries.teaching import teaching_of
from training.quality.queries.waiting import waiting_for_carrier, waiting_for_learner
from training.quality.rules.evidence import TeachingLine, average, open_moments, teaching_totals
from training.quality.services import handbooks, positioning, registers, teaching
from training.seminars.enums import StaffRole
from training.seminars.models import HalfDayStaff

ENTRY, END = Moment.ENTRY, Moment.END
DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("given", "ends_on", "expected"),
    [
        ([], None, [ENTRY, END]),
        ([], DAY("2026-12-31"), [ENTRY]),
        ([], DAY("2026-05-01"), [ENTRY, END]),
        ([ENTRY], DAY("2026-05-02"), []),
        ([ENTRY], DAY("2026-05-01"), [END]),
        ([ENTRY, END], DAY("2026-05-01"), []),
    ],
)
def test_r123_each_self_rating_is_given_once_and_the_last_in_the_end(
    given: list[Moment], ends_on: date | None, expected: list[Moment]
) -> None:
    assert open_moments(given, ends_on, DAY("2026-03-02")) == expected


@pytest.mark.parametrize(("levels", "mean"), [([], None), ([3] * 4, None), ([0, 1, 2, 3, 3], Decimal("1.8"))])
def test_r123_under_five_answers_there_is_no_average(levels: list[int], mean: Decimal | None) -> None:
    assert average(levels) == mean


def test_hours_are_summed_apart_for_one_s_own_staff() -> None:
    def line(hours: int, *, internal: bool | None) -> TeachingLine:
        return TeachingLine("X", (), 1, Decimal(hours), Decimal(1), internal)

    lines = [line(3, internal=True), line(6, internal=True), line(3, internal=None)]
    assert teaching_totals(lines) == {"interne": (2, Decimal(11)), "à confirmer": (1, Decimal(4))}


def late(filed: Complaint) -> bool:
    return filed.is_late


def messages() -> list[tuple[str, str, MailUrgency]]:
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at, OutgoingMail.to_email))
    return [(mail.message, mail.to_email, mail.urgency) for mail in rows]


@pytest.mark.both_engines
def test_r123_a_receipt_is_kept_with_its_first_instant(cohort: Cohort, frozen_clock: Any) -> None:
    one, other = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    first = make.handbook(cohort)
    assert {to for _message, to, urgency in messages() if urgency is MailUrgency.DAILY} == {
        one.person.email,
        other.person.email,
    }
    receipt = handbooks.read(first, one, by=accounts.principal(one.person))
    read_at = receipt.read_at
    frozen_clock.advance(timedelta(days=1))
    assert handbooks.read(first, one, by=accounts.principal(one.person)).read_at == read_at
    assert len(db.session.scalars(select(ReadReceipt)).all()) == 1
    with pytest.raises(Forbidden):
        handbooks.read(first, other, by=accounts.principal(one.person))

    (view,) = page_of(cohort, one).views
    assert ([e.id for e, _at in view.readers], [e.id for e in view.missing]) == ([one.id], [other.id])
    assert handbooks.remind([first], by=make.carrier(cohort)) == 1


def test_a_new_version_is_read_anew_and_says_what_changes(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    handbooks.read(make.handbook(cohort), learner, by=accounts.principal(learner.person))
    assert waiting_for_learner([learner])[learner.id].unread == []
    with pytest.raises(Refused) as refusal:
        make.handbook(cohort)
    assert refusal.value.field == "changes"
    db.session.rollback()


def test_the_last_version_waits_for_its_reader(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    handbooks.read(make.handbook(cohort), learner, by=accounts.principal(learner.person))
    make.handbook(cohort, changes="Le plan d’accès")
    make.handbook(cohort, HandbookKind.RULES)
    waiting = waiting_for_learner([learner])[learner.id]
    assert waiting.unread == [HandbookKind.WELCOME, HandbookKind.RULES]
    assert waiting.moments == [ENTRY]
    shown = page_of(cohort, learner)
    assert [(v.handbook.kind, v.handbook.version, v.read_at) for v in shown.views] == [
        (HandbookKind.WELCOME, 2, None),
        (HandbookKind.RULES, 1, None),
    ]
    assert [each.version for each in shown.earlier] == [1]


def test_only_the_carrier_publishes(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    for someone in (learner.person, cohort_rows.animator(cohort), accounts.manager()):
        with pytest.raises(Forbidden):
            handbooks.publish(
                cohort,
                HandbookToPublish(HandbookKind.RULES, make.staged()),
                by=accounts.principal(someone),
            )


@pytest.mark.both_engines
def test_r123_a_self_rating_answers_every_objective_and_is_compared(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    asked = positioning_of(learner).objectives
    assert asked
    with pytest.raises(Refused):
        positioning.give(learner, SelfRating(ENTRY, {asked[0]: 1}), asked, by=accounts.principal(learner.person))
    with pytest.raises(Forbidden):
        positioning.give(learner, SelfRating(ENTRY, {}), asked, by=make.carrier(cohort))
    make.rated(learner, 1)
    make.rated(learner, 3, END)
    shown = positioning_of(learner)
    assert {(line.entry, line.end, line.gain) for module in shown.modules for line in module.lines} == {(1, 3, 2)}
    assert shown.open == []


def test_r123_the_cohort_s_averages_come_from_five_answers_on(cohort: Cohort, frozen_clock: Any) -> None:
    learners = [cohort_rows.learner(cohort) for _ in range(5)]
    for learner in learners[:4]:
        make.rated(learner, 2)
    four = positioning_of_cohort(cohort)
    assert four.answers[ENTRY] == 4
    assert {line.entry for _name, lines in four.modules for line in lines} == {None}
    make.rated(learners[4], 0)
    taught = {line.entry for _name, lines in positioning_of_cohort(cohort).modules for line in lines}
    assert taught - {None} == {Decimal("1.6")}


def test_the_end_is_not_rated_before_its_time(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    cohort.ends_on = DAY("2026-12-31")
    with pytest.raises(Refused, match="deux mois"):
        make.rated(learner, 1, END)


@pytest.mark.both_engines
def test_r123_a_complaint_is_due_in_fifteen_days_answered_then_closed(cohort: Cohort, frozen_clock: Any) -> None:
    learner = cohort_rows.learner(cohort)
    by = make.carrier(cohort)
    filed = make.complaint(cohort, learner.person)
    assert filed.due_on == DAY("2026-03-17")
    assert ("quality/complaint_filed", MailUrgency.DAILY) in {(m, urgency) for m, _to, urgency in messages()}
    with pytest.raises(ActUnavailable):
        registers.close(filed, by=by)
    with pytest.raises(Forbidden):
        registers.answer(filed, "Non", by=accounts.principal(learner.person))
    db.session.refresh(filed)
    frozen_clock.at(clock.at_paris(DAY("2026-03-18")))
    assert late(filed)
    registers.answer(filed, "Nous changeons de salle.", by=by)
    assert not late(filed)
    assert ("quality/complaint_answered", learner.person.email, MailUrgency.PROMPT) in messages()
    registers.close(filed, by=by)
    registers.reopen(filed, "La salle est la même", by=by)
    assert (filed.status, filed.answer, filed.due_on) == (ComplaintStatus.RECEIVED, "", DAY("2026-04-02"))


def test_an_empty_answer_is_no_answer(cohort: Cohort, frozen_clock: Any) -> None:
    filed = make.complaint(cohort, cohort_rows.learner(cohort).person)
    with pytest.raises(Refused), db.session.no_autoflush:
        registers.answer(filed, "   ", by=make.carrier(cohort))
    db.session.expire(filed)


@pytest.mark.both_engines
def test_r123_an_improvement_is_done_then_measured(cohort: Cohort, frozen_clock: Any) -> None:
    by = make.carrier(cohort)
    planned = make.improvement(cohort, complaint_id=make.complaint(cohort, cohort_rows.learner(cohort).person).id)
    with pytest.raises(ActUnavailable):
        registers.measure(planned, "Plus rien", by=by)
    db.session.expire(planned)
    with pytest.raises(Refused):
        registers.complete(planned, DAY("2026-03-03"), by=by)
    registers.complete(planned, DAY("2026-03-01"), by=by)
    registers.measure(planned, "Plus aucune réclamation sur les salles.", by=by)
    status: ImprovementStatus = planned.status
    assert status is ImprovementStatus.MEASURED


def test_the_carrier_s_desk_counts_what_is_owed(cohort: Cohort, frozen_clock: Any) -> None:
    person = cohort_rows.learner(cohort).person
    first = make.complaint(cohort, person)
    make.complaint(cohort, person)
    make.improvement(cohort, due_on=DAY("2026-03-05"))
    make.improvement(cohort, due_on=DAY("2026-12-01"))
    (row,) = waiting_for_carrier([cohort.id])
    assert (row.complaints, row.improvements, row.answer_by) == (2, 1, first.due_on)


def test_r123_hours_are_those_of_half_days_that_took_place(cohort: Cohort, frozen_clock: Any) -> None:
    speaker = accounts.person(first_name="Ada", last_name="Roux")
    past, coming = seminar_rows.half_day(cohort, DAY("2026-02-02")), seminar_rows.half_day(cohort, DAY("2026-04-02"))
    for half_day in (past, coming):
        db.session.add(HalfDayStaff(half_day_id=half_day.id, person_id=speaker.id, role=StaffRole.SPEAKER))
    db.session.flush()
    carrier = cohort_rows.part_of(cohort, Part.CARRIER)
    (line,) = teaching_of([cohort.id], carrier.id)
    assert (line.name, line.half_days, line.group_hours, line.tie) == ("Ada Roux", 1, Decimal(3), "à confirmer")
    for internal, words in ((False, "externe"), (True, "interne")):
        teaching.settle_tie(cohort, speaker.id, internal=internal, by=make.carrier(cohort))
        assert teaching_of([cohort.id], carrier.id)[0].tie == words
    assert teaching_of([cohort.id], carrier.id, since=DAY("2026-03-01")) == []
