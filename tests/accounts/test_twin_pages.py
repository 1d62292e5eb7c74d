"""Pages of records met twice: found, compared, made one, undone, within one's reach (R101)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.factories import accounts as make
from tests.factories import admissions, cohorts
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts import twin_queries
from training.accounts.enums import Function, Part
from training.accounts.mergers import Merger
from training.accounts.models import Organisation, Person
from training.common.errors import NotFound
from training.common.twins import TwinKind
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
WHY = "Saisie deux fois"


@pytest.fixture
def federation() -> Organisation:
    return make.organisation()


@pytest.fixture
def keeper(client: FlaskClient, federation: Organisation) -> Person:
    someone = make.manager(federation)
    make.sign_in(client, someone)
    return someone


def test_a_keeper_compares_merges_and_undoes(client: FlaskClient, keeper: Person, page: Callable[..., Page]) -> None:
    kept, merged = make.structure("MSP du Lac"), make.structure("Maison de santé du Lac", city="Dole")
    db.session.commit()
    assert "Même nom" in page("/doublons").text
    address = f"/doublons/structures/{merged.id}/{kept.id}"
    assert "Maison de santé du Lac" in page(address).text
    refused = client.post(address, data={"kept": "", "reason": WHY})
    assert (refused.status_code, WHY in refused.text) == (422, True)
    assert client.post(address, data={"kept": str(kept.id), "reason": WHY}).status_code == 303
    assert page(address, status=404)
    assert "MSP du Lac" in page(f"/structures/{merged.id}").text
    shown = page("/doublons")
    assert "Réunies depuis moins de 14 jours" in shown.text
    row = db.session.scalars(select(Merger)).one()
    assert client.post(f"/doublons/reunions/{row.id}/defaire").status_code == 303
    assert "Maison de santé du Lac" in page(f"/structures/{merged.id}").text
    assert client.post(f"/doublons/reunions/{row.id}/defaire").status_code == 409


def test_a_twin_that_nothing_brings_near_is_found_by_its_name(
    client: FlaskClient, keeper: Person, page: Callable[..., Page]
) -> None:
    one, other = make.structure("MSP du Lac"), make.structure("Pôle Étincelle")
    make.departement("69", "Rhône", region_code="ARA")
    make.structure("Pôle d’ailleurs", departement_code="69")
    db.session.commit()
    address = f"/doublons/structures/{one.id}"
    assert page(f"/structures/{one.id}").links()["Réunir avec une autre fiche"] == address
    shown = page(f"{address}?recherche=pole")
    assert shown.links()["Pôle Étincelle"] == f"{address}/{other.id}"
    assert "ailleurs" not in shown.text
    assert "Aucune fiche" in page(f"{address}?recherche=%25").text
    make.sign_in(client, make.administrator())
    lea, doe = make.person("lea@a.fr", last_name="Roy"), make.person("doe@b.fr", last_name="Doe")
    db.session.commit()
    shown = page(f"/doublons/personnes/{lea.id}?recherche=DOE@b")
    assert shown.links()[doe.name] == f"/doublons/personnes/{lea.id}/{doe.id}"


def test_records_said_to_be_two_are_no_longer_proposed(
    client: FlaskClient, keeper: Person, page: Callable[..., Page]
) -> None:
    one, other = make.structure("MSP du Lac"), make.structure("MSP Lac")
    db.session.commit()
    assert client.post(f"/doublons/structures/{one.id}/{other.id}/distinctes").status_code == 303
    assert "Même nom" not in page("/doublons").text


def test_nobody_merges_what_is_out_of_her_reach(client: FlaskClient, keeper: Person, page: Callable[..., Page]) -> None:
    make.departement("69", "Rhône", region_code="ARA")
    far = [make.structure("MSP du Lac", departement_code="69") for _each in range(2)]
    stranger, boss = make.person(last_name="Roy"), make.administrator(last_name="Roy")
    known = admissions.submitted(person=make.person(last_name="Roy")).person
    db.session.commit()
    assert "MSP du Lac" not in page("/doublons").text
    pairs = (
        f"structures/{far[0].id}/{far[1].id}",
        f"personnes/{stranger.id}/{known.id}",
        f"personnes/{known.id}/{boss.id}",
    )
    for pair in pairs:
        for method in (client.get, client.post):
            assert method(f"/doublons/{pair}").status_code == 404, pair


def test_staff_of_the_carrier_merge_the_accounts_of_their_applicants(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    one = admissions.submitted(person=make.person(first_name="Léa", last_name="Roy"))
    other = admissions.submitted(person=make.person(first_name="Léa", last_name="Roy"))
    staff = make.manager(admissions.body(one.call, Part.CARRIER))
    make.membership(staff, Function.MANAGER, admissions.body(other.call, Part.CARRIER))
    make.sign_in(client, staff)
    pairs = twin_queries.person_pairs(make.principal(staff))
    assert [{pair.first.id, pair.second.id} for pair in pairs] == [{one.person_id, other.person_id}]
    make.membership(other.person, Function.READER, make.organisation())
    assert twin_queries.person_pairs(make.principal(staff)) == []
    with pytest.raises(NotFound):
        twin_queries.compared(make.principal(staff), TwinKind.PERSON, one.person_id, other.person_id)


def test_the_list_asks_as_much_whatever_it_holds(
    client: FlaskClient, keeper: Person, selects: Callable[[], AbstractContextManager[Queries]]
) -> None:
    counts = []
    for _each in range(2):
        for number in range(3):
            make.structure(f"MSP {number}")
        db.session.commit()
        with selects() as asked:
            assert client.get("/doublons").status_code == 200
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12


def test_a_birth_date_is_compared_and_never_shown(
    session: scoped_session[Session], page: Callable[..., Page], client: FlaskClient
) -> None:
    from training.cohorts.registration import CivilStatus

    cohort = cohorts.cohort()
    one, other = make.person(last_name="Roy"), make.person(last_name="Roy")
    for someone in (one, other):
        session.add(CivilStatus(cohort_id=cohort.id, person_id=someone.id, born_on=date(1980, 2, 1)))
    make.sign_in(client, make.administrator())
    shown = page(f"/doublons/personnes/{one.id}/{other.id}").text
    assert "même date de naissance" in shown
    assert "1980" not in shown
