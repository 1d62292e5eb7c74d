"""The pages of mémoires, per kind of person (R54, R57, R58, R88, R127)."""

import dataclasses
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import defences as make
from tests.factories.portfolio import Pair
from tests.support import samples
from training.accounts.enums import Function, Part
from training.common import clock
from training.common.declarations import registry
from training.defences import file_uses, queries
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.defences.services import sharing


def people(pair: Pair) -> dict[str, Any]:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, pair.enrolment.structure)
    return {
        "learner": pair.learner,
        "reader": pair.reader,
        "carrier": cohort_rows.carrier_of(pair.cohort),
        "school": accounts.manager(cohort_rows.part_of(pair.cohort, Part.SCHOOL)),
        "funder": accounts.manager(cohort_rows.part_of(pair.cohort, Part.FUNDER)),
        "employer": employer,
        "another learner": cohort_rows.learner(pair.cohort).person,
        "another carrier": accounts.manager(),
    }


@pytest.mark.parametrize("is_final", [False, True])
def test_r88_each_opens_what_is_hers(pair: Pair, new_client: Any, *, is_final: bool) -> None:
    memoire = make.approved(pair)
    version = make.final(memoire, pair.learner) if is_final else make.draft(memoire, pair.learner)
    told = {}
    for who, person in people(pair).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        told[who] = (
            browser.get(f"/memoires/{memoire.id}").status_code,
            browser.get(f"/fichiers/{version.file_id}").status_code,
        )
    readers = dict.fromkeys(("learner", "reader", "school"), (200, 200))
    strangers = dict.fromkeys(("funder", "employer", "another learner", "another carrier"), (404, 404))
    assert told == {**readers, "carrier": (200, 200 if is_final else 404), **strangers}


def test_a_learner_goes_from_a_subject_to_a_final_version_by_her_pages(
    pair: Pair, client: Any, new_client: Any, page: Any
) -> None:
    accounts.sign_in(client, pair.learner)
    start = f"/parcours/{pair.enrolment.id}/memoire"
    assert "Proposer un sujet" in page(start).text
    empty = client.post(start, data={"subject": ""})
    assert (empty.status_code, 'id="subject-error"' in empty.text) == (422, True)
    answer = client.post(start, data={"subject": "Réunir", "approach": "L’équipe se réunit.", "keywords": "réunion"})
    address = answer.location
    assert "Votre sujet est entre les mains" in page(address).text
    reader = new_client()
    accounts.sign_in(reader, pair.reader)
    assert reader.post(f"{address}/sujet/reponse", data={"decision": "approve"}).status_code == 303
    sent = {"file": (io.BytesIO(samples.docx()), "essai.docx"), "no_patient_data": "y"}
    assert client.post(f"{address}/versions", data=sent).status_code == 303
    assert "essai.docx" in page(address).text
    word = {"file": (io.BytesIO(samples.docx()), "final.docx"), "no_patient_data": "y", "own_work": "y"}
    refused = client.post(f"{address}/version-finale", data=word)
    assert (refused.status_code, "PDF" in refused.text) == (422, True)
    paper = {
        "file": (io.BytesIO(make.paper(14)), "final.pdf"),
        "annex_pages": "2",
        "no_patient_data": "y",
        "own_work": "y",
    }
    assert client.post(f"{address}/version-finale", data=paper).status_code == 303
    shown = page(address).text
    assert "12 pages sans les annexes" in shown
    assert "version finale déposée" in shown


@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.encrypted_pdf, "secret.pdf"), (samples.docm, "macro.docm")],
    ids=["protected", "macros"],
)
def test_what_cannot_be_read_is_refused_and_what_was_typed_stays(
    pair: Pair, client: Any, content: Any, name: str
) -> None:
    memoire = make.approved(pair)
    accounts.sign_in(client, pair.learner)
    sent = {"file": (io.BytesIO(content()), name), "message": "Un mot gardé", "no_patient_data": "y"}
    answer = client.post(f"/memoires/{memoire.id}/versions", data=sent)
    assert (answer.status_code, "Un mot gardé" in answer.text) == (422, True)


def test_a_file_too_large_is_refused_before_it_is_kept(pair: Pair, client: Any, monkeypatch: Any) -> None:
    memoire = make.approved(pair)
    use = registry.file_use(file_uses.VERSION)
    monkeypatch.setitem(registry._file_uses, use.code, dataclasses.replace(use, max_bytes=500))
    accounts.sign_in(client, pair.learner)
    sent = {"file": (io.BytesIO(make.paper(30)), "lourd.pdf"), "no_patient_data": "y"}
    answer = client.post(f"/memoires/{memoire.id}/versions", data=sent)
    assert (answer.status_code, "500" in answer.text) == (422, True)
    assert not queries.memoire_of(pair.enrolment.id).versions  # type: ignore[union-attr]  # made above


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_asks_as_much_of_three_versions_as_of_one(
    pair: Pair, client: Any, page: Any, selects: Any, versions: int
) -> None:
    memoire = make.approved(pair)
    for _ in range(versions):
        make.draft(memoire, pair.learner)
    accounts.sign_in(client, pair.reader)
    with selects() as asked:
        page(f"/memoires/{memoire.id}")
    assert asked.count <= 20


def shared(pair: Pair) -> Memoire:
    memoire = make.approved(pair)
    make.final(memoire, pair.learner)
    passed = MemoireStatus.PASSED
    setattr(memoire, "status", passed)  # noqa: B010 - as a published result leaves it
    sharing.offer(memoire, shared=True, by=accounts.principal(pair.learner))
    return memoire


def test_r127_the_library_shows_what_both_agreed_to_share(pair: Pair, client: Any, page: Any) -> None:
    memoire = shared(pair)
    carrier = accounts.principal(cohort_rows.carrier_of(pair.cohort))
    accounts.sign_in(client, accounts.person())
    file = f"/fichiers/{memoire.versions[0].file_id}"
    assert "Aucun mémoire" in page("/memoires").text
    assert client.get(file).status_code == 404
    sharing.agree(memoire, "Mme Lenoir, présidente", by=carrier, transcribed=True)
    assert make.SUBJECT.subject in page("/memoires?q=reunion").text + page("/memoires?q=réunion").text
    assert "Aucun mémoire" in page("/memoires?q=introuvable").text
    assert page(f"/memoires/bibliotheque/{memoire.id}").response.status_code == 200
    assert client.get(file).status_code == 200
    memoire.confidential_until = clock.today() + timedelta(days=1)
    assert client.get(file).status_code == 404
    assert client.get(f"/memoires/bibliotheque/{memoire.id}").status_code == 404


def test_r127_the_structure_agrees_by_its_link(pair: Pair, client: Any, page: Any, session: Any) -> None:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, pair.enrolment.structure)
    memoire = shared(pair)
    address = f"/memoires/{memoire.id}/accord"
    assert client.get(address).status_code in {303, 404}
    from training.common import links

    secret = links.issue("memoire_sharing", memoire, bearer_id=employer.id)
    opened = client.post(f"/acces/{secret}")
    assert opened.location == address
    assert "Donner l’accord" in page(address).text
    assert client.post(address, data={"signatory": "M. Petit, gérant"}).status_code == 303
    session.refresh(memoire)
    assert memoire.structure_signatory == "M. Petit, gérant"
