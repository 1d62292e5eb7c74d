"""The evidence by indicator, its zip, and the yearly figures against a case counted by hand (R123)."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tests.factories import accounts
from tests.factories import attendance as attendance_rows
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Part
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort
from training.common import attachments, clock
from training.common.access import AccessNote
from training.common.batches import BatchStatus
from training.common.declarations import registry
from training.common.errors import Refused
from training.database import db
from training.quality import evidence
from training.quality.commands import FiguresData
from training.quality.enums import CohortRole, EvidenceList, TraineeType
from training.quality.models import EvidenceBatch
from training.quality.queries.audit import audit_of, facts_of
from training.quality.queries.bpf import year_of
from training.quality.queries.evidence_lists import rows_of
from training.quality.queries.teaching import teaching_of
from training.quality.rules.audit import Indicator
from training.quality.rules.bpf import OBJECTIVE, Followed, FrameLine, frames_of, total
from training.quality.services import audit as services
from training.quality.services import bpf
from training.seminars.commands import Marking
from training.seminars.enums import Presence, StaffRole
from training.seminars.models import HalfDayStaff
from training.seminars.queries.papers import stored_sheets

DAY = date.fromisoformat
AFTER = clock.at_paris(DAY("2026-05-10"), 10)


def followed(hours: int, trainee: TraineeType | None = None, role: CohortRole | None = None, nsf: str = "") -> Followed:
    return Followed(Decimal(hours), trainee, role, nsf or None, "PACTE", "Promo 8")


def test_frames_have_equal_totals_and_tell_what_is_unknown() -> None:
    frames = frames_of(
        [
            followed(60, TraineeType.EMPLOYEE, CohortRole.OWN, "334"),
            followed(40, TraineeType.OTHER, CohortRole.ENTRUSTED_TO, "334"),
            followed(12),
            followed(0, TraineeType.EMPLOYEE),
            followed(90, TraineeType.EMPLOYEE, CohortRole.ENTRUSTED_BY, "334"),
        ]
    )
    whole = FrameLine("Ensemble", 3, Decimal(112))
    assert total(frames.trainees) == total(frames.objectives) == total(frames.specialities) == whole
    assert [(line.label, line.people, line.hours) for line in frames.trainees] == [
        ("a. salarié·e d’un employeur privé", 1, Decimal(60)),
        ("e. autre\u00a0: agent public, indépendant·e…", 1, Decimal(40)),
        ("à confirmer", 1, Decimal(12)),
    ]
    assert frames.objectives == [FrameLine(OBJECTIVE, 3, Decimal(112))]
    assert frames.specialities[-1] == FrameLine("à confirmer (PACTE)", 1, Decimal(12))
    assert frames.entrusted_to == [FrameLine("Promo 8", 1, Decimal(40))]
    assert frames.entrusted_by == [FrameLine("Promo 8", 1, Decimal(90))]


@pytest.mark.parametrize(("proof", "lack", "state"), [(0, 0, "missing"), (1, 0, "held"), (1, 2, "partial")])
def test_an_indicator_says_where_it_stands(proof: int, lack: int, state: str) -> None:
    indicator = Indicator("9", "X").holds(proof, "preuve", "preuves", "/", "Rien encore")
    assert indicator.lacks_if(lack, "manque", "manques", "/").state == state
    assert bool(indicator.lacks) is (state != "held")


@pytest.fixture
def taught(cohort: Cohort) -> Any:
    """Two learners, two locked half-days of three hours in 2026: one there twice, one once and two hours; a speaker."""
    one, other = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    first, second = attendance_rows.half_days(cohort, 2)
    attendance_rows.locked(first, {one: attendance_rows.THERE, other: attendance_rows.THERE})
    attendance_rows.locked(second, {one: attendance_rows.THERE, other: Marking(Presence.PARTIAL, hours=Decimal(2))})
    db.session.add(HalfDayStaff(half_day_id=first.id, person_id=accounts.person().id, role=StaffRole.SPEAKER))
    with clock.freeze(AFTER):
        make.handbook(cohort)
        yield cohort


@pytest.mark.both_engines
def test_the_year_counts_hours_followed_and_names_what_is_missing(taught: Cohort) -> None:
    body = cohort_rows.part_of(taught, Part.CARRIER)
    year = seminar_rows.DAY.year
    found = year_of(body, year)
    assert total(found.frames.trainees) == FrameLine("Ensemble", 2, Decimal(11))
    assert [(line.half_days, line.group_hours) for line in found.teaching] == [(1, Decimal(3))]
    words = [anomaly.words for anomaly in found.anomalies]
    assert "Numéro de déclaration d’activité à confirmer" in words
    assert "Type de stagiaire à dire pour 2\u00a0personnes" in words
    assert "1\u00a0demi-journée passée sans intervenant·e nommé·e" in words
    own = {each.id: TraineeType.EMPLOYEE for each in taught.enrolments}
    bpf.settle(taught, FiguresData(CohortRole.OWN, "334", own), by=make.carrier(taught))
    settled = year_of(body, year)
    assert [line.label for line in settled.frames.trainees] == ["a. salarié·e d’un employeur privé"]
    assert [line.label for line in settled.frames.specialities] == ["334"]
    assert not [each for each in settled.anomalies if "stagiaire" in each.words or "NSF" in each.words]
    bpf.settle(taught, FiguresData(None, "", {}), by=make.carrier(taught))
    assert [line.label for line in year_of(body, year).frames.trainees] == ["à confirmer"]
    assert year_of(body, year - 1).frames.trainees == []


def test_the_carrier_reads_its_year_settles_it_and_others_do_not(
    taught: Cohort, new_client: Any, page: Any, selects: Any
) -> None:
    body = cohort_rows.part_of(taught, Part.CARRIER)
    carrier, stranger = new_client(), new_client()
    accounts.sign_in(carrier, cohort_rows.carrier_of(taught))
    accounts.sign_in(stranger, accounts.manager())
    address = f"/organisations/{body.code}/bilan-pedagogique?annee={seminar_rows.DAY.year}"
    assert stranger.get(address).status_code == 404
    with selects() as asked:
        page(address, by=carrier)
    assert asked.count <= 20
    book = openpyxl.load_workbook(io.BytesIO(carrier.get(f"{address}&format=xlsx").data))
    assert ("F-1", "Stagiaires, par type", "Ensemble", 2, 11) in list(book.worksheets[0].iter_rows(values_only=True))
    data = f"/promotions/{taught.code}/donnees-bpf"
    page(data, by=carrier)
    learner = taught.enrolments[0]
    sent = {"role": "own", "nsf": "334", f"t-{learner.id}": "employee"}
    assert carrier.post(data, data={**sent, "nsf": "12345678901"}).status_code == 422
    assert carrier.post(data, data=sent).status_code == 303
    assert 'value="employee" selected' in carrier.get(data).text


@pytest.mark.both_engines
def test_the_page_of_evidence_says_what_is_held_and_missing_in_few_selects(
    taught: Cohort, client: Any, page: Any, selects: Any
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(taught))
    counts, shown = [], None
    for _ in range(2):
        learner = cohort_rows.learner(taught)
        make.rated(learner, 1)
        make.complaint(taught, learner.person)
        db.session.commit()
        db.session.expire_all()
        with selects() as asked:
            shown = page(f"/promotions/{taught.code}/preuves")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 20
    assert shown is not None
    for words in ("2 feuilles verrouillées", "2 positionnements à l’entrée", "4 lectures manquantes", "2 inscriptions"):
        assert words in shown.text.replace("\u00a0", " "), words


def test_the_zip_is_made_by_the_worker_taken_by_those_entitled_and_noted(
    taught: Cohort, new_client: Any, session: Any
) -> None:
    carrier, funder = new_client(), new_client()
    accounts.sign_in(carrier, cohort_rows.carrier_of(taught))
    accounts.sign_in(funder, accounts.manager(cohort_rows.part_of(taught, Part.FUNDER)))
    address = f"/promotions/{taught.code}/preuves"
    assert funder.get(address).status_code == 403
    assert funder.post(address).status_code == 403
    assert carrier.post(address).status_code == 303
    with pytest.raises(Refused):
        services.request_evidence(taught, by=make.carrier(taught))
    session.rollback()
    (sweep,) = [each for each in registry.sweeps if each.name == "evidence"]
    assert sweep.run() == 1
    batch = session.scalars(db.select(EvidenceBatch)).one()
    assert (batch.status, batch.done) == (BatchStatus.DONE, batch.total)
    assert funder.get(f"{address}/{batch.id}.zip").status_code == 403
    answer = carrier.get(f"{address}/{batch.id}.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert "index.xlsx" in names
    assert "09-information/lectures.xlsx" in names
    assert any(name.endswith("livret.pdf") for name in names)
    assert sum(name.startswith("12-presence/feuilles/") for name in names) == 2
    assert set(evidence.FOLDERS.values()) <= {name.partition("/")[0] for name in names}
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    index = list(openpyxl.load_workbook(io.BytesIO(archive.read("index.xlsx"))).worksheets[0].values)[1:]
    assert {str(row[0]) for row in index} == set(evidence.FOLDERS)
    (held,) = [row for row in index if row[3] and "feuilles verrouillées" in str(row[3])]
    assert str(held[3]).startswith("2")
    assert str(held[4]).startswith("http")
    for name in names:
        if name.endswith(".xlsx"):
            openpyxl.load_workbook(io.BytesIO(archive.read(name)))
    assert session.scalars(db.select(AccessNote.kind).where(AccessNote.kind == "evidence_zip")).all()


COUNTED = {
    EvidenceList.APPLICATIONS: "applications",
    EvidenceList.DECISIONS: "decisions",
    EvidenceList.DEPARTURES: "departures",
    EvidenceList.MEMOIRES: "memoires",
    EvidenceList.NOTES: "notes",
    EvidenceList.PLANNED: "half_days",
    EvidenceList.SHEETS: "sheets",
    EvidenceList.UNLOCKED: "half_days_unlocked",
    EvidenceList.UNPLACED: "half_days_unplaced",
    EvidenceList.UNSTAFFED: "half_days_unstaffed",
}


@pytest.mark.demo
def test_what_is_counted_is_what_is_listed_and_what_the_zip_holds(session: Any) -> None:
    """The demonstration has launches with a sheet, notes, mémoires, files, half-days without anyone."""
    for cohort in session.scalars(db.select(Cohort)):
        facts = facts_of(cohort)
        for kind, name in COUNTED.items():
            assert len(rows_of(cohort, kind)) == facts[name], (cohort.code, kind)
        assert len(stored_sheets(cohort)) == facts["sheets"]


def test_who_reads_the_evidence_reads_its_rows_and_others_do_not(taught: Cohort, new_client: Any, page: Any) -> None:
    carrier, funder, stranger = new_client(), new_client(), new_client()
    accounts.sign_in(carrier, cohort_rows.carrier_of(taught))
    accounts.sign_in(funder, accounts.manager(cohort_rows.part_of(taught, Part.FUNDER)))
    accounts.sign_in(stranger, accounts.manager())
    for kind in EvidenceList:
        address = f"/promotions/{taught.code}/preuves/{kind.value}"
        page(address, by=carrier)
        assert (funder.get(address).status_code, stranger.get(address).status_code) == (403, 404)
    assert "2026" in page(f"/promotions/{taught.code}/preuves/{EvidenceList.SHEETS.value}", by=carrier).text
    assert carrier.get(f"/promotions/{taught.code}/preuves/lune").status_code == 404


def test_old_zips_go(taught: Cohort) -> None:
    services.request_evidence(taught, by=make.carrier(taught))
    assert evidence.EVIDENCE.purge() == 0
    with clock.freeze(clock.at_paris(DAY("2026-05-20"))):
        assert evidence.EVIDENCE.purge() == 1


def test_evidence_of_a_bare_cohort_is_all_lacks_but_those_always_there(cohort: Cohort, frozen_clock: Any) -> None:
    states = {indicator.number: indicator.state for indicator in audit_of(cohort)}
    assert states["9"] == "missing"
    assert states["31"] == "held"


def test_every_proof_and_lack_leads_somewhere(taught: Cohort, app: Any) -> None:
    addresses = app.url_map.bind("localhost")
    for indicator in audit_of(taught):
        for href in [*(p.href for p in indicator.proofs), *(lack.href for lack in indicator.lacks)]:
            addresses.match(href.partition("#")[0])
    for kind in EvidenceList:
        for row in rows_of(taught, kind):
            addresses.match(row.href)
            assert len(row.cells) == len(kind.columns)
    body = cohort_rows.part_of(taught, Part.CARRIER)
    for anomaly in year_of(body, seminar_rows.DAY.year).anomalies:
        addresses.match(anomaly.href)


def test_individual_meetings_held_are_hours_of_follow_up(cohort: Cohort, frozen_clock: Any) -> None:
    enrolment = cohort_rows.learner(cohort)
    trainer = cohort_rows.referent(enrolment).person
    db.session.add(
        MeetingSlot(
            trainer_id=trainer.id,
            cohort_id=cohort.id,
            enrolment_id=enrolment.id,
            starts_at=clock.at_paris(DAY("2026-02-02"), 14),
            ends_at=clock.at_paris(DAY("2026-02-02"), 14, 45),
            place="Dijon",
            status=MeetingStatus.HELD,
        )
    )
    db.session.flush()
    (line,) = teaching_of([cohort.id], None)
    assert (line.half_days, line.follow_up_hours, line.total) == (0, Decimal("0.75"), Decimal("0.75"))
    assert teaching_of([cohort.id], None, since=DAY("2026-02-03")) == []


def test_two_pieces_never_bear_one_name() -> None:
    known: set[str] = set()
    names = [attachments.unique_name(name, known) for name in ("a/b.pdf", "a/b.pdf", "a/b.pdf", "a/c.pdf")]
    assert names == ["a/b.pdf", "a/b-2.pdf", "a/b-3.pdf", "a/c.pdf"]
