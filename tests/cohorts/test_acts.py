"""What is done on the pages of the cohorts, as browsers send it."""

from io import BytesIO
from typing import Any

from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.support import samples
from training.accounts.enums import Part, StructureKind
from training.accounts.models import Person
from training.cohorts import services
from training.cohorts.commands import Note
from training.cohorts.enums import CohortStatus, EnrolmentStatus
from training.cohorts.models import Cohort, FollowUpNote, TrainerApproval


def signed_in(client: Any, person: Person) -> Any:
    accounts.sign_in(client, person)
    return client


def test_the_carrier_starts_the_cohort(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/etat/demarrer"
    assert address in page(f"/promotions/{cohort.code}").links().values()

    assert client.post(address).status_code == 303

    session.refresh(cohort)
    assert cohort.status is CohortStatus.RUNNING
    assert client.post(address).status_code == 409
    assert client.get(f"/promotions/{cohort.code}/etat/inventer").status_code == 404


def test_reopening_asks_for_a_reason(cohort: Cohort, client: Any, session: Any, page: Any) -> None:
    cohort.status = CohortStatus.CLOSED
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/etat/rouvrir"
    page(address)

    assert client.post(address).status_code == 422
    assert client.post(address, data={"reason": "Une soutenance de plus"}).status_code == 303
    assert "Une soutenance de plus" in page(f"/promotions/{cohort.code}").text


def test_closing_names_those_without_an_outcome_before_it_is_asked(cohort: Cohort, client: Any, page: Any) -> None:
    cohort.status = CohortStatus.RUNNING
    enrolment = make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/etat/clore"
    shown = page(address)
    assert "n’a pas encore d’issue" in shown.text
    assert f"/promotions/{cohort.code}/apprenants/{enrolment.id}" in shown.links().values()
    assert f'action="{address}"' not in client.get(address).text
    assert client.post(address).status_code == 422


def test_r28_the_places_form_refuses_too_few_and_keeps_what_was_typed(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    make.learner(cohort)
    make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/places"
    page(address)

    answer = client.post(address, data={"places": "1"})
    assert (answer.status_code, 'value="1"' in answer.text) == (422, True)
    assert "au moins 2" in answer.text
    for nonsense in ("0", "501", "beaucoup"):
        assert client.post(address, data={"places": nonsense}).status_code == 422
    assert client.post(address, data={"places": "25"}).status_code == 303

    session.refresh(cohort)
    assert cohort.places == 25


def test_r33_a_withdrawal_goes_through_a_page_that_says_what_happens(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    enrolment = make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/apprenants/{enrolment.id}/etat/abandon"

    assert "redevient libre" in page(address).text
    assert client.post(address, data={"on": "02/03/26"}).status_code == 422
    answer = client.post(address, data={"on": "02/03/26", "reason": "Nouvel emploi", "leaving": "post"})

    assert answer.status_code == 303
    session.refresh(enrolment)
    assert enrolment.status is EnrolmentStatus.WITHDRAWN
    shown = page(answer.headers["Location"])
    assert "Nouvel emploi" in shown.text
    assert "abandon" in shown.text
    page(f"/promotions/{cohort.code}/apprenants?etat=withdrawn")


def test_r32_a_referent_is_named_then_ended(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    enrolment = make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/apprenants/{enrolment.id}/suivi"
    assert "Aucun·e formateur·rice relais" in page(address).text
    trainer = make.trainer(cohort)
    page(address)

    fields = {"person_id": str(trainer.id), "kind": "referent", "since": "11/12/2025"}
    assert client.post(address, data={**fields, "until": "12/12/2026"}).status_code == 422
    assert client.post(address, data=fields).status_code == 303

    session.expire_all()
    assignment = enrolment.assignments[0]
    end = f"/promotions/{cohort.code}/suivis/{assignment.id}/fin"
    assert end in page(f"/promotions/{cohort.code}/apprenants/{enrolment.id}").links().values()
    page(end)
    assert client.post(end, data={"on": "01/12/2025"}).status_code == 422
    assert client.post(end, data={"on": "01/03/2026"}).status_code == 303
    session.refresh(assignment)
    assert assignment.until is not None


def test_someone_never_approved_cannot_be_chosen(cohort: Cohort, client: Any) -> None:
    enrolment = make.learner(cohort)
    make.trainer(cohort)
    signed_in(client, make.carrier_of(cohort))
    fields = {"person_id": str(accounts.person().id), "kind": "referent", "since": "11/12/2025"}

    answer = client.post(f"/promotions/{cohort.code}/apprenants/{enrolment.id}/suivi", data=fields)

    assert answer.status_code == 422


def test_an_animator_is_named_and_the_cohort_appears_to_her(
    cohort: Cohort, client: Any, page: Any, new_client: Any
) -> None:
    trainer = make.trainer(cohort)
    signed_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/formateurs/animation"
    page(address)

    assert client.post(address, data={"person_id": str(trainer.id), "since": "11/12/2025"}).status_code == 303

    assert trainer.name in page(f"/promotions/{cohort.code}/formateurs").text
    browser = new_client()
    accounts.sign_in(browser, trainer)
    assert "Promo 8" in page("/promotions", by=browser).text


def test_the_school_approves_a_trainer(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    someone = accounts.person()
    signed_in(client, accounts.manager(make.part_of(cohort, Part.SCHOOL)))
    address = f"/promotions/{cohort.code}/formateurs/agrement"
    school = str(make.part_of(cohort, Part.SCHOOL).id)
    page(address)

    wrong = {"email": "inconnue@example.org", "organisation_id": school, "agreed_on": "02/03/2026"}
    assert client.post(address, data=wrong).status_code == 422
    assert client.post(address, data={**wrong, "email": someone.email}).status_code == 303

    assert session.scalars(select(TrainerApproval)).one().person_id == someone.id
    assert someone.name in page(f"/promotions/{cohort.code}/formateurs").text


def test_r96_the_carrier_transcribes_with_the_proof_and_it_is_said(session: Any, client: Any, page: Any) -> None:
    cohort, someone = make.cohort(school_outside=True), accounts.person()
    manager = make.carrier_of(cohort)
    signed_in(client, manager)
    address = f"/promotions/{cohort.code}/formateurs/agrement"
    fields = {
        "email": someone.email,
        "organisation_id": str(make.part_of(cohort, Part.SCHOOL).id),
        "agreed_on": "02/03/2026",
    }
    assert "transcrivez" in page(address).text

    without = client.post(address, data=fields)
    assert (without.status_code, "Joignez" in without.text) == (422, True)
    proof = (BytesIO(samples.pdf()), "accord.pdf")
    assert client.post(address, data={**fields, "evidence": proof}).status_code == 303

    shown = page(f"/promotions/{cohort.code}/formateurs")
    assert f"transcrit par {manager.name}" in shown.text
    approval = session.scalars(select(TrainerApproval)).one()
    assert client.get(f"/fichiers/{approval.evidence_id}").status_code == 200


def test_notes_are_written_by_those_who_follow(cohort: Cohort, new_client: Any, page: Any, session: Any) -> None:
    everyone = make.people_around(cohort)
    enrolment = cohort.enrolments[0]
    address = f"/promotions/{cohort.code}/apprenants/{enrolment.id}/notes"
    found = {}
    for kind, person in everyone.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = browser.post(address, data={"words": f"De {kind}"}).status_code

    assert found == {kind: 303 if kind in {"carrier", "animator", "referent"} else 404 for kind in found}
    assert {note.words for note in session.scalars(select(FollowUpNote))} == {
        "De carrier",
        "De animator",
        "De referent",
    }


def test_an_empty_note_is_refused_and_the_page_kept(cohort: Cohort, client: Any) -> None:
    enrolment = make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))

    answer = client.post(f"/promotions/{cohort.code}/apprenants/{enrolment.id}/notes", data={"words": " "})

    assert (answer.status_code, "Écrivez la note" in answer.text) == (422, True)


def test_the_learner_reads_her_own_page_without_private_notes(cohort: Cohort, client: Any, page: Any) -> None:
    everyone = make.people_around(cohort)
    enrolment = cohort.enrolments[0]
    by = accounts.principal(everyone["animator"])
    services.write_note(enrolment, Note("Entre nous"), by=by)
    services.write_note(enrolment, Note("Pour vous", shared=True), by=by)
    signed_in(client, everyone["learner"])

    shown = page(f"/promotions/{cohort.code}/apprenants/{enrolment.id}")

    assert "Pour vous" in shown.text
    assert "Entre nous" not in shown.html
    assert shown.actions() == [] or all("note" not in action for action in shown.actions())


def test_another_cohorts_learner_is_not_found_under_this_one(cohort: Cohort, client: Any) -> None:
    carrier = make.part_of(cohort, Part.CARRIER)
    other = make.cohort(carrier=carrier)
    enrolment = make.learner(other, structure=accounts.structure(kind=StructureKind.CDS))
    signed_in(client, accounts.manager(carrier))

    assert client.get(f"/promotions/{cohort.code}/apprenants/{enrolment.id}").status_code == 404
    assert client.get(f"/promotions/{other.code}/apprenants/{enrolment.id}").status_code == 200
