"""Presence of a cohort and of each learner, per kind of person; announcing, dispensing, making up; the papers (R42–R46, R122)."""

import io
import time
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from tests.support import samples
from training.accounts.enums import Function, Part
from training.catalogue.models import Module
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.batches import BatchStatus
from training.seminars import bundling, queries
from training.seminars.commands import Marking
from training.seminars.enums import AbsenceKind, DocumentKind, Presence
from training.seminars.models import AbsenceNotice, AttendanceWaiver, DocumentBatch, MakeUp
from training.seminars.rules.presence import Standing
from training.seminars.services.bundles import papers_of

AFTER = clock.at_paris(seminar_rows.DAY + timedelta(days=10))
EXCUSED = Marking(Presence.EXCUSED, absence_kind=AbsenceKind.HEALTH)


@pytest.fixture
def learner(cohort: Cohort) -> Enrolment:
    return cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))


def address(enrolment: Enrolment, page: str = "") -> str:
    return f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/presences{page}"


def employer_of(enrolment: Enrolment) -> Any:
    someone = accounts.person()
    accounts.membership(someone, Function.REPRESENTATIVE, enrolment.structure)
    return someone


def test_r122_each_reads_what_is_hers(cohort: Cohort, learner: Enrolment, new_client: Any) -> None:
    make.locked(seminar_rows.half_day(cohort), {learner: EXCUSED})
    people = {
        "carrier": cohort_rows.carrier_of(cohort),
        "school": accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)),
        "animator": cohort_rows.animator(cohort),
        "learner": learner.person,
        "funder": accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)),
        "employer": employer_of(learner),
        "another employer": employer_of(cohort_rows.learner(cohort)),
        "another learner": cohort_rows.learner(cohort).person,
        "another carrier": accounts.manager(),
    }
    told = {}
    with clock.freeze(AFTER):
        for kind, person in people.items():
            browser = new_client()
            accounts.sign_in(browser, person)
            answer = browser.get(address(learner))
            told[kind] = (answer.status_code, "absence justifiée" in answer.text, "absent·e" in answer.text)
    reasons = dict.fromkeys(("carrier", "school", "animator", "learner"), (200, True, True))
    assert {kind: found[:2] for kind, found in told.items()} == {
        **{kind: found[:2] for kind, found in reasons.items()},
        "funder": (200, False),
        "employer": (200, False),
        "another employer": (404, False),
        "another learner": (404, False),
        "another carrier": (404, False),
    }
    assert told["employer"][2]


def test_r122_the_cohort_s_page_names_people_to_those_who_run_it_only(
    cohort: Cohort, learner: Enrolment, new_client: Any, page: Any
) -> None:
    make.locked(seminar_rows.half_day(cohort))
    kinds = {
        "carrier": cohort_rows.carrier_of(cohort),
        "animator": cohort_rows.animator(cohort),
        "school": accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)),
    }
    where = f"/promotions/{cohort.code}/emargement"
    with clock.freeze(AFTER):
        for person in kinds.values():
            browser = new_client()
            accounts.sign_in(browser, person)
            shown = page(where, by=browser)
            assert "À régulariser" in shown.text
            assert "Alix Morel" in shown.text
        funder, own, stranger = new_client(), new_client(), new_client()
        accounts.sign_in(funder, accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)))
        figures = page(where, by=funder)
        assert "Morel" not in figures.text
        assert "Moins de cinq absences justifiées" in figures.text
        accounts.sign_in(own, learner.person)
        assert own.get(where).location == address(learner)
        accounts.sign_in(stranger, accounts.manager())
        assert stranger.get(where).status_code == 404


@pytest.mark.parametrize(("who", "named"), [("carrier", True), ("funder", False)])
def test_r122_presence_is_saved_as_it_is_read(
    cohort: Cohort, learner: Enrolment, client: Any, who: str, *, named: bool
) -> None:
    make.locked(seminar_rows.half_day(cohort), {learner: make.THERE})
    people = {
        "carrier": cohort_rows.carrier_of(cohort),
        "funder": accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)),
    }
    accounts.sign_in(client, people[who])
    with clock.freeze(AFTER):
        content = client.get(f"/promotions/{cohort.code}/emargement?format=xlsx").data
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert any("Morel" in str(cell) for row in rows for cell in row) is named
    assert len(rows) == 2


@pytest.mark.parametrize("where", ["cohort", "learner"])
def test_presence_asks_as_much_for_three_as_for_one(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any, selects: Any, *, where: str
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    place = address(learner) if where == "learner" else f"/promotions/{cohort.code}/emargement"
    counts = []
    for number in range(2):
        for half_day in make.half_days(cohort, 1 + number, first=seminar_rows.DAY + timedelta(days=3 * number)):
            make.locked(half_day, {learner: make.THERE})
        cohort_rows.learner(cohort)
        with clock.freeze(AFTER), selects() as asked:
            page(place)
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 20


def test_r43_a_learner_announces_an_absence_then_comes_after_all(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any, session: Any
) -> None:
    half_day = seminar_rows.half_day(cohort)
    accounts.sign_in(client, learner.person)
    with clock.freeze(half_day.starts_at - timedelta(days=3)):
        page(address(learner, "/absence"))
        nothing = client.post(address(learner, "/absence"), data={"kind": "family"})
        assert (nothing.status_code, 'id="half_days-error"' in nothing.text) == (422, True)
        told = {"half_days": str(half_day.id), "kind": "family"}
        assert client.post(address(learner, "/absence"), data=told).status_code == 303
        assert "absence annoncée" in page(address(learner)).text
        assert client.post(address(learner, f"/{half_day.id}/venir")).status_code == 303
    notice = session.scalars(select(AbsenceNotice)).one()
    assert (notice.kind, notice.withdrawn_at is None) == (AbsenceKind.FAMILY, False)
    with clock.freeze(half_day.starts_at + timedelta(minutes=1)):
        assert client.post(address(learner, "/absence"), data=told).status_code == 422


def test_r44_the_school_dispenses_after_the_lock(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any, session: Any
) -> None:
    half_day = seminar_rows.half_day(cohort)
    make.locked(half_day)
    accounts.sign_in(client, accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))
    with clock.freeze(AFTER):
        page(address(learner, f"/{half_day.id}/dispense"))
        given = {"decided_on": "30/04/2026", "reason": "Acquis reconnus"}
        assert client.post(address(learner, f"/{half_day.id}/dispense"), data=given).status_code == 303
        again = client.post(address(learner, f"/{half_day.id}/dispense"), data=given)
        assert (again.status_code, "déjà enregistrée" in again.text) == (422, True)
        found = queries.presence_of(learner)
    assert [line.standing for line in found.lines] == [Standing.DISPENSED]
    assert (found.is_to_regularise, float(found.done_hours)) == (False, 0.0)


def test_r96_the_carrier_transcribes_a_dispensation_with_its_proof(session: Any, client: Any, page: Any) -> None:
    cohort = cohort_rows.cohort(school_outside=True)
    learner, half_day = cohort_rows.learner(cohort), seminar_rows.half_day(cohort)
    make.locked(half_day)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    given = {"decided_on": "30/04/2026", "reason": "Acquis reconnus"}
    with clock.freeze(AFTER):
        bare = client.post(address(learner, f"/{half_day.id}/dispense"), data=given)
        assert (bare.status_code, 'id="evidence-error"' in bare.text) == (422, True)
        proof = {**given, "evidence": (io.BytesIO(samples.pdf(1)), "courriel.pdf")}
        assert client.post(address(learner, f"/{half_day.id}/dispense"), data=proof).status_code == 303
    waiver = session.scalars(select(AttendanceWaiver)).one()
    assert (waiver.transcribed, waiver.evidence_id is None) == (True, False)


def test_r116_a_make_up_is_arranged_on_screen(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any, session: Any
) -> None:
    module = session.scalars(select(Module).where(Module.edition_id == cohort.edition_id, Module.code == "PF")).one()
    missed = seminar_rows.half_day(cohort, modules=(module.id,))
    make.locked(missed)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    with clock.freeze(AFTER):
        assert "Aucune demi-journée à venir" in page(address(learner, f"/{missed.id}/rattrapage")).text
        elsewhere = cohort_rows.cohort(edition=cohort.edition, label="Promo Sud")
        other = seminar_rows.half_day(elsewhere, seminar_rows.DAY + timedelta(days=40), modules=(module.id,))
        assert "Promo Sud" in page(address(learner, f"/{missed.id}/rattrapage")).text
        given = {"invited_id": str(other.id)}
        assert client.post(address(learner, f"/{missed.id}/rattrapage"), data=given).status_code == 303
        assert "rattrapage prévu" in page(address(learner)).text
    assert session.scalars(select(MakeUp)).one().invited_id == other.id


# --- papers -----------------------------------------------------------------------------------------------------------


def read(content: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return reader, " ".join(page.extract_text() for page in reader.pages)


def check_sound(content: bytes, title: str) -> str:
    """A paper is tagged, titled, French, and carries its fonts."""
    reader, text = read(content)
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("fr")
    assert reader.metadata is not None
    assert title in str(reader.metadata.title)
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object().get("/DescendantFonts", [font])[0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object()), "a font is not embedded"
    return " ".join(text.split())


def test_r42_papers_tell_what_locked_sheets_say_and_no_reason(
    cohort: Cohort, learner: Enrolment, client: Any, session: Any
) -> None:
    mornings = make.half_days(cohort, 3)
    accounts.sign_in(client, learner.person)
    with clock.freeze(AFTER):
        assert client.get(address(learner, "/certificat-de-realisation.pdf")).status_code == 404
    make.locked(mornings[0], {learner: make.THERE})
    make.locked(mornings[1], {learner: EXCUSED})
    make.signed(make.opened(mornings[2]), learner)  # signed, not locked: it certifies nothing
    session.commit()
    with clock.freeze(AFTER):
        certificate = check_sound(
            client.get(address(learner, "/certificat-de-realisation.pdf")).data, "Certificat de réalisation"
        )
        attendance = check_sound(
            client.get(address(learner, "/attestation-d-assiduite.pdf")).data, "Attestation d’assiduité"
        )
    for words in ("Alix Morel", learner.structure.name, "Action de formation", "3 h", "trois ans", "à confirmer"):
        assert words in certificate.replace("\u00a0", " "), words
    assert "absent·e" in attendance
    assert "santé" not in attendance
    assert "justifiée" not in attendance


def test_r40_the_paper_of_a_locked_sheet_carries_its_seal(cohort: Cohort, learner: Enrolment, client: Any) -> None:
    half_day = seminar_rows.half_day(cohort, guests_allowed=True)
    sheet = make.locked(half_day, {learner: make.THERE})
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    paper = client.get(f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}/emargement/feuille.pdf")
    text = check_sound(paper.data, "Feuille d’émargement").replace(" ", "")
    assert sheet.content_hash is not None
    assert sheet.content_hash in text
    assert "AlixMorel" in text


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("certificats", DocumentKind.COMPLETION),
        ("registre", DocumentKind.BOOK),
        ("feuilles", DocumentKind.SHEETS),
        ("attestations", DocumentKind.ATTENDANCE),
    ],
)
def test_r42_a_bundle_is_asked_for_made_by_the_worker_and_taken_away(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any, session: Any, *, slug: str, kind: DocumentKind
) -> None:
    make.locked(seminar_rows.half_day(cohort), {learner: make.THERE})
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    where = f"/promotions/{cohort.code}/emargement/documents"
    assert client.post(f"{where}/{slug}").status_code == 303
    twice = client.post(f"{where}/{slug}")
    assert (twice.status_code, "déjà en préparation" in twice.text) == (422, True)
    assert "en préparation" in page(where).text
    assert bundling.BUNDLES.make() == 1
    assert bundling.BUNDLES.make() == 0
    session.expire_all()
    batch = session.scalars(select(DocumentBatch)).one()
    assert (batch.status, batch.done, batch.total, batch.kind) == (BatchStatus.DONE, 1, 1, kind)
    assert "Télécharger le zip" in page(where).text
    answer = client.get(f"{where}/{batch.id}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        (name,) = archive.namelist()
        check_sound(archive.read(name), "")
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert bundling.BUNDLES.purge() == 1


def test_who_signs_the_papers_is_said_once_for_the_carrier(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    where = f"/promotions/{cohort.code}/emargement/signataire"
    page(where)
    wrong = client.post(where, data={"activity_number": "12", "siret": "x"})
    assert (wrong.status_code, 'id="siret-error"' in wrong.text) == (422, True)
    given = {"activity_number": "27 21 04567 21", "signatory": "Jeanne Lefort", "signatory_role": "Directrice"}
    assert client.post(where, data=given).status_code == 303
    assert "Jeanne Lefort" in page(f"/promotions/{cohort.code}/emargement/documents").text


def test_two_hundred_papers_take_the_worker_a_few_seconds(cohort: Cohort, learner: Enrolment, session: Any) -> None:
    """Measured on the processor’s own time, so that a busy machine does not decide."""
    make.locked(seminar_rows.half_day(cohort), {learner: make.THERE})
    (paper,) = papers_of(cohort, DocumentKind.COMPLETION)
    session.rollback()
    paper.render()  # the compiler of this thread reads its fonts once
    began = time.thread_time()
    assert all(paper.render().startswith(b"%PDF-") for _ in range(200))
    assert time.thread_time() - began < 5
