"""The pages of the portfolio, per kind of person, and what they cost."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support import samples
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.catalogue.enums import DepositPlace
from training.catalogue.models import TracerVariant
from training.common import clock
from training.common.files import StoredFile
from training.database import db
from training.portfolio import rules, services
from training.portfolio.enums import Decision, TracerStatus
from training.portfolio.models import Tracer
from training.portfolio.queries.courses import TracerLine


def people(pair: Pair) -> dict[str, Person]:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, pair.enrolment.structure)
    return {
        "learner": pair.learner,
        "referent": pair.reader,
        "animator": cohort_rows.animator(pair.cohort),
        "carrier": cohort_rows.carrier_of(pair.cohort),
        "school": accounts.manager(cohort_rows.part_of(pair.cohort, Part.SCHOOL)),
        "employer": employer,
        "funder": accounts.manager(cohort_rows.part_of(pair.cohort, Part.FUNDER)),
        "co-learner": cohort_rows.learner(pair.cohort).person,
        "another carrier": accounts.manager(),
        "administrator": accounts.administrator(),
    }


INSIDE = {"learner", "referent", "animator", "carrier", "school"}


@pytest.mark.parametrize(
    ("path", "readers", "refused"),
    [
        ("/parcours/{enrolment}", INSIDE | {"employer"}, set()),
        ("/parcours/{enrolment}/heures", INSIDE | {"employer"}, set()),
        ("/documents-traceurs/{tracer}", INSIDE, set()),
        ("/fichiers/{file}", INSIDE, set()),
        (
            "/documents-traceurs/{tracer}/versions/{version}/ecarter",
            {"referent", "carrier"},
            INSIDE - {"referent", "carrier"},
        ),
    ],
)
def test_who_opens_which_page_r88(pair: Pair, new_client: Any, path: str, readers: set[str], refused: set[str]) -> None:
    tracer = make.deposited(pair.enrolment)
    file = tracer.deposited[0].files[0].file
    address = path.format(enrolment=pair.enrolment.id, tracer=tracer.id, version=tracer.deposited[0].id, file=file.id)
    found = {}
    for kind, person in people(pair).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = browser.get(address).status_code

    expected = dict.fromkeys(readers, 200) | dict.fromkeys(refused, 403)
    assert found == {kind: expected.get(kind, 404) for kind in found}


def test_a_draft_is_its_authors_alone(pair: Pair, new_client: Any) -> None:
    tracer = make.drafted(pair.enrolment)
    assert tracer.draft is not None
    file = tracer.draft.files[0].file.id
    statuses = {}
    for kind, person in {"learner": pair.learner, "referent": pair.reader}.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        statuses[kind] = browser.get(f"/fichiers/{file}").status_code
        assert ("document.docx" in browser.get(f"/documents-traceurs/{tracer.id}").text) is (kind == "learner")
    assert statuses == {"learner": 200, "referent": 404}


def test_what_is_set_aside_opens_to_nobody_r54(pair: Pair, new_client: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    file = tracer.deposited[0].files[0].file.id
    services.set_aside(tracer, 1, reason="Un nom page 2", by=accounts.principal(pair.reader))
    for person in (pair.learner, pair.reader, cohort_rows.carrier_of(pair.cohort)):
        browser = new_client()
        accounts.sign_in(browser, person)
        assert browser.get(f"/fichiers/{file}").status_code == 404
        assert "Un nom page 2" in browser.get(f"/documents-traceurs/{tracer.id}").text


def test_the_employer_reads_steps_and_no_content_r122(pair: Pair, client: Any, page: Any, new_client: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    make.decided(tracer, pair.reader, Decision.TO_REVISE, "Une remarque confidentielle")
    employer = people(pair)["employer"]
    accounts.sign_in(client, employer)
    shown = page(f"/parcours/{pair.enrolment.id}")
    assert "à reprendre" in shown.text
    assert f"/documents-traceurs/{tracer.id}" not in shown.html
    own = new_client()
    accounts.sign_in(own, pair.learner)
    mirror = page(f"/parcours/{pair.enrolment.id}?vue=structure", by=own)
    assert "Ce que voit ma structure" in mirror.text
    assert _body(mirror.text) == _body(shown.text)


def _body(text: str) -> str:
    """What stands between the first and the last heading of the path."""
    return text[text.index("Heures :") :].partition("Transparence")[0].strip()


def test_the_path_says_what_to_do_next(pair: Pair, client: Any, page: Any) -> None:
    accounts.sign_in(client, pair.learner)
    assert client.get("/parcours").status_code == 303
    shown = page(f"/parcours/{pair.enrolment.id}")

    assert "Mon parcours" in shown.text
    assert "Document fiche_poste" in shown.text
    assert "0 h sur 156 h" in shown.text
    assert "Choix à faire" in shown.text


def test_a_person_without_a_course_is_told_so(session: Any, client: Any, page: Any) -> None:
    accounts.sign_in(client, accounts.person())

    assert "Aucun parcours" in page("/parcours").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_path_costs_the_same_whatever_it_holds(pair: Pair, client: Any, selects: Any, count: int) -> None:
    for _ in range(count):
        make.deposited(pair.enrolment)
        make.log(pair.enrolment)
    accounts.sign_in(client, pair.learner)
    with selects() as path:
        client.get(f"/parcours/{pair.enrolment.id}")
    address = f"/documents-traceurs/{db.session.scalars(select(Tracer.id)).one()}"
    with selects() as tracer:
        client.get(address)
    with selects() as hours:
        client.get(f"/parcours/{pair.enrolment.id}/heures")

    assert path.count <= 24
    assert tracer.count <= 12
    assert hours.count <= 16
    found = COSTS.setdefault("counts", (path.count, tracer.count, hours.count))
    assert (path.count, tracer.count, hours.count) == found


COSTS: dict[str, tuple[int, int, int]] = {}


def test_the_queue_is_the_oldest_first_and_costs_the_same(
    pair: Pair, client: Any, page: Any, selects: Any, frozen_clock: Any
) -> None:
    accounts.sign_in(client, pair.reader)
    make.deposited(pair.enrolment)
    with selects() as one:
        client.get("/documents-traceurs")
    for name in ("Zoé", "Anna"):
        frozen_clock.advance(timedelta(days=1))
        other = cohort_rows.learner(pair.cohort, person=accounts.person(first_name=name, last_name="Petit"))
        cohort_rows.referent(other, pair.reader)
        make.deposited(other)
    accounts.sign_in(client, pair.reader)
    with selects() as three:
        shown = page("/documents-traceurs")

    assert one.count == three.count <= 12
    table = shown.text[: shown.text.index("Les apprenant·es que vous suivez")]
    assert table.index("Alix") < table.index("Zoé") < table.index("Anna")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_files_refused_are_named_and_the_others_kept(pair: Pair, client: Any, page: Any) -> None:
    accounts.sign_in(client, pair.learner)
    kind = make.tracer_type(pair.cohort)
    sent = {
        "files": [
            (io.BytesIO(samples.docx()), "bon.docx"),
            (io.BytesIO(samples.encrypted_pdf()), "secret.pdf"),
            (io.BytesIO(samples.docm()), "macros.docm"),
            (io.BytesIO(samples.jpeg()), "photo.jpg"),
        ]
    }
    answer = client.post(
        f"/parcours/{pair.enrolment.id}/documents-traceurs/{kind.id}/fichiers",
        data=sent,
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    shown = page(answer.location.partition("#")[0])

    assert "secret.pdf : Ce PDF est protégé par un mot de passe" in plain(shown.html)
    assert "contient des macros" in shown.html
    assert "bon.docx" in shown.text
    assert "photo.jpg" in shown.text


def test_a_file_too_heavy_is_answered_clearly_and_loses_nothing(pair: Pair, client: Any, page: Any) -> None:
    tracer = make.drafted(pair.enrolment)
    accounts.sign_in(client, pair.learner)
    address = f"/parcours/{pair.enrolment.id}/documents-traceurs/{tracer.type_id}/fichiers"
    head = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{client.csrf_token()}\r\n--b\r\n'
    head += 'Content-Disposition: form-data; name="files"; filename="lourd.pdf"\r\n\r\n'
    body = head.encode() + samples.pdf(weight=27_000_000) + b"\r\n--b--\r\n"
    answer = client.post(address, data=body, content_type="multipart/form-data; boundary=b")
    assert "dépasse la taille acceptée" in page(answer.location.partition("#")[0]).html
    answer = client.post(
        address,
        data=b"",
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": "64000000"},
    )

    assert answer.status_code == 413
    assert "document.docx" in page(f"/documents-traceurs/{tracer.id}").text


def test_a_refused_deposit_keeps_what_was_typed(pair: Pair, client: Any) -> None:
    tracer = make.drafted(pair.enrolment)
    accounts.sign_in(client, pair.learner)
    answer = client.post(
        f"/documents-traceurs/{tracer.id}/deposer", data={"message": "Un mot", "team_time": "trois heures"}
    )

    assert answer.status_code == 422
    assert "Un mot" in answer.text
    assert "trois heures" in answer.text
    assert "n’est pas comprise" in answer.text


def test_a_review_of_an_older_version_comes_back_with_its_words(pair: Pair, client: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    make.deposited(pair.enrolment)
    accounts.sign_in(client, pair.reader)
    answer = client.post(
        f"/documents-traceurs/{tracer.id}/relecture",
        data={"number": "1", "comment": "De longues remarques", "decision": "accepted"},
    )

    assert answer.status_code == 422
    assert "De longues remarques" in answer.text
    assert "version 2 vient d’être déposée" in answer.text


def test_a_review_returns_an_annotated_file(pair: Pair, client: Any, new_client: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    accounts.sign_in(client, pair.reader)
    answer = client.post(
        f"/documents-traceurs/{tracer.id}/relecture",
        data={
            "number": "1",
            "comment": "Voir le fichier",
            "decision": "to_revise",
            "annotated": (io.BytesIO(samples.pdf()), "annoté.pdf"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert tracer.status is TracerStatus.TO_REVISE
    own = new_client()
    accounts.sign_in(own, pair.learner)
    assert "Télécharger le document annoté" in own.get(f"/documents-traceurs/{tracer.id}").text
    stored = db.session.scalars(select(StoredFile).where(StoredFile.use == "tracer_annotated")).one()
    assert own.get(f"/fichiers/{stored.id}").status_code == 200


def test_photos_are_bound_from_the_page_r125(pair: Pair, client: Any) -> None:
    photos = [make.new_file(samples.jpeg(900, 1200), f"page {n}.jpg") for n in (1, 2)]
    tracer = make.drafted(pair.enrolment, *photos)
    accounts.sign_in(client, pair.learner)
    assert client.post(f"/documents-traceurs/{tracer.id}/photos", data={}).status_code == 303
    db.session.expire_all()
    assert tracer.draft is not None
    (file,) = tracer.draft.files

    assert (file.file.media_type, file.file.pages) == ("application/pdf", 2)


def test_photos_are_shown_and_put_in_order_before_they_are_bound_r125(pair: Pair, client: Any, page: Any) -> None:
    photos = [make.new_file(samples.jpeg(900, 1200), f"page {n}.jpg") for n in (1, 2, 3)]
    tracer = make.drafted(pair.enrolment, *photos)
    accounts.sign_in(client, pair.learner)
    address = f"/documents-traceurs/{tracer.id}"
    shown = page(address).html
    assert shown.count('class="file-thumbnail"') == 3
    assert (shown.count("Monter<"), shown.count("Descendre<")) == (2, 2)

    def order() -> list[str]:
        db.session.expire_all()
        assert tracer.draft is not None
        return [each.file.original_name for each in tracer.draft.files]

    def move(rank: int, towards: str) -> None:
        assert tracer.draft is not None
        row = tracer.draft.files[rank].id
        assert client.post(f"{address}/fichiers/{row}/deplacer", data={"vers": towards}).status_code == 303

    move(2, "haut")
    assert order() == ["page 1.jpg", "page 3.jpg", "page 2.jpg"]
    move(0, "bas")
    assert order() == ["page 3.jpg", "page 1.jpg", "page 2.jpg"]
    move(0, "haut")
    assert order() == ["page 3.jpg", "page 1.jpg", "page 2.jpg"]
    assert tracer.draft is not None
    assert client.post(f"{address}/fichiers/{tracer.draft.files[1].id}/retirer").status_code == 303
    assert order() == ["page 3.jpg", "page 2.jpg"]
    row = tracer.draft.files[0].id if tracer.draft else None
    accounts.sign_in(client, pair.reader)
    assert client.post(f"{address}/fichiers/{row}/deplacer", data={"vers": "bas"}).status_code == 404


def test_an_optional_document_whose_day_is_past_is_not_asked_for_by_then_r53(
    pair: Pair, client: Any, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = clock.today() - timedelta(days=40)
    monkeypatch.setattr(rules, "due_on", lambda *_given: due)
    db.session.execute(update(TracerVariant).values(mandatory=False))
    tracer = make.drafted(pair.enrolment, make.new_file())
    accounts.sign_in(client, pair.learner)
    shown = page(f"/documents-traceurs/{tracer.id}").text
    assert "facultatif, date conseillée" in shown
    assert "à rendre avant" not in shown
    assert "attendu depuis" not in shown
    line = TracerLine(tracer.type_id, tracer.type_id, "", DepositPlace.HERE, False, due, TracerStatus.EXPECTED)
    assert (line.is_past_advice, line.is_late) == (True, False)
    assert (replace(line, mandatory=True).is_past_advice, replace(line, mandatory=True).is_late) == (False, True)


def test_a_sentence_is_kept_and_added_to_a_review(pair: Pair, client: Any, page: Any) -> None:
    tracer = make.deposited(pair.enrolment)
    accounts.sign_in(client, pair.reader)
    client.post("/documents-traceurs/phrases", data={"title": "Chiffrer", "words": "Donnez un chiffre."})
    twice = client.post("/documents-traceurs/phrases", data={"title": "Chiffrer", "words": "Autre."})
    assert twice.status_code == 422
    shown = page("/documents-traceurs/phrases")
    assert "Donnez un chiffre." in shown.text
    link = page(f"/documents-traceurs/{tracer.id}").links()["Chiffrer"]

    assert "Donnez un chiffre." in page(link).form(f"/documents-traceurs/{tracer.id}/relecture")["comment"]


def test_the_document_stands_beside_the_review(pair: Pair, client: Any, page: Any) -> None:
    make.deposited(pair.enrolment, make.new_file(samples.pdf(), "fiche.pdf"))
    tracer = make.deposited(
        pair.enrolment, make.new_file(samples.docx(), "fiche.docx"), make.new_file(samples.jpeg(), "photo.jpg")
    )
    accounts.sign_in(client, pair.reader)
    shown = page(f"/documents-traceurs/{tracer.id}")

    assert "Lettre d’engagement de l’équipe" in shown.text
    assert "Ce qui a changé depuis la version précédente" in shown.text
    assert "/apercu" in shown.html
    assert date(2026, 3, 2) == tracer.deposited[0].deposited_at.date()  # type: ignore[union-attr]  # handed in


def test_an_employer_reaches_her_learners_path_from_where_she_looks(pair: Pair, new_client: Any) -> None:
    employer = people(pair)["employer"]
    other = cohort_rows.learner(pair.cohort)
    name, path, structure = pair.learner.name, f"/parcours/{pair.enrolment.id}", pair.enrolment.structure
    db.session.commit()
    browser, carrier = new_client(), new_client()
    accounts.sign_in(browser, employer)
    accounts.sign_in(carrier, cohort_rows.carrier_of(pair.cohort))
    found = [f"/recherche?q={quote(words)}" for words in (pair.learner.last_name, name, " ".join(name.split()[::-1]))]
    for address in ("/", *found, f"/structures/{structure.id}"):
        shown = browser.get(address).text
        assert re.search(rf'href="{path}"[^>]*>\s*{re.escape(name)}', shown), address
        assert str(other.id) not in shown, address
    assert f'<a href="/structures/{structure.id}">' in browser.get(path).text
    assert path not in carrier.get(f"/structures/{structure.id}").text
