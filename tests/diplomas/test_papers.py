"""Attestations for a whole cohort, or for what was decided one day, as one zip made by the worker (R71)."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.factories import accounts, cohorts
from tests.factories import diplomas as make
from training.accounts.enums import Part
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.access import AccessNote
from training.common.batches import BatchStatus
from training.common.declarations import registry
from training.common.errors import Refused
from training.database import db
from training.diplomas import services
from training.diplomas.bundling import CERTIFICATES, papers_of
from training.diplomas.commands import Decisions, Papers
from training.diplomas.enums import PaperKind, Verdict
from training.diplomas.models import DiplomaBatch

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def decided(session: Any, frozen_clock: Any) -> list[Enrolment]:
    """One diploma given on one day; on the next a diploma and a refusal; someone who goes on, someone who has nothing."""
    learners = make.graduating(4)
    cohort = learners[0].cohort
    school = make.school_of(cohort)
    for on, who, verdict, reason in (
        (FIRST, learners[0], Verdict.GRADUATED, ""),
        (SECOND, learners[1], Verdict.GRADUATED, ""),
        (SECOND, learners[2], Verdict.NOT_GRADUATED, "Mémoire non soutenu."),
    ):
        services.decide(cohort, Decisions((who.id,), verdict, on, reason), by=school)
    learners.append(cohorts.learner(cohort))
    return learners


def batch(cohort: Cohort, kind: PaperKind, on: date | None = None) -> DiplomaBatch:
    """Papers asked for by the carrier."""
    return services.request_papers(cohort, Papers(kind, on), by=make.carrier_of(cohort))


@pytest.mark.parametrize(
    ("kind", "on", "wanted"),
    [
        (PaperKind.SUCCESS, None, {0: "reussite", 1: "reussite"}),
        (PaperKind.MODULES, None, {2: "modules", 3: "modules"}),
        (PaperKind.DECISIONS, SECOND, {1: "reussite", 2: "modules"}),
    ],
)
def test_r71_each_kind_gives_its_paper_to_those_it_concerns(
    decided: list[Enrolment], kind: PaperKind, on: date | None, wanted: dict[int, str]
) -> None:
    made = {progress.enrolment_id: paper.name for progress, paper in papers_of(batch(decided[0].cohort, kind, on))}
    assert made.keys() == {decided[index].id for index in wanted}
    assert all(made[decided[index].id].startswith(f"attestation-{word}") for index, word in wanted.items())


def test_making_papers_asks_as_much_of_the_database_for_one_and_four(decided: list[Enrolment], selects: Any) -> None:
    counts = []
    for kind, on in ((PaperKind.DECISIONS, FIRST), (PaperKind.MODULES, None)):
        wanted = batch(decided[0].cohort, kind, on)
        db.session.flush()
        db.session.expire_all()
        with selects() as asked:
            assert list(papers_of(wanted))
        counts.append(asked.count)
    assert max(counts) <= min(counts) + 1 <= 25


@pytest.mark.both_engines
def test_the_zip_is_asked_for_made_by_the_worker_and_taken_away(
    decided: list[Enrolment], client: Any, page: Any, session: Any
) -> None:
    cohort = decided[0].cohort
    accounts.sign_in(client, cohorts.carrier_of(cohort))
    where = f"/diplomes/{cohort.code}/attestations"
    assert "décision du 2 mars 2026 (2 personnes)" in page(where).text.replace("\u00a0", " ")
    assert client.post(f"{where}/2026-03-02").status_code == 303
    twice = client.post(f"{where}/2026-03-02")
    assert (twice.status_code, "déjà en préparation" in twice.text) == (422, True)
    assert client.post(f"{where}/2026-02-02").status_code == 422
    assert client.post(f"{where}/lune").status_code == 404
    assert "en préparation" in page(where).text
    found = session.scalars(db.select(DiplomaBatch)).one()
    assert client.get(f"{where}/{found.id}.zip").status_code == 404
    (sweep,) = [each for each in registry.sweeps if each.name == "diploma_papers"]
    assert sweep.run() == 1
    session.expire_all()
    found = session.scalars(db.select(DiplomaBatch)).one()
    assert (found.status, found.done, found.total) == (BatchStatus.DONE, 3, 3)
    assert "Télécharger le zip" in page(where).text
    with zipfile.ZipFile(io.BytesIO(client.get(f"{where}/{found.id}.zip").data)) as archive:
        *papers, listed = archive.namelist()
        for name in papers:
            assert archive.read(name).startswith(b"%PDF")
        sheet: Any = load_workbook(io.BytesIO(archive.read(listed))).active
    assert {row[4] for row in list(sheet.values)[1:]} == set(papers)
    assert session.scalars(db.select(AccessNote.id).where(AccessNote.kind == "diploma_papers_zip")).all()
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert CERTIFICATES.purge() == 1


def test_a_batch_of_another_cohort_and_strangers_find_nothing(decided: list[Enrolment], client: Any) -> None:
    cohort, other = decided[0].cohort, cohorts.cohort()
    asked = batch(cohort, PaperKind.SUCCESS)
    db.session.commit()
    for someone, status in (
        (cohorts.carrier_of(other), 404),
        (cohorts.referent(decided[3]).person, 404),
        (decided[0].person, 404),
        (accounts.manager(cohorts.part_of(cohort, Part.SCHOOL)), 200),
    ):
        accounts.sign_in(client, someone)
        assert client.get(f"/diplomes/{cohort.code}/attestations").status_code == status
    accounts.sign_in(client, cohorts.carrier_of(other))
    assert client.get(f"/diplomes/{other.code}/attestations/{asked.id}.zip").status_code == 404


def test_nothing_is_made_for_a_day_without_decision(decided: list[Enrolment]) -> None:
    with pytest.raises(Refused, match="ce jour-là"):
        batch(decided[0].cohort, PaperKind.DECISIONS, date(2026, 1, 5))
