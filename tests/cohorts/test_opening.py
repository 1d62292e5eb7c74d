"""A cohort opened on screen, on a published edition and with its bodies (R1, R95, R96)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.catalogue import make_edition, saved
from tests.support.pages import read_page
from training.accounts.enums import Function, OrganisationKind, Part
from training.accounts.models import Organisation
from training.catalogue.enums import EditionStatus, Provenance
from training.catalogue.models import Edition, EditionPart
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.common import journal
from training.common.declarations import registry
from training.database import db

NEW = "/promotions/nouvelle"
FIELDS = {"label": "Promo 10 2027-2029", "code": "BFC-P10"}


@pytest.fixture
def carrier(session: Any) -> Organisation:
    """A federation."""
    return accounts.organisation(name="Fédération du Doubs")


@pytest.fixture
def edition(carrier: Organisation) -> Edition:
    """A published edition that the federation carries."""
    return make.published_edition(carrier=carrier, label="PACTE Promo 10")


@pytest.fixture
def manager(client: Any, edition: Edition, carrier: Organisation) -> Any:
    """The browser of a manager of the federation."""
    accounts.sign_in(client, accounts.manager(carrier, first_name="Nadia", last_name="Roussel"))
    return client


def played(edition: Edition, part: Part) -> EditionPart:
    return next(each for each in edition.parts if each.part is part)


def key(body: Organisation, part: Part) -> str:
    return f"{part.value}:{body.id}"


def opened(code: str = "BFC-P10") -> Cohort:
    db.session.expire_all()
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def told(cohort: Cohort) -> list[str]:
    return [entry.kind for entry in journal.timeline(cohort, sentences=registry.sentences)]


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


# --- who ---------------------------------------------------------------------------------------------------------------


def test_only_managers_open_cohorts_and_only_on_what_their_bodies_carry(edition: Edition, new_client: Any) -> None:
    carrier, school = played(edition, Part.CARRIER).organisation, played(edition, Part.SCHOOL).organisation
    reader = accounts.person()
    accounts.membership(reader, Function.READER, carrier)
    people = {
        "carrier": accounts.manager(carrier),
        "carrier's reader": reader,
        "school": accounts.manager(school),
        "another carrier": accounts.manager(),
        "nobody in particular": accounts.person(),
        "administrator": accounts.administrator(),
    }
    found = {}
    for kind, person in people.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        address = f"{NEW}?edition={edition.code}"
        found[kind] = (
            browser.get(NEW).status_code,
            browser.get(address).status_code,
            browser.post(address).status_code,
        )

    assert found == {
        "carrier": (200, 200, 422),
        "carrier's reader": (403, 403, 403),
        "school": (200, 404, 404),
        "another carrier": (200, 404, 404),
        "nobody in particular": (403, 403, 403),
        "administrator": (403, 403, 403),
    }
    assert count(Cohort) == 0


def test_nobody_is_sent_to_sign_in(client: Any, session: Any) -> None:
    for address in (NEW, "/promotions/X/reglages"):
        assert "/connexion" in client.get(address).headers["Location"]


def test_drafts_and_other_bodies_editions_are_not_offered(manager: Any, carrier: Organisation, page: Any) -> None:
    saved(make_edition(carrier=carrier, label="Un brouillon"))
    make.published_edition(label="Celle d’une autre")
    make.published_edition(carrier=carrier, label="Une deuxième")

    shown = page(NEW)

    assert "PACTE Promo 10" in shown.text
    assert "Une deuxième" in shown.text
    assert "Un brouillon" not in shown.text
    assert "Celle d’une autre" not in shown.text
    assert manager.post(NEW, data=FIELDS).status_code == 422
    assert count(Cohort) == 0


def test_without_an_edition_the_page_says_what_happens_first(client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, accounts.manager())

    assert "une fois que l’école l’a publiée" in page(NEW).text
    assert NEW not in page("/promotions").links().values()


def test_the_list_of_cohorts_leads_to_it(manager: Any, page: Any) -> None:
    assert page("/promotions").links()["Ouvrir une promotion"] == NEW


# --- opening -----------------------------------------------------------------------------------------------------------


def test_a_lone_edition_is_chosen_and_its_bodies_are_there(manager: Any, edition: Edition, page: Any) -> None:
    ars = accounts.organisation(kind=OrganisationKind.ARS, name="ARS de la région")
    accounts.region("ARA", "Auvergne-Rhône-Alpes")
    accounts.organisation(kind=OrganisationKind.ARS, name="ARS d’ailleurs", region_code="ARA")

    shown = page(NEW)

    assert "PACTE Promo 10" in shown.text
    assert "Fédération du Doubs" in shown.text
    assert played(edition, Part.SCHOOL).organisation.name in shown.text
    assert "ARS d’ailleurs" not in shown.text
    sent = shown.form(f"{NEW}?edition={edition.code}")
    assert sent["funders"] == key(ars, Part.FUNDER)
    assert "outside_tool" not in sent


@pytest.mark.both_engines
def test_r95_r96_a_cohort_opens_with_the_editions_bodies(manager: Any, edition: Edition, carrier: Organisation) -> None:
    ars = accounts.organisation(kind=OrganisationKind.ARS)
    school = played(edition, Part.SCHOOL).organisation
    data = {
        **FIELDS,
        "launch_on": "9/12/2027",
        "first_seminar_on": "27/01/2028",
        "ends_on": "30/06/2029",
        "places": "20",
        "funders": [key(ars, Part.FUNDER)],
        "outside_tool": [key(school, Part.SCHOOL)],
    }

    answer = manager.post(f"{NEW}?edition={edition.code}", data=data)

    assert (answer.status_code, answer.location) == (303, "/promotions/BFC-P10")
    cohort = opened()
    assert (cohort.label, cohort.edition_id, cohort.status) == (FIELDS["label"], edition.id, CohortStatus.PREPARING)
    assert (cohort.launch_on, cohort.first_seminar_on) == (date(2027, 12, 9), date(2028, 1, 27))
    assert (cohort.ends_on, cohort.places, len(cohort.seats)) == (date(2029, 6, 30), 20, 20)
    assert {(p.organisation_id, p.part, p.outside_tool) for p in cohort.parts} == {
        (carrier.id, Part.CARRIER, False),
        (school.id, Part.SCHOOL, True),
        (ars.id, Part.FUNDER, False),
    }
    assert told(cohort) == ["cohort.opened"]
    assert journal.timeline(cohort, sentences=registry.sentences)[0].actor == "Nadia Roussel"
    assert manager.get(answer.location).status_code == 200


def test_what_is_unknown_stays_to_be_confirmed(manager: Any, edition: Edition) -> None:
    accounts.organisation(kind=OrganisationKind.ARS)

    assert manager.post(NEW, data=FIELDS).status_code == 303

    cohort = opened()
    assert (cohort.launch_on, cohort.first_seminar_on, cohort.ends_on, cohort.places) == (None, None, None, None)
    assert Part.FUNDER not in {part.part for part in cohort.parts}
    assert cohort.provenance is Provenance.OFFICIAL


def test_a_cohort_of_an_example_is_an_example(manager: Any, carrier: Organisation) -> None:
    example = make.published_edition(carrier=carrier, provenance=Provenance.EXAMPLE)

    manager.post(f"{NEW}?edition={example.code}", data=FIELDS)

    assert opened().provenance is Provenance.EXAMPLE


def test_a_body_of_the_edition_outside_the_tool_is_ticked_first(client: Any, page: Any, session: Any) -> None:
    edition = make_edition()
    played(edition, Part.SCHOOL).outside_tool = True
    saved(edition, status=EditionStatus.PUBLISHED)
    school = played(edition, Part.SCHOOL).organisation
    accounts.sign_in(client, accounts.manager(played(edition, Part.CARRIER).organisation))

    assert page(NEW).form(f"{NEW}?edition={edition.code}")["outside_tool"] == key(school, Part.SCHOOL)


def test_a_school_that_carries_cannot_be_outside_the_tool(client: Any, page: Any, session: Any) -> None:
    school = accounts.organisation(kind=OrganisationKind.SCHOOL)
    make.published_edition(carrier=school, school=school)
    accounts.sign_in(client, accounts.manager(school))

    assert "hors outil" not in page(NEW).text


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"label": " "}, "label", "Donnez un nom"),
        ({"label": "x" * 121}, "label", "121 caractères"),
        ({"code": ""}, "code", "Donnez un code court"),
        ({"code": "bfc p10"}, "code", "comme BFC-P10"),
        ({"code": "BFC-P10-"}, "code", "comme BFC-P10"),
        ({"code": "B" * 41}, "code", "41 caractères"),
        ({"launch_on": "31/02/2027"}, "launch_on", "Écrivez-la comme 29/01/2026"),
        ({"places": "vingt"}, "places", "de 1 à 500, en chiffres"),
        ({"places": "0"}, "places", "de 1 à 500"),
        ({"places": "501"}, "places", "de 1 à 500"),
        (
            {"launch_on": "9/12/2027", "first_seminar_on": "8/12/2027"},
            "first_seminar_on",
            "ne peut pas précéder le lancement",
        ),
        ({"first_seminar_on": "9/12/2027", "ends_on": "8/12/2027"}, "ends_on", "avant d’avoir commencé"),
    ],
)
def test_what_cannot_be_is_told_under_its_field(
    manager: Any, edition: Edition, sent: dict[str, str], field: str, words: str
) -> None:
    answer = manager.post(f"{NEW}?edition={edition.code}", data={**FIELDS, **sent})

    assert answer.status_code == 422
    errors = read_page(answer).errors()
    assert list(errors) == [field]
    assert words in errors[field]
    assert count(Cohort) == 0


@pytest.mark.both_engines
def test_a_code_in_use_is_told_under_its_field(manager: Any, edition: Edition) -> None:
    make.cohort(code="BFC-P10")

    answer = manager.post(f"{NEW}?edition={edition.code}", data=FIELDS)

    assert answer.status_code == 422
    assert "désigne déjà une autre promotion" in read_page(answer).errors()["code"]
    assert count(Cohort) == 1


def test_a_body_that_was_not_offered_is_refused(manager: Any, edition: Edition) -> None:
    stranger = accounts.organisation(kind=OrganisationKind.PARTNER)

    answer = manager.post(f"{NEW}?edition={edition.code}", data={**FIELDS, "funders": [key(stranger, Part.FUNDER)]})

    assert answer.status_code == 422
    assert count(Cohort) == 0


@pytest.mark.both_engines
@pytest.mark.parametrize("path", [NEW, f"{NEW}?edition={{edition}}"])
def test_queries_are_few_and_do_not_grow_with_the_rows(session: Any, new_client: Any, selects: Any, path: str) -> None:
    counts, statements = [], []
    for size in (2, 5):
        carrier = accounts.organisation()
        editions = [make.published_edition(carrier=carrier) for _ in range(size)]
        for edition in editions:
            make.cohort(carrier=carrier, edition=edition)
        accounts.organisation(kind=OrganisationKind.ARS)
        browser = new_client()
        accounts.sign_in(browser, accounts.manager(carrier))
        with selects() as asked:
            assert browser.get(path.format(edition=editions[0].code)).status_code == 200
        counts.append(asked.count)
        statements = asked.statements

    assert counts[0] == counts[1] <= 12, statements
