"""Approvals of relay trainers near their end, told once to whoever may have them renewed (R32, R119, R120)."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.catalogue import make_edition, saved
from tests.support.letters import check_letter
from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.enums import EditionStatus
from training.cohorts import rules
from training.cohorts.commands import TrainerToAssign
from training.cohorts.enums import AssignmentKind, CohortStatus
from training.cohorts.models import Cohort, TrainerApproval
from training.cohorts.services import assign_animator
from training.cohorts.services.approvals import remind_approvals
from training.common import clock
from training.common.mail import MailUrgency, OutgoingMail
from training.common.policy import WORKER
from training.database import db

TODAY = date(2026, 3, 2)


def edition_says(days: int | None) -> Any:
    return SimpleNamespace(edition=SimpleNamespace(rules=SimpleNamespace(approval_notice_days=days)))


@pytest.mark.parametrize(
    ("said", "days"), [([], 60), ([None], 60), ([30], 30), ([None, 30], 30), ([90, 30], 90), ([0], 0)]
)
def test_r119_the_longest_notice_that_an_edition_says_holds_or_else_the_house_s(
    said: list[int | None], days: int
) -> None:
    assert rules.renewal_notice([edition_says(each) for each in said]) == timedelta(days=days)


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [
        (None, False),
        (TODAY - timedelta(days=1), True),
        (TODAY, True),
        (TODAY + timedelta(days=60), True),
        (TODAY + timedelta(days=61), False),
    ],
)
def test_r32_an_approval_is_to_renew_from_the_notice_on(valid_until: date | None, *, expected: bool) -> None:
    assert rules.is_to_renew(valid_until, TODAY, timedelta(days=60)) is expected


def approved(cohort: Cohort, valid_until: date | None, **values: Any) -> TrainerApproval:
    """Someone who animates the cohort, approved until a day."""
    someone = make.animator(cohort, **values)
    approval = db.session.scalars(select(TrainerApproval).where(TrainerApproval.person_id == someone.id)).one()
    approval.valid_until = valid_until
    db.session.commit()
    return approval


def told(message: str = "") -> dict[str, OutgoingMail]:
    db.session.expire_all()
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message.like(f"cohorts/approval_{message}%")))
    return {mail.to_email: mail for mail in mails}


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    return make.cohort(label="Promo 8")


@pytest.fixture
def around(cohort: Cohort) -> dict[str, Person]:
    return {
        "carrier": make.carrier_of(cohort),
        "school": accounts.manager(make.part_of(cohort, Part.SCHOOL)),
        "funder": accounts.manager(make.part_of(cohort, Part.FUNDER)),
        "stranger": accounts.manager(),
    }


@pytest.mark.both_engines
def test_r119_the_trainer_her_carrier_and_the_school_are_told_once_with_the_mails_of_the_morning(
    cohort: Cohort, around: dict[str, Person]
) -> None:
    make.part_of(cohort, Part.SCHOOL).name = "École des hautes études en santé publique"
    approval = approved(cohort, clock.today() + timedelta(days=60), first_name="Ada", last_name="Relais")
    lasting = approved(cohort, None)

    assert (remind_approvals(), remind_approvals()) == (1, 0)

    mails = told()
    assert set(mails) == {approval.person.email, around["carrier"].email, around["school"].email}
    assert {mail.urgency for mail in mails.values()} == {MailUrgency.DAILY}
    check_letter(mails[approval.person.email])
    check_letter(mails[around["carrier"].email])
    assert mails[around["school"].email].path == f"/promotions/{cohort.code}/formateurs"
    assert lasting.reminded_at is None


def test_r119_the_edition_says_how_long_before(session: Any, frozen_clock: Any) -> None:
    edition = make_edition()
    assert edition.rules is not None
    edition.rules.approval_notice_days = 10
    cohort = make.cohort(edition=saved(edition, status=EditionStatus.PUBLISHED))
    approved(cohort, clock.today() + timedelta(days=11))

    assert remind_approvals() == 0
    frozen_clock.advance(timedelta(days=1))
    assert remind_approvals() == 1


def test_r32_nothing_is_told_of_who_works_nowhere_or_was_approved_again(cohort: Cohort) -> None:
    soon = clock.today() + timedelta(days=5)
    idle = make.trainer(cohort)
    db.session.scalars(select(TrainerApproval).where(TrainerApproval.person_id == idle.id)).one().valid_until = soon
    renewed = approved(cohort, soon)
    make.approve(renewed.person, cohort, agreed_on=clock.today(), valid_until=soon + timedelta(days=700))
    elsewhere = make.cohort()
    make.approve(renewed.person, elsewhere, agreed_on=clock.today(), valid_until=soon)
    over = make.cohort()
    approved(over, soon)
    over.status = CohortStatus.CLOSED
    db.session.commit()

    assert (remind_approvals(), told()) == (0, {})


def test_r96_while_the_school_is_outside_its_carrier_is_told_to_transcribe(session: Any, frozen_clock: Any) -> None:
    cohort = make.cohort(school_outside=True)
    carrier = make.carrier_of(cohort)
    approved(cohort, clock.today() - timedelta(days=1))

    assert remind_approvals() == 1

    mail = told("to_renew")[carrier.email]
    assert "fini depuis le 1er mars 2026" in mail.subject
    assert "L’école n’utilise pas encore l’outil" in mail.text


def test_each_carrier_reads_of_its_own_cohorts_and_the_school_of_all(cohort: Cohort, around: dict[str, Person]) -> None:
    approval = approved(cohort, clock.today() + timedelta(days=5))
    other = make.cohort(label="Promo 9", edition=cohort.edition)
    school = make.part_of(cohort, Part.SCHOOL)
    next(part for part in other.parts if part.part is Part.SCHOOL).organisation = school
    command = TrainerToAssign(person_id=approval.person_id, kind=AssignmentKind.ANIMATOR, since=make.ENTERED)
    assign_animator(other, command, by=WORKER)
    away = make.carrier_of(other)
    db.session.commit()

    assert remind_approvals() == 1

    words = {email: mail.text for email, mail in told().items()}
    assert "Promo 9" not in words[around["carrier"].email]
    assert "Promo 8" not in words[away.email]
    assert "Promo 8 et Promo 9" in words[around["school"].email]
    assert "Promo 8 et Promo 9" in words[approval.person.email]
