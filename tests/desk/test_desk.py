"""The desk of each kind of person, on the demonstration: what it says, what it leads to, what it costs."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.support.pages import Page, words
from tests.support.queries import Queries
from tools.run import ACCOUNTS, PASSWORD
from training.accounts.models import Person, Structure
from training.admissions.enums import ApplicationStatus, Situation
from training.admissions.models import Application, Call
from training.common import clock

DB = scoped_session[Session]
Selects = Callable[[], AbstractContextManager[Queries]]
OpenDesk = Callable[[str], Page]
MOST = 30

pytestmark = pytest.mark.demo


@pytest.fixture
def sign_in(new_client: Callable[[], FlaskClient]) -> Callable[[str], FlaskClient]:
    """Sign a demo account in."""

    def enter(name: str) -> FlaskClient:
        browser = new_client()
        answer = browser.post("/connexion", data={"email": f"{name}@example.org", "password": PASSWORD})
        assert answer.status_code == 303
        browser.get("/")  # the first page notes that the device was seen
        return browser

    return enter


@pytest.fixture
def desk(page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]) -> OpenDesk:
    """Open the desk of a demo account."""
    return lambda name: page("/", by=sign_in(name))


def sentences(page: Page) -> list[str]:
    """Return what the desk says to do."""
    return [words(strong) for strong in page.all("strong")]


def test_nobody_finds_open_calls_and_programmes(page: Callable[..., Page]) -> None:
    home = page("/")
    assert "Encore 25 jours" in home.text
    assert home.links()["PACTE Bourgogne-Franche-Comté – Promo 9"] == "/appels/DEMO-OUVERT"
    assert home.links()["MOSAIC – management des organisations de santé"] == "/programmes/MOSAIC"
    assert home.links()["Se connecter"] == "/connexion"


EXPECTED = {
    "admin": ["Décider de ce que deviennent 2 courriels"],
    "gestion.bfc": [
        "Vérifier 3 dossiers déposés",
        "Relancer Thibault Renaud",
        "Obtenir les avis qui manquent",
        "Fixer l’entretien de Sébastien Mourey",
        "Terminer la séance du comité",
        "Publier le résultat décidé",
        "Désigner qui suit Amandine Royer",
        f"Enregistrer les cotisations {clock.today().year} de 2 structures",
    ],
    "gestion.ara": ["Relancer Amélie Sauzet", "Inscrire Mickaël Dumoulin dans la promotion"],
    "ars.bfc": ["Donner votre avis sur 3 dossiers"],
    "ars.ara": ["Donner votre avis sur 2 dossiers"],
    "copil.bfc": ["Donner votre avis sur 2 dossiers"],
    "ehesp": ["Valider 2 candidatures transmises", "Renouveler l’agrément de Gérald Vautrin"],
    "relais.ara": ["Recevoir vos dates sur votre téléphone"],
    "apprenant.ara": ["Recevoir vos dates sur votre téléphone"],
    "candidat": ["Compléter votre dossier"],
    "presidence.bfc": [f"Régler la cotisation {clock.today().year}"],
}
"""What stands on the desk of each account, whatever the day the demonstration is loaded."""


@pytest.mark.both_engines
def test_each_person_reads_what_to_do(desk: OpenDesk) -> None:
    for name, expected in EXPECTED.items():
        assert set(expected) <= set(sentences(desk(name))), name


def test_the_applicant_reads_what_is_missing_and_how_long_she_has(desk: OpenDesk) -> None:
    shown = desk("candidat")
    assert "Il manque : lettre d’engagement de l’équipe." in shown.text
    assert "clôture dans 25 jours" in shown.text


def test_one_person_with_two_functions_has_one_desk_that_says_in_which(desk: OpenDesk) -> None:
    """R97: the trainer on the carrier's staff finds both, each line with its capacity."""
    shown = desk("relais.bfc")
    assert "gestion – FeMaSCo-BFC" in shown.text
    assert "Formation relais" in shown.text
    assert "vous suivez 8 apprenant·es" in shown.text


def test_an_empty_desk_says_what_comes_next(desk: OpenDesk) -> None:
    for name in ("facs.occ", "inuc.occ"):
        shown = desk(name)
        assert "Rien à faire pour le moment" in shown.text, name
        assert sentences(shown) == [], name


def test_the_representative_sees_her_people_but_no_state_of_the_selection(desk: OpenDesk) -> None:
    shown = desk("presidence.bfc")
    assert "Camille Roy" in shown.text
    assert "Élisa Perret" in shown.text
    assert "validée" not in shown.text


def test_no_desk_tells_another_bodys_files(desk: OpenDesk) -> None:
    for name in ("gestion.ara", "ars.ara", "guichet.occ", "facs.occ", "inuc.occ"):
        assert "Florian Bardet" not in desk(name).text, name


def test_every_line_leads_where_its_reader_may_go(desk: OpenDesk, sign_in: Callable[[str], FlaskClient]) -> None:
    for email in ACCOUNTS:
        name = email.partition("@")[0]
        browser = sign_in(name)
        for label, address in desk(name).links().items():
            assert browser.get(address).status_code == 200, f"{name}: {label} → {address}"


def test_no_desk_asks_more_than_thirty_selects(sign_in: Callable[[str], FlaskClient], selects: Selects) -> None:
    for email in ACCOUNTS:
        browser = sign_in(email.partition("@")[0])
        with selects() as asked:
            browser.get("/")
        assert asked.count <= MOST, email


def submitted(session: DB, call: Call, name: str) -> None:
    """Put one more submitted file in a call."""
    person = Person(id=uuid.uuid4(), email=f"{name}@example.org", email_key=f"{name}@example.org", first_name=name)
    session.add(person)
    structure = session.scalars(select(Structure).where(Structure.departement_code == "25")).first()
    call.last_number += 1
    session.add(
        Application(
            call=call, person=person, structure=structure, status=ApplicationStatus.SUBMITTED, number=call.last_number,
            situation=Situation.IN_POST, submitted_at=clock.now() - timedelta(days=1),
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.both_engines
def test_more_files_cost_no_more_selects(session: DB, sign_in: Callable[[str], FlaskClient], selects: Selects) -> None:
    call = session.scalars(select(Call).where(Call.code == "ARA-2")).one()
    browser = sign_in("gestion.ara")
    with selects() as with_one:
        assert "Vérifier le dossier d’Océane Blanchon" in browser.get("/").text
    submitted(session, call, "deux")
    submitted(session, call, "trois")
    with selects() as with_three:
        assert "Vérifier 3 dossiers déposés" in browser.get("/").text
    assert with_three.count == with_one.count


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_the_search_finds_files_learners_structures_and_cohorts_of_ones_scope(
    page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]
) -> None:
    browser = sign_in("gestion.bfc")
    assert "Florian Bardet" in page("/recherche?q=bardet", by=browser).links()
    assert "Camille Roy" in page("/recherche?q=Roy", by=browser).links()
    assert "MSP du Val fleuri" in page("/recherche?q=val+fleuri", by=browser).links()
    assert "Promo 8 2025-2027" in page("/recherche?q=bfc-p8", by=browser).links()


def test_the_search_stays_within_ones_scope(page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]) -> None:
    for name in ("candidat", "gestion.ara", "ars.ara", "inuc.occ", "jury.ara"):
        assert "Rien ne correspond" in page("/recherche?q=Bardet", by=sign_in(name)).text, name


def test_a_file_is_found_by_its_number(page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]) -> None:
    found = page("/recherche?q=ara-1-0001", by=sign_in("gestion.ara"))
    assert "Julien Faure" in found.links()


def test_one_kind_is_listed_whole_page_by_page(
    page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]
) -> None:
    browser = sign_in("ehesp")
    first = page("/recherche?q=an&dans=apprenants", by=browser)
    assert "Candidatures" not in [words(heading) for heading in first.all("h2")]
    assert page("/recherche?q=an&dans=apprenants&page=9", by=browser).heading == "Recherche"


def test_the_wildcards_of_sql_find_nothing(page: Callable[..., Page], sign_in: Callable[[str], FlaskClient]) -> None:
    assert "Rien ne correspond" in page("/recherche?q=%25%25", by=sign_in("gestion.bfc")).text


def test_nobody_searches(client: FlaskClient) -> None:
    answer = client.get("/recherche?q=roy")
    assert answer.status_code in {302, 303}
    assert "/connexion" in answer.headers["Location"]
