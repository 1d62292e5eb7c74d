"""Records met twice: merged in one act that moves every key, undone within 14 days (R101)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.accounts.support import mails
from tests.admissions.test_concurrency import at_once, browser, posting
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.factories import admissions, cohorts, cooperation
from training.accounts import queries, structure_queries, twin_queries
from training.accounts.commands import DuesCommand, MergeCommand
from training.accounts.enums import Function, StructureKind
from training.accounts.mergers import Merger
from training.accounts.models import Dues, Membership, Person, Structure
from training.accounts.services import moving, privacy, structures, twins
from training.admissions.models import Application
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import Conflict, Refused
from training.common.policy import Capacity, Principal
from training.common.twins import TwinKind
from training.cooperation.enums import AssessmentAct
from training.cooperation.models import Participant
from training.cooperation.services import assessments
from training.database import Base, db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
BOSS = Principal(name="Administration", capacities=(Capacity(Function.ADMINISTRATOR.value, "administration"),))
WHY = "Saisie deux fois"


def merge(kept: Person | Structure, merged: Person | Structure, by: Principal = BOSS) -> Merger:
    kind = TwinKind(kept.__tablename__)
    return twins.merge(kind, MergeCommand(kept.id, merged.id, WHY), by=by)


def snapshot() -> dict[str, list[Any]]:
    """Every row of the house but those that tell the merger itself."""
    db.session.flush()
    untold = {"event", "event_text", "merger", "outgoing_mail", "outgoing_attachment"}
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name not in untold
    }


def busy_structure(name: str) -> Structure:
    """A structure with a file, a learner, dues and a representative."""
    made = make.structure(name)
    admissions.complete(admissions.draft(), made)
    enrolment = cohorts.learner(cohorts.cohort())
    enrolment.structure_id = made.id
    make.membership(make.person(), Function.REPRESENTATIVE, made)
    return made


@pytest.mark.both_engines
def test_all_that_names_a_structure_names_the_one_kept_then_goes_back(engine_name: str) -> None:
    kept, merged = busy_structure("MSP du Lac"), busy_structure("Maison de santé du Lac")
    merged.finess, merged.phone = "210000001", "0380000001"
    before = snapshot()
    row = merge(kept, merged)
    for column in (Application.structure_id, Enrolment.structure_id, Membership.structure_id):
        assert db.session.scalar(select(func.count()).where(column == merged.id)) == 0, column
        assert db.session.scalar(select(func.count()).where(column == kept.id)) == 2, column
    assert (kept.finess, kept.phone) == ("210000001", "0380000001")
    assert merged.merged_into_id == kept.id
    twins.undo(row, by=BOSS)
    assert snapshot() == before


@pytest.mark.both_engines
def test_all_that_names_a_person_names_the_one_kept_then_goes_back(engine_name: str) -> None:
    body = make.organisation()
    kept, merged = make.person(phone=None), make.person(phone="0612345678")
    for someone in (kept, merged):
        admissions.submitted(person=someone)
        make.membership(someone, Function.READER, body)
    make.membership(merged, Function.COORDINATOR, body)
    enrolment = cohorts.learner(cohorts.cohort())
    enrolment.person_id = merged.id
    before = snapshot()
    row = merge(kept, merged)
    assert db.session.scalar(select(func.count()).where(Application.person_id == kept.id)) == 2
    assert db.session.get_one(Enrolment, enrolment.id).person_id == kept.id
    assert set(queries.functions_of(kept.id)) == {Function.READER, Function.COORDINATOR}
    assert queries.functions_of(merged.id) == []
    assert (kept.phone, kept.active, merged.active) == ("0612345678", True, False)
    twins.undo(row, by=BOSS)
    assert snapshot() == before


@pytest.mark.both_engines
def test_dues_of_one_year_are_one_line_and_paid_if_either_was(engine_name: str) -> None:
    body, kept, merged = make.organisation(), make.structure("MSP du Lac"), make.structure("MSP Lac")
    for structure, year, paid in ((kept, 2026, None), (merged, 2026, date(2026, 1, 5)), (merged, 2025, None)):
        structures.record_dues(structure, DuesCommand(body.id, year, paid), by=BOSS)
    row = merge(kept, merged)
    lines = {line.year: line.paid_on for line in db.session.scalars(select(Dues).where(Dues.structure_id == kept.id))}
    assert lines == {2026: date(2026, 1, 5), 2025: None}
    twins.undo(row, by=BOSS)
    line = db.session.scalars(select(Dues).where(Dues.structure_id == kept.id, Dues.year == 2026)).one()
    assert line.paid_on is None


@pytest.mark.both_engines
def test_what_is_sealed_stays_with_the_record_set_aside(engine_name: str) -> None:
    kept, merged, seats = make.person(), make.person(), []
    for there in (cooperation.partnership(), cooperation.partnership()):
        made = cooperation.assessment(there)
        assessments.advance(made, AssessmentAct.OPEN, by=cooperation.leader(there))
        seats.append(cooperation.seat(made))
        seats[-1].person_id = merged.id
        db.session.flush()
    sealed = cooperation.settle(seats[0].assessment, cooperation.answers("non"))
    assessments.advance(sealed, AssessmentAct.FINALISE, by=cooperation.leader(sealed.partnership))
    merge(kept, merged)
    assert [db.session.get_one(Participant, seat.id).person_id for seat in seats] == [merged.id, kept.id]


@pytest.mark.both_engines
def test_two_live_files_on_one_call_bar_the_merger_and_nothing_moves(engine_name: str) -> None:
    call, kept, merged = admissions.call(), make.person(), make.person()
    for someone in (kept, merged):
        admissions.submitted(call, someone)
    db.session.commit()
    with pytest.raises(Refused, match="dossier en cours pour le même appel"):
        merge(kept, merged)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Application.person_id == merged.id)) == 1
    assert db.session.get_one(Person, merged.id).active


@pytest.mark.both_engines
def test_two_live_enrolments_in_one_programme_bar_the_merger(engine_name: str) -> None:
    cohort = cohorts.cohort()
    one, other = cohorts.learner(cohort), cohorts.learner(cohort)
    with pytest.raises(Refused, match="la même formation"):
        merge(one.person, other.person)


def test_what_two_people_are_to_each_other_bars_the_merger() -> None:
    cohort = cohorts.cohort()
    enrolment, trainer = cohorts.learner(cohort), cohorts.trainer(cohort)
    cohorts.referent(enrolment, trainer)
    for kept, merged in ((trainer, enrolment.person), (enrolment.person, trainer)):
        with pytest.raises(Refused, match="formateur"):
            merge(kept, merged)


def test_two_kinds_or_two_finess_numbers_bar_the_merger() -> None:
    msp = make.structure("Le Lac", finess="210000001")
    with pytest.raises(Refused, match="pas du même type"):
        merge(msp, make.structure("Le Lac", kind=StructureKind.CPTS))
    with pytest.raises(Refused, match="deux numéros FINESS"):
        merge(msp, make.structure("Le Lac", finess="210000002"))


def test_an_account_that_is_closed_or_forgotten_or_ones_own_is_not_kept() -> None:
    one, closed, boss = make.person(), make.person(active=False), make.administrator()
    with pytest.raises(Refused, match="fermé"):
        merge(closed, one)
    with pytest.raises(Refused, match="vos propres comptes"):
        merge(boss, one, by=make.principal(boss))
    one.anonymised_at = clock.now()
    with pytest.raises(Refused, match="anonymisé"):
        merge(make.person(), one)


@pytest.mark.both_engines
def test_the_database_keeps_a_merged_account_closed_and_never_merged_into_itself(engine_name: str) -> None:
    for values in ({"active": True}, {"active": False, "itself": True}):
        kept, merged = make.person(), make.person()
        db.session.commit()
        merged.active = values["active"]
        merged.merged_into_id = merged.id if values.get("itself") else kept.id
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_record_is_merged_once_and_the_chain_stays_flat() -> None:
    first, second, third = (make.structure(name) for name in ("MSP A", "MSP B", "MSP C"))
    before = merge(second, first)
    with pytest.raises(Conflict):
        merge(third, first)
    merge(third, second)
    assert db.session.get_one(Structure, first.id).merged_into_id == third.id
    with pytest.raises(Refused, match="défaites d’abord"):
        twins.undo(before, by=BOSS)


def test_a_merger_is_undone_for_14_days_then_forgotten(frozen_clock: FrozenClock) -> None:
    kept, merged = make.structure(), make.structure()
    row = merge(kept, merged)
    frozen_clock.advance(timedelta(days=14))
    assert twins.forget_moves() == 0
    frozen_clock.advance(timedelta(seconds=1))
    with pytest.raises(Refused, match="14 jours"):
        twins.undo(row, by=BOSS)
    assert twins.forget_moves() == 1
    db.session.expire_all()
    assert row.changes == []


def test_what_was_entered_since_stays_with_the_record_kept() -> None:
    kept, merged = make.structure(), make.structure(phone="0380000001")
    row = merge(kept, merged)
    application = admissions.complete(admissions.draft(), kept)
    kept.phone = "0380000002"
    twins.undo(row, by=BOSS)
    assert application.structure_id == kept.id
    assert kept.phone == "0380000002"
    with pytest.raises(Conflict):
        twins.undo(row, by=BOSS)


def test_the_record_set_aside_is_proposed_nowhere_and_answers_as_the_one_kept() -> None:
    boss = make.principal(make.administrator())
    kept, merged = make.structure("MSP du Lac"), make.structure("MSP Lac")
    merge(kept, merged)
    assert merged.id not in {row.id for row in db.session.scalars(structure_queries.scoped_structures(boss))}
    assert structure_queries.structure(boss, merged.id).id == kept.id
    one, other = make.person("lea@a.fr"), make.person("lea@b.fr")
    merge(one, other)
    found = [queries.person(other.id), queries.person_by_email("lea@b.fr"), queries.active_person_by_email("LEA@b.fr")]
    assert {each.id for each in found if each} == {one.id}
    assert other.id not in {row.id for row in queries.people(queries.PeopleFilter())[0]}


def test_both_addresses_are_told_and_the_history_tells_it() -> None:
    one, other = make.person("lea@a.fr"), make.person("lea@b.fr")
    twins.undo(merge(one, other), by=BOSS)
    assert sorted(mail.to_email for mail in mails()) == ["lea@a.fr", "lea@b.fr"]
    assert "lea@a.fr" in mails()[-1].text
    for someone in (one, other):
        kinds = [entry.kind for entry in journal.timeline(someone, sentences=registry.sentences)]
        assert kinds[0] == "accounts.twin_undone"
        assert len(kinds) == 2


def test_her_copy_and_her_anonymisation_reach_the_account_set_aside() -> None:
    one, other = make.person(), make.person()
    merge(one, other)
    assert twin_queries.ids_of(one.id) == [one.id, other.id]
    privacy.anonymise(one, "À sa demande", by=BOSS)
    db.session.expire_all()
    assert db.session.get_one(Person, other.id).anonymised_at is not None
    assert all(not row.changes for row in db.session.scalars(select(Merger)))


def test_every_key_that_moves_moves() -> None:
    """No declared key is without effect: the statement that moves each is accepted by its table."""
    one, other = make.person(), make.person()
    for kind, (kept, merged) in {
        TwinKind.PERSON: (one.id, other.id),
        TwinKind.STRUCTURE: (make.structure().id, make.structure().id),
    }.items():
        assert moving.move(kind, merged, kept) == []


@pytest.mark.both_engines
def test_two_managers_who_merge_a_pair_both_ways_at_once_make_one_merger(app: Flask) -> None:
    body, pair = make.organisation(), [make.structure("MSP du Lac"), make.structure("MSP Lac")]
    acts = [
        posting(
            browser(app, make.manager(body)),
            f"/doublons/structures/{pair[0].id}/{pair[1].id}",
            kept=str(kept.id),
            reason=WHY,
        )
        for kept in pair
    ]
    assert sorted(at_once(*acts)) in ([303, 404], [303, 409])
    assert db.session.scalar(select(func.count()).select_from(Merger)) == 1
    db.session.expire_all()
    assert sorted(row.merged_into_id is None for row in db.session.scalars(select(Structure))) == [False, True]
