"""Following learners: notes changed for a day, alerts, no post any more, from one trainer to the next (R32, R33, R116, R119)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.catalogue import make_edition, saved
from training.accounts.enums import Part
from training.catalogue.enums import EditionStatus
from training.cohorts import queries, rules, services
from training.cohorts.commands import EnrolmentChange, HandOver, Note, Postless, TrainerToAssign
from training.cohorts.enums import AssignmentKind, EnrolmentAct, EnrolmentStatus, LeavingReason
from training.cohorts.models import Cohort, Enrolment, FollowUpNote, RiskFlag, TrainerAssignment
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import Forbidden, Refused
from training.common.mail import OutgoingMail

SINCE = date(2026, 3, 2)


@pytest.fixture
def staff(cohort: Cohort) -> Any:
    return accounts.principal(make.carrier_of(cohort))


def address(enrolment: Enrolment, more: str = "") -> str:
    return f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}{more}"


def posted(session: Any, message: str) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"cohorts/{message}")))


def refused(session: Any) -> None:
    """The database refuses what is pending; what was committed before stays."""
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    ("after", "is_open"), [(timedelta(0), True), (timedelta(hours=23, minutes=59), True), (timedelta(days=1), False)]
)
def test_a_note_is_open_for_a_day(after: timedelta, is_open: bool) -> None:
    written = datetime.fromisoformat("2026-03-02T10:00+01:00")
    assert rules.note_is_open(written, written + after) is is_open


def test_a_note_changes_for_a_day_then_is_kept(cohort: Cohort, session: Any, frozen_clock: Any) -> None:
    enrolment = make.learner(cohort)
    author, other = accounts.principal(make.trainer(cohort)), accounts.principal(make.trainer(cohort))
    note = services.add_note(enrolment, Note("À rappeler"), by=author)
    assert not posted(session, "note_shared")

    with pytest.raises(Forbidden):
        services.edit_note(note, Note("Autre"), by=other)
    services.edit_note(note, Note("À rappeler lundi", shared=True), by=author)
    assert (note.words, note.shared, note.edited_at) == ("À rappeler lundi", True, clock.now())
    assert [mail.to_person_id for mail in posted(session, "note_shared")] == [enrolment.person_id]

    frozen_clock.advance(timedelta(days=1))
    with pytest.raises(Refused):
        services.edit_note(note, Note("Trop tard"), by=author)
    assert note.words == "À rappeler lundi"


def test_a_note_is_changed_on_its_page_by_its_author_alone(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    enrolment = make.learner(cohort)
    author = make.carrier_of(cohort)
    note = services.write_note(enrolment, Note("Premier jet"), by=accounts.principal(author))
    accounts.sign_in(client, author)
    path = address(enrolment, f"/notes/{note.id}")
    assert path in page(address(enrolment)).links().values()
    page(path)
    assert client.post(path, data={"words": ""}).status_code == 422
    assert client.post(path, data={"words": "Relu", "shared": "y"}).status_code == 303
    session.expire_all()
    assert session.scalars(select(FollowUpNote.words)).all() == ["Relu"]

    accounts.sign_in(client, make.carrier_of(cohort))
    assert client.get(path).status_code == 404
    accounts.sign_in(client, enrolment.person)
    assert client.get(path).status_code == 404


@pytest.mark.both_engines
def test_one_alert_at_a_time_on_a_learner(cohort: Cohort, session: Any, staff: Any) -> None:
    enrolment = make.learner(cohort)
    flag = services.raise_risk(enrolment, "Trois absences", by=staff)
    with pytest.raises(Refused):
        services.raise_risk(enrolment, "Encore", by=staff)
    session.commit()
    session.add(RiskFlag(enrolment_id=enrolment.id, raised_by=staff.person_id, reason="Sans passer par l’acte"))
    refused(session)

    services.close_risk(enrolment, "Un report est proposé", by=staff)
    assert flag.closed_by == staff.person_id
    with pytest.raises(Refused):
        services.close_risk(enrolment, "Deux fois", by=staff)
    services.raise_risk(enrolment, "De nouveau", by=staff)
    told = {entry.kind for entry in journal.timeline(enrolment, sentences=registry.sentences)}
    assert {"enrolment.risk_raised", "enrolment.risk_closed"} <= told


def test_an_alert_is_read_by_those_who_follow_and_nobody_else(cohort: Cohort, new_client: Any) -> None:
    people = make.people_around(cohort)
    enrolment = cohort.enrolments[0]
    services.raise_risk(enrolment, "Ne vient plus", by=accounts.principal(people["referent"]))
    reads = {}
    for kind, person in people.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        reads[kind] = "Ne vient plus" in browser.get(address(enrolment)).text
    assert {kind for kind, seen in reads.items() if seen} == {"carrier", "referent", "animator"}


def test_the_alert_goes_from_the_page_to_its_end(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    enrolment = make.learner(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    assert address(enrolment, "/alerte") in page(address(enrolment)).links().values()
    page(address(enrolment, "/alerte"))
    assert client.post(address(enrolment, "/alerte"), data={"reason": " "}).status_code == 422
    assert client.post(address(enrolment, "/alerte"), data={"reason": "Poste menacé"}).status_code == 303
    assert "Poste menacé" in page(address(enrolment, "/alerte/levee")).text
    assert client.post(address(enrolment, "/alerte/levee"), data={"outcome": "Vue ensemble"}).status_code == 303
    assert "Un risque d’abandon est signalé" not in page(address(enrolment)).text


@pytest.mark.both_engines
def test_r33_the_kind_of_a_departure_is_kept_and_belongs_to_a_departure(
    cohort: Cohort, session: Any, staff: Any
) -> None:
    gone, there = make.learner(cohort), make.learner(cohort)
    services.change_enrolment(
        gone,
        EnrolmentAct.WITHDRAW,
        EnrolmentChange(SINCE, reason="Poste supprimé", leaving=LeavingReason.POST),
        by=staff,
    )
    assert (gone.status, gone.leaving) == (EnrolmentStatus.WITHDRAWN, LeavingReason.POST)
    session.commit()
    there.leaving = LeavingReason.OTHER
    refused(session)


def test_the_page_of_a_departure_asks_its_kind_and_that_of_a_pause_does_not(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    enrolment = make.learner(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    assert "leaving" not in page(address(enrolment, "/etat/interrompre")).html
    path, day = address(enrolment, "/etat/reporter"), {"on": "02/03/2026", "reason": "Congé"}
    assert client.post(path, data=day).status_code == 422
    assert client.post(path, data={**day, "leaving": "personal"}).status_code == 303
    session.refresh(enrolment)
    assert (enrolment.status, enrolment.leaving) == (EnrolmentStatus.POSTPONED, LeavingReason.PERSONAL)


@pytest.mark.both_engines
def test_r116_without_a_post_then_in_another_structure(cohort: Cohort, session: Any, staff: Any) -> None:
    enrolment, other = make.learner(cohort), accounts.structure("Maison de santé du Lac")
    with pytest.raises(Refused):
        services.declare_postless(enrolment, Postless(SINCE, SINCE - timedelta(days=1)), by=staff)
    session.commit()
    enrolment.postless_since = SINCE
    refused(session)

    services.declare_postless(enrolment, Postless(SINCE, SINCE + timedelta(days=60)), by=staff)
    services.settle_post(enrolment, other.id, by=staff)
    session.refresh(enrolment)
    assert enrolment.structure_id == other.id
    left = session.execute(
        select(Enrolment.postless_since, Enrolment.settle_by).where(Enrolment.id == enrolment.id)
    ).one()
    assert tuple(left) == (None, None)
    with pytest.raises(Refused):
        services.settle_post(enrolment, None, by=staff)


def test_a_new_structure_is_found_by_its_name_or_its_number(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    enrolment = make.learner(cohort)
    manager = make.carrier_of(cohort)
    region = {"departement_code": enrolment.structure.departement_code}
    made = [accounts.structure(name, **region) for name in ("MSP du Haut", "MSP du Haut Doubs")]
    accounts.sign_in(client, manager)
    client.post(address(enrolment, "/sans-poste"), data={"since": "02/03/2026", "settle_by": "02/05/2026"})
    assert "Sans poste depuis le" in page(address(enrolment)).text
    path = address(enrolment, "/sans-poste/regle")
    page(path)
    assert "n’est dans l’outil" in client.post(path, data={"structure": "Inconnue"}).text
    assert client.post(path, data={"structure": "MSP du"}).status_code == 422
    assert client.post(path, data={"structure": "msp du haut"}).status_code == 303
    session.refresh(enrolment)
    assert enrolment.structure_id == made[0].id


def test_r119_learners_are_handed_over_in_one_act_and_everyone_is_told(
    cohort: Cohort, session: Any, staff: Any
) -> None:
    former, successor = make.trainer(cohort, first_name="Ada"), make.trainer(cohort, first_name="Lou")
    enrolments = [make.learner(cohort) for _ in range(3)]
    for enrolment in enrolments:
        make.referent(enrolment, former)
    passed = frozenset(each.id for each in enrolments[:2])

    services.hand_over(cohort, HandOver(former.id, successor.id, SINCE, passed, "Merci Ada"), by=staff)

    terms = session.scalars(select(TrainerAssignment).where(TrainerAssignment.kind == AssignmentKind.REFERENT)).all()
    assert {(t.person_id, t.enrolment_id in passed, t.until) for t in terms} == {
        (former.id, True, SINCE),
        (former.id, False, None),
        (successor.id, True, None),
    }
    assert {mail.to_person_id for mail in posted(session, "trainer_assigned")} == {
        each.person_id for each in enrolments[:2]
    }
    assert [mail.to_person_id for mail in posted(session, "learners_entrusted")] == [successor.id]
    assert [mail.to_person_id for mail in posted(session, "learners_handed_over")] == [former.id]
    assert all("Merci Ada" in mail.text for mail in posted(session, "learners_handed_over"))


def test_a_hand_over_is_refused_without_a_live_approval_or_on_a_stale_page(
    cohort: Cohort, session: Any, staff: Any
) -> None:
    former, lapsed = make.trainer(cohort), accounts.person()
    make.approve(lapsed, cohort, valid_until=SINCE - timedelta(days=1))
    followed, alone = make.learner(cohort), make.learner(cohort)
    make.referent(followed, former)

    with pytest.raises(services.NotApproved):
        services.hand_over(cohort, HandOver(former.id, lapsed.id, SINCE, frozenset({followed.id})), by=staff)
    with pytest.raises(Refused):
        services.hand_over(cohort, HandOver(former.id, former.id, SINCE, frozenset({followed.id})), by=staff)
    other = make.trainer(cohort)
    with pytest.raises(Refused):
        services.hand_over(cohort, HandOver(former.id, other.id, SINCE, frozenset({alone.id})), by=staff)
    with pytest.raises(Refused):
        services.hand_over(cohort, HandOver(former.id, other.id, SINCE, frozenset()), by=staff)


def test_the_team_page_shows_loads_and_leads_to_the_hand_over(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    former, successor = make.trainer(cohort), make.trainer(cohort)
    enrolment = make.learner(cohort)
    make.referent(enrolment, former)
    accounts.sign_in(client, make.carrier_of(cohort))
    path = f"/promotions/{cohort.code}/formateurs/{former.id}/relais"
    shown = page(f"/promotions/{cohort.code}/formateurs")
    assert path in shown.links().values()
    assert "1 personne suivie" in shown.text
    page(path)
    answer = client.post(path, data={"to_id": "", "enrolments": [str(enrolment.id)], "since": "02/03/2026"})
    assert answer.status_code == 422
    data = {"to_id": str(successor.id), "enrolments": [str(enrolment.id)], "since": "02/03/2026"}
    assert "checked" not in client.get(path).text  # nobody is handed over by default
    assert client.post(path, data={**data, "enrolments": []}).status_code == 422
    shown = client.post(path, data={**data, "step": "preview"})
    assert (shown.status_code, f"{successor.name} suivra" in shown.text) == (200, True)
    assert f"1{chr(0xA0)}personne" in shown.text or "1 personne" in shown.text
    session.expire_all()
    (follower,) = queries.followers(cohort)
    assert follower.person_id == former.id
    assert client.post(path, data={**data, "step": "done"}).status_code == 303
    session.expire_all()
    (follower,) = queries.followers(cohort)
    assert follower.person_id == successor.id
    assert client.get(f"/promotions/{cohort.code}/formateurs/{accounts.person().id}/relais").status_code == 404


@pytest.mark.both_engines
def test_loads_count_every_cohort(cohort: Cohort, session: Any) -> None:
    trainer = make.trainer(cohort)
    other = make.cohort(edition=cohort.edition)
    make.approve(trainer, other)
    for of in (cohort, other):
        make.referent(make.learner(of), trainer)
    (follower,) = queries.followers(cohort)
    assert (len(follower.learners), follower.load, follower.is_loaded) == (1, 2, False)


@pytest.mark.parametrize(
    ("limit", "suggested", "said"), [(None, False, False), (3, False, False), (2, True, False), (1, True, True)]
)
def test_r119_the_edition_says_from_how_many_learners_on_another_referent_is_suggested(
    session: Any, client: Any, page: Any, limit: int | None, *, suggested: bool, said: bool
) -> None:
    edition = make_edition()
    assert edition.rules is not None
    edition.rules.referent_load = limit
    cohort = make.cohort(edition=saved(edition, status=EditionStatus.PUBLISHED))
    trainer = make.trainer(cohort)
    for _ in range(2):
        make.referent(make.learner(cohort), trainer)

    (choice,) = queries.approved_trainers(cohort)
    (follower,) = queries.followers(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    shown = " ".join(page(f"/promotions/{cohort.code}/formateurs").text.split())

    assert (choice.is_loaded, "pensez à répartir" in choice.with_load) == (suggested, suggested)
    assert (follower.is_loaded, "pensez à répartir" in shown) == (said, said)
    assert f"l’édition le dit : {f'{limit} personne' if limit else 'à confirmer'}" in shown


def test_a_substitute_follows_for_her_period_only_r119(cohort: Cohort, session: Any, frozen_clock: Any) -> None:
    enrolment, someone = make.learner(cohort), make.trainer(cohort)
    until = clock.today() + timedelta(days=7)
    services.entrust(
        enrolment,
        TrainerToAssign(someone.id, AssignmentKind.SUBSTITUTE, clock.today() + timedelta(days=1), until),
        by=accounts.principal(accounts.manager(make.part_of(cohort, Part.CARRIER))),
    )
    session.expire_all()
    by = accounts.principal(someone)
    follows = []
    for _ in range(8):
        follows.append(rules.follows_learner(by, enrolment))
        frozen_clock.advance(timedelta(days=1))
    assert follows == [False, True, True, True, True, True, True, False]
    assert len(posted(session, "trainer_assigned")) == 1
