"""What someone with bad intentions tries against accounts: addresses that fold into another's, one that no relay takes."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.accounts.support import mails
from tests.factories import accounts as make
from tests.factories import admissions, cohorts, cooperation
from training.accounts import imports, twin_queries
from training.accounts.commands import MergeCommand
from training.accounts.enums import Function, Part, StructureKind
from training.accounts.models import Invitation, Person
from training.accounts.rules import email_key
from training.accounts.services import factors, letters, twins
from training.admissions.commands import EnterForSomeone
from training.admissions.enums import ApplicationStatus, CallStatus
from training.admissions.services import entering
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services import moving
from training.common import emails, import_cells, links
from training.common.errors import NotFound, Refused
from training.common.imports import Row
from training.common.policy import Principal
from training.common.twins import TwinKind
from training.cooperation.models import PartnerInvitation
from training.database import db

pytestmark = pytest.mark.usefixtures("session")
LOOKALIKE = "marie@bre\u00dfe.example.fr"
"""Another mailbox than marie@bresse.example.fr, which folds into the same key."""


def test_a_lookalike_address_is_never_invited_into_anothers_account(client: Any) -> None:
    make.person("marie@bresse.example.fr")
    assert email_key(LOOKALIKE) == "marie@bresse.example.fr"
    someone = make.person()
    there = cooperation.partnership(someone)
    make.sign_in(client, someone)
    by_partner = client.post(f"/cooperation/{there.id}/personnes", data={"email": LOOKALIKE, "role": "partner"})
    body = make.organisation()
    make.sign_in(client, make.manager(body))
    by_manager = client.post(f"/organisations/{body.code}/equipe", data={"email": LOOKALIKE, "function": "reader"})

    assert (by_partner.status_code, by_manager.status_code) == (422, 422)
    assert emails.NOT_PLAIN in by_partner.text
    assert db.session.scalars(select(PartnerInvitation)).all() == []
    assert db.session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("address", ["\u00e9lodie@exemple.fr", "\uff21@exemple.fr", LOOKALIKE])
def test_an_address_the_relay_cannot_write_to_is_told_at_its_field(client: Any, address: str) -> None:
    answer = client.post("/connexion/creer-un-compte", data={"email": address})
    assert answer.status_code == 422
    assert emails.NOT_PLAIN in answer.text
    assert mails() == []


@pytest.mark.parametrize(
    "address",
    [
        "a..b@exemple.fr",
        "\u00e9lodie@exemple.fr",
        LOOKALIKE,
        "a@-b.fr",
        f"{'a' * 250}@exemple.fr",
        f"a@{'.' * 60_000} x",
    ],
)
def test_a_spreadsheet_brings_no_address_one_cannot_write_to(address: str) -> None:
    with pytest.raises(ValueError, match="n’est pas une adresse"):
        import_cells.email(address)


def test_a_calls_contact_is_an_address_answers_can_go_to(client: Any) -> None:
    call = admissions.call()
    someone = db.session.scalars(select(Person).where(Person.id == admissions.manager(call).person_id)).one()
    make.sign_in(client, someone)
    data = {"title": "Appel", "presentation": "", "contact_email": "\u00e9lodie@exemple.fr"}
    answer = client.post(f"/appels/{call.code}/reglages/presentation", data=data)
    assert emails.NOT_PLAIN in answer.text


def test_an_import_changes_no_register_but_ones_own() -> None:
    make.departement("21")
    make.departement("69", "Rhône", region_code="ARA")
    away = make.structure("MSP du Rhône", departement_code="69", finess="690000001")
    body = make.organisation()
    structures, dues = imports.IMPORTS
    by_number = {"name": "MSP prise", "kind": StructureKind.MSP, "departement": "21", "finess": away.finess}
    paid = {"name": away.name, "departement": "69", "finess": None, "year": 2026, "paid": None}
    taken = structures.check(body, [Row(2, {**by_number, "city": None, "email": None})])
    owed = dues.check(body, [Row(2, paid)])
    nowhere = structures.check(make.organisation(region_code=None), [Row(2, {**by_number, "finess": None})])

    assert [(each.blocks, "autre région" in each.message) for each in (*taken, *owed)] == [(True, True)] * 2
    assert away.name not in taken[0].message
    assert [each.blocks for each in nowhere] == [True]


def test_what_another_body_holds_of_a_person_is_not_told_beside_her_twin() -> None:
    one = admissions.submitted(person=make.person(first_name="Léa", last_name="Roy"))
    other = admissions.submitted(one.call, person=make.person(first_name="Léa", last_name="Roy"))
    away = admissions.submitted(person=other.person)
    away.call.title = "Appel d’ailleurs"
    away.structure.name = "MSP d’ailleurs"  # type: ignore[union-attr]  # a file submitted has one
    db.session.flush()
    staff = make.principal(make.manager(admissions.body(one.call, Part.CARRIER)))
    pair = twin_queries.compared(staff, TwinKind.PERSON, one.person_id, other.person_id)
    told = "\n".join("\n".join(line) for line in pair.lines)
    whole = twin_queries.compared(make.principal(make.administrator()), TwinKind.PERSON, one.person_id, other.person_id)

    assert one.call.title in told
    assert "ailleurs" not in told
    assert "connue, non montrée" in told
    assert "Appel d’ailleurs" in "\n".join("\n".join(line) for line in whole.lines)


def test_a_person_tries_few_new_addresses_in_a_day(client: Any, frozen_clock: Any) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    answers = [
        client.post("/compte/adresse", data={"email": f"victime{number}@exemple.fr"})
        for number in range(letters.MOST_ADDRESSES + 1)
    ]
    assert [each.status_code for each in answers] == [303] * letters.MOST_ADDRESSES + [422]
    assert links.TOO_MANY in answers[-1].text
    assert len(mails("address_change")) == letters.MOST_ADDRESSES


@pytest.mark.parametrize("answer", ["[" * 15_000, '{"a":' * 3_000, "1" * 6_000, "null", '{"rawId": 5}'])
def test_a_passkeys_answer_made_to_break_its_reader_is_only_refused(client: Any, answer: str) -> None:
    assert client.post("/connexion/cle-d-acces", data={"credential": answer}).status_code == 422


@pytest.mark.both_engines
def test_naming_someone_is_not_enough_to_have_her_account(frozen_clock: Any) -> None:
    victim = admissions.submitted().person
    frozen_clock.advance(timedelta(days=2))
    call, cohort = admissions.call(), cohorts.cohort()
    staff, carrier = admissions.manager(call), make.principal(cohorts.carrier_of(cohort))
    entering.enter(call, EnterForSomeone(victim.email, "Alix", "Roy"), by=staff)
    taken_over(cohort, victim.email, by=carrier)
    for by in (staff, carrier):
        assert not factors.knows(by, victim)
        with pytest.raises(Refused, match="seule l’administration"):
            factors.hand_over_code(victim, by=by)
        with pytest.raises(NotFound):
            twin_queries.single(by, TwinKind.PERSON, victim.id)

    entered = entering.enter(call, EnterForSomeone("nouvelle@exemple.fr", "Nour", "Petit"), by=staff).person
    seated = taken_over(cohort, "autre@exemple.fr", by=carrier).person
    for by, someone in ((staff, entered), (carrier, seated)):
        assert factors.hand_over_code(someone, by=by)
        assert twin_queries.single(by, TwinKind.PERSON, someone.id).record is someone


@pytest.mark.both_engines
@pytest.mark.parametrize("role", ["learner", "trainer"])
def test_whom_another_body_trains_or_employs_is_not_ones_own_to_vouch_for(role: str, frozen_clock: Any) -> None:
    application, cohort = admissions.submitted(), cohorts.cohort()
    someone, staff = application.person, admissions.manager(application.call)
    assert factors.knows(staff, someone)
    if role == "learner":
        cohorts.learner(cohort, person=someone)
    else:
        cohorts.approve(someone, cohort)
        cohorts.referent(cohorts.learner(cohort), someone)
    assert not factors.knows(staff, someone)
    with pytest.raises(NotFound):
        twin_queries.single(staff, TwinKind.PERSON, someone.id)


def taken_over(cohort: Cohort, email: str, *, by: Principal) -> Enrolment:
    told = moving.TakenOver(
        None, email, "Alix", "Roy", None, make.structure(), cohorts.variant(cohort), date(2026, 1, 5)
    )
    return moving.take_over(cohort, told, by=by)


@pytest.mark.both_engines
@pytest.mark.parametrize("over", ["withdrawn", "not_selected", "not_submitted", "finalised"])
def test_an_old_file_its_owner_began_lets_nobody_vouch_for_her_r100(over: str) -> None:
    application = admissions.submitted()
    someone, staff = application.person, admissions.manager(application.call)
    assert factors.knows(staff, someone)
    if over == "finalised":
        application.call.status = CallStatus.FINALISED
    else:
        application.status = ApplicationStatus(over)
    db.session.flush()
    assert not factors.knows(staff, someone)
    with pytest.raises(Refused, match="seule l’administration"):
        factors.hand_over_code(someone, by=staff)
    with pytest.raises(NotFound):
        twin_queries.single(staff, TwinKind.PERSON, someone.id)


@pytest.mark.both_engines
def test_undoing_a_merger_of_people_asks_for_both_r101() -> None:
    kept = admissions.submitted()
    away = admissions.submitted(person=make.person(first_name="Alix"))
    staff, boss = admissions.manager(kept.call), make.principal(make.administrator())
    other = away.person
    row = twins.merge(TwinKind.PERSON, MergeCommand(kept.person_id, other.id, "Les mêmes"), by=boss)
    assert twin_queries.past_mergers(staff, row.done_at) == []
    with pytest.raises(NotFound):
        twins.undo(twin_queries.merger(staff, row.id), by=staff)
    db.session.rollback()


def test_whoever_made_two_people_one_undoes_it_while_both_are_hers_r101() -> None:
    kept = admissions.submitted()
    merged = make.person(first_name="Alix")
    make.membership(merged, Function.READER, admissions.body(kept.call, Part.CARRIER))
    staff = make.principal(make.manager(admissions.body(kept.call, Part.CARRIER)))
    row = twins.merge(TwinKind.PERSON, MergeCommand(kept.person_id, merged.id, "Les mêmes"), by=staff)
    colleague = make.principal(make.manager(admissions.body(kept.call, Part.CARRIER)))
    assert [past.id for past in twin_queries.past_mergers(colleague, row.done_at)] == [row.id]
    twins.undo(twin_queries.merger(colleague, row.id), by=colleague)
    assert merged.active
    assert merged.merged_into_id is None


def test_undoing_a_merger_of_structures_asks_for_both_r101() -> None:
    body = make.organisation()
    make.departement("69", "Rhône", region_code="ARA")
    kept, away = make.structure(), make.structure(departement_code="69")
    staff, boss = make.principal(make.manager(body)), make.principal(make.administrator())
    row = twins.merge(TwinKind.STRUCTURE, MergeCommand(kept.id, away.id, "La même"), by=boss)
    assert twin_queries.past_mergers(staff, row.done_at) == []
    with pytest.raises(NotFound):
        twins.undo(row, by=staff)
