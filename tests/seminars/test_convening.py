"""Convocations reviewed before they leave, sent again to one person, saying what changed and what is not settled (R118)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.seminars.test_convocations import DAYS, mails, planned, sent_by, staff
from tests.support.sent import all_sent
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import Refused
from training.common.links import AccessLink
from training.common.policy import WORKER
from training.database import db
from training.seminars import convening
from training.seminars.commands import SpeakerWords
from training.seminars.enums import SeminarAct, StaffRole
from training.seminars.models import Convocation, Seminar
from training.seminars.queries import convocations as queries
from training.seminars.rules.convocations import Difference, differences
from training.seminars.services import advance, move_seminar
from training.seminars.services import convening as sending
from training.seminars.services import convocations as services
from training.seminars.services.speakers import enter_speaker

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


def half_day(**changes: str) -> dict[str, str]:
    said = {"date": "lundi", "times": "9 h", "place": "Beaune", "modules": "M1", "trainer": "Ada"}
    return {**said, **changes}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, {"half_days": [half_day()]}, []),
        ({"half_days": [half_day()]}, {"half_days": [half_day()]}, []),
        (
            {"half_days": [half_day()]},
            {"half_days": [half_day(place="Dole")]},
            [Difference("lundi, 9 h, lieu", "Beaune", "Dole")],
        ),
        (
            {"half_days": [half_day(), half_day(date="mardi")]},
            {"half_days": [half_day(date="jeudi"), half_day(date="mardi")]},
            [Difference("Demi-journée", "lundi, 9 h", "jeudi, 9 h")],
        ),
        (
            {"half_days": [half_day(), half_day(date="mardi")]},
            {"half_days": [half_day()]},
            [Difference("Demi-journée retirée", "mardi, 9 h", "")],
        ),
        (
            {"half_days": []},
            {"half_days": [half_day()]},
            [Difference("Demi-journée ajoutée", "", "lundi, 9 h")],
        ),
        (
            {"half_days": [], "tentative": True, "access": "à confirmer"},
            {"half_days": [], "access": "Derrière la gare"},
            [
                Difference("Dates", "à confirmer", "confirmées"),
                Difference("Accès", "à confirmer", "Derrière la gare"),
            ],
        ),
    ],
)
def test_what_a_convocation_says_otherwise(before: Any, after: Any, expected: list[Difference]) -> None:
    assert differences(before, after) == expected


@pytest.fixture
def cohort() -> Cohort:
    return make.cohort(label="Promo 8", edition=make.published_edition(label="PACTE 2025-2027"))


@pytest.mark.both_engines
def test_a_modified_convocation_says_what_changed_and_names_are_forgotten_after(
    cohort: Cohort, frozen_clock: Any
) -> None:
    make.learner(cohort)
    seminar = planned(cohort)
    advance(seminar, SeminarAct.CONFIRM, by=WORKER)
    sent_by(cohort, seminar)
    all_sent()
    frozen_clock.advance(timedelta(hours=1))
    seminar.half_days[1].room = "Salle 7"
    services.set_practical(seminar, access="Derrière la gare.", bring="", by=staff(cohort))
    sent_by(cohort, seminar)

    first, second = mails()
    assert "Ce qui change" not in first.text
    told = second.text.split("Ce qui change")[1]
    assert "Vendredi 24 avril 2026, de 9 h 30 à 12 h 30, lieu" in told.replace("\u202f", " ").replace("\xa0", " ")
    assert "Beaune → Salle 7, Beaune" in told
    assert "à confirmer → Derrière la gare." in told
    rows = db.session.scalars(select(Convocation)).all()
    assert all(row.facts is not None and "who" not in row.facts for row in rows)
    frozen_clock.at(clock.at_paris(DAYS[1]) + timedelta(days=9))
    services.forget_practical()
    db.session.expire_all()
    assert [row.facts for row in db.session.scalars(select(Convocation))] == [None, None]


def test_an_unconfirmed_seminar_says_so_and_its_confirmation_is_told(cohort: Cohort, frozen_clock: Any) -> None:
    make.learner(cohort)
    seminar = planned(cohort)
    sent_by(cohort, seminar)
    assert "pas encore confirmé" in mails()[0].text
    (invitee,) = queries.invitees_of(seminar)
    assert convening.paper_of(seminar, invitee, queries.setting_of(seminar), address="x").data["tentative"] is True
    advance(seminar, SeminarAct.CONFIRM, by=WORKER)
    all_sent()
    frozen_clock.advance(timedelta(hours=1))
    sent_by(cohort, seminar)

    assert "pas encore confirmé" not in mails()[1].text
    assert "à confirmer → confirmées" in mails()[1].text
    assert convening.paper_of(seminar, invitee, queries.setting_of(seminar), address="x").data["tentative"] is False


def test_sent_again_to_one_person_her_links_still_work_and_nobody_else_is_told(
    cohort: Cohort, frozen_clock: Any
) -> None:
    learner, _other = make.learner(cohort), make.learner(cohort)
    seminar = planned(cohort)
    sent_by(cohort, seminar)
    all_sent()
    frozen_clock.advance(timedelta(hours=1))
    (invitee,) = queries.invitees_of(seminar, learner.person_id)
    sending.send_again(seminar, invitee, by=staff(cohort))

    assert [mail.to_email for mail in mails()[2:]] == [learner.person.email]
    assert "modifiée" not in mails()[2].subject
    links = db.session.scalars(select(AccessLink).where(AccessLink.bearer_id == learner.person_id)).all()
    assert [link.is_live for link in links] == [True] * 4
    assert queries.history_of(seminar).sent[learner.person_id].times == 2


def test_whoever_has_no_address_is_handed_a_pdf(cohort: Cohort, client: Any, page: Any) -> None:
    speaker = enter_speaker(cohort, SpeakerWords("Ève", "Roy"), by=WORKER)
    seminar = planned(cohort, staff=((speaker.id, StaffRole.SPEAKER),))
    with pytest.raises(Refused):
        sent_by(cohort, seminar)
    (invitee,) = queries.invitees_of(seminar)
    with pytest.raises(Refused, match="PDF"):
        sending.send_again(seminar, invitee, by=staff(cohort))
    db.session.commit()
    accounts.sign_in(client, make.carrier_of(cohort))
    assert "sans adresse" in page(f"/seminaires/{seminar.id}/convocations").text
    paper = client.get(f"/seminaires/{seminar.id}/convocations/{speaker.id}.pdf")
    assert (paper.status_code, paper.data[:4]) == (200, b"%PDF")


@pytest.fixture
def seminar(cohort: Cohort) -> Seminar:
    make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    return planned(cohort)


def test_a_page_says_who_is_written_to_before_anything_leaves(
    seminar: Seminar, cohort: Cohort, client: Any, page: Any
) -> None:
    db.session.commit()
    accounts.sign_in(client, make.carrier_of(cohort))
    address = f"/seminaires/{seminar.id}/convocations"
    assert "Relire et envoyer" in page(address).text
    shown = page(f"{address}/envoyer").text
    assert "Alix Morel" in shown
    assert "prévu, à confirmer" in shown
    assert mails() == []
    assert client.post(address).status_code == 303
    assert len(mails()) == 1
    assert "Rien ne part" in page(f"{address}/envoyer").text
    person = mails()[0].to_person_id
    assert "marchent encore" in page(f"{address}/{person}/envoyer").text
    assert client.post(f"{address}/{person}/envoyer").status_code == 303
    assert len(mails()) == 2


def test_only_who_plans_sends_again_or_prints_for_another(seminar: Seminar, cohort: Cohort, client: Any) -> None:
    (invitee,) = queries.invitees_of(seminar)
    db.session.commit()
    address = f"/seminaires/{seminar.id}/convocations"
    accounts.sign_in(client, invitee.person)
    for path in (f"{address}/envoyer", f"{address}/{invitee.person.id}/envoyer", f"{address}/{invitee.person.id}.pdf"):
        assert client.get(path).status_code == 403
    accounts.sign_in(client, make.carrier_of(cohort))
    assert client.get(f"{address}/{accounts.person().id}/envoyer").status_code == 404


def test_a_convocation_that_has_not_left_is_replaced_and_one_not_left_when_all_moves_is_dropped(
    seminar: Seminar, cohort: Cohort
) -> None:
    sent_by(cohort, seminar)
    services.set_practical(seminar, access="Derrière la gare.", bring="", by=staff(cohort))
    sent_by(cohort, seminar)
    assert "Ce qui change" not in mails()[-1].text  # she has read no other
    assert [row.person_id for row in db.session.scalars(select(Convocation))] == [mails()[-1].to_person_id]
    move_seminar(seminar, 7, by=WORKER)
    assert db.session.scalars(select(Convocation)).all() == []
