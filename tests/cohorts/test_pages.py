"""The pages of the cohorts, per kind of person."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.factories import accounts
from tests.factories import cohorts as make
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.cohorts.models import Cohort, FollowUpNote

READERS = {"carrier", "carrier's reader", "school", "funder", "animator", "referent", "learner"}


def statuses(new_client: Callable[[], Any], everyone: dict[str, Person], address: str) -> dict[str, int]:
    found = {}
    for kind, person in everyone.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = browser.get(address).status_code
    return found


def signed_in(client: Any, person: Person) -> Any:
    accounts.sign_in(client, person)
    return client


@pytest.mark.parametrize(
    ("path", "readers", "refused"),
    [
        ("", READERS, set()),
        ("/apprenants", READERS, set()),
        ("/formateurs", READERS, set()),
        ("/places", {"carrier"}, READERS - {"carrier"}),
        ("/formateurs/animation", {"carrier"}, READERS - {"carrier"}),
        ("/formateurs/agrement", {"school"}, READERS - {"school"}),
        ("/etat/demarrer", {"carrier"}, READERS - {"carrier"}),
    ],
)
def test_who_opens_which_page_of_a_cohort(
    cohort: Cohort, new_client: Any, path: str, readers: set[str], refused: set[str]
) -> None:
    found = statuses(new_client, make.people_around(cohort), f"/promotions/{cohort.code}{path}")

    expected = dict.fromkeys(readers, 200) | dict.fromkeys(refused, 403)
    assert found == {kind: expected.get(kind, 404) for kind in found}


def test_who_opens_a_learners_page(cohort: Cohort, new_client: Any) -> None:
    everyone = make.people_around(cohort)
    enrolment = cohort.enrolments[0]
    everyone["co-learner"] = make.learner(cohort).person

    found = statuses(new_client, everyone, f"/promotions/{cohort.code}/apprenants/{enrolment.id}")

    assert {kind for kind, status in found.items() if status == 200} == READERS
    assert {status for kind, status in found.items() if kind not in READERS} == {404}


def test_nobody_is_sent_to_sign_in(cohort: Cohort, client: Any) -> None:
    for address in ("/promotions", f"/promotions/{cohort.code}"):
        answer = client.get(address)
        assert answer.status_code in {302, 303}
        assert "/connexion" in answer.headers["Location"]


def test_the_list_shows_only_what_one_may_see(cohort: Cohort, client: Any, page: Any) -> None:
    make.cohort(label="Une autre")
    signed_in(client, make.carrier_of(cohort))

    shown = page("/promotions")

    assert shown.heading == "Promotions"
    assert "Promo 8" in shown.text
    assert "Une autre" not in shown.text


def test_the_list_is_filtered_by_state(cohort: Cohort, client: Any, page: Any) -> None:
    signed_in(client, make.carrier_of(cohort))

    assert "Promo 8" in page("/promotions?etat=preparing").text
    assert "Aucune promotion" in page("/promotions?etat=closed").text
    assert "Promo 8" in page("/promotions?etat=nonsense&page=zero").text


def test_a_school_of_the_edition_sees_its_cohorts(cohort: Cohort, client: Any, page: Any) -> None:
    school = next(played.organisation for played in cohort.edition.parts if played.part is Part.SCHOOL)
    signed_in(client, accounts.manager(school))

    assert "Promo 8" in page("/promotions").text
    assert page(f"/promotions/{cohort.code}").heading == "Promo 8"


def test_the_page_says_unknown_where_nothing_is_known(client: Any, page: Any, session: Any) -> None:
    cohort = make.cohort(places=None, first_seminar_on=None)
    signed_in(client, make.carrier_of(cohort))

    assert page(f"/promotions/{cohort.code}").text.count("à confirmer") >= 4


def test_a_co_learner_reads_names_and_nothing_else(cohort: Cohort, client: Any, page: Any) -> None:
    structure = accounts.structure("MSP des Tilleuls")
    other = make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"), structure=structure)
    signed_in(client, make.learner(cohort).person)

    shown = page(f"/promotions/{cohort.code}/apprenants")

    assert "Alix Morel" in shown.text
    assert "Tilleuls" not in shown.text
    assert other.person.email not in shown.html
    assert client.get(f"/promotions/{cohort.code}/apprenants?format=xlsx").mimetype == "text/html"


def test_r95_a_funders_member_sees_the_learners_of_her_scope(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.departement("39", "Jura")
    near = make.learner(cohort, structure=accounts.structure("MSP proche", departement_code="39"))
    far = make.learner(cohort, structure=accounts.structure("MSP lointaine"))
    member = accounts.person()
    accounts.membership(member, Function.MANAGER, make.part_of(cohort, Part.FUNDER), departements=["39"])
    signed_in(client, member)

    shown = page(f"/promotions/{cohort.code}/apprenants")

    assert "MSP proche" in shown.text
    assert "MSP lointaine" not in shown.text
    page(f"/promotions/{cohort.code}/apprenants/{near.id}")
    assert client.get(f"/promotions/{cohort.code}/apprenants/{far.id}").status_code == 404


def test_a_referent_sees_her_learners_only(cohort: Cohort, client: Any, page: Any) -> None:
    own = make.learner(cohort, structure=accounts.structure("MSP suivie"))
    make.learner(cohort, structure=accounts.structure("MSP d’une autre"))
    referent = make.referent(own).person
    signed_in(client, referent)

    shown = page(f"/promotions/{cohort.code}/apprenants")

    assert "MSP suivie" in shown.text
    assert "MSP d’une autre" not in shown.text


def test_learners_are_filtered_and_sorted(cohort: Cohort, client: Any, page: Any) -> None:
    make.learner(cohort, person=accounts.person(last_name="Zola"))
    make.learner(cohort, person=accounts.person(last_name="Émile"), code="CPTS")
    make.referent(make.learner(cohort, person=accounts.person(last_name="Martin")))
    signed_in(client, make.carrier_of(cohort))

    def names(query: str) -> list[str]:
        links = page(f"/promotions/{cohort.code}/apprenants?{query}").links()
        return [words.split()[-1] for words, href in links.items() if "/apprenants/" in href]

    assert names("") == ["Émile", "Martin", "Zola"]
    assert names("tri=-name") == ["Zola", "Martin", "Émile"]
    assert names("tri=seat") == ["Zola", "Émile", "Martin"]
    assert names("variante=CPTS") == ["Émile"]
    assert names("referent=aucun") == ["Émile", "Zola"]
    assert names("etat=withdrawn") == []
    assert names("etat=nonsense&tri=nonsense&page=-1") == ["Émile", "Martin", "Zola"]


def test_the_spreadsheet_holds_what_is_filtered(cohort: Cohort, client: Any) -> None:
    make.learner(cohort, person=accounts.person(first_name="=1+1", last_name="Zola"), code="CPTS")
    make.learner(cohort)
    signed_in(client, make.carrier_of(cohort))

    answer = client.get(f"/promotions/{cohort.code}/apprenants?format=xlsx&variante=CPTS")

    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Place", "Nom", "Structure")
    assert [(row[0], row[1], row[5], row[9]) for row in rows[1:]] == [(1, "=1+1 Zola", "CPTS", "en formation")]


@pytest.mark.both_engines
@pytest.mark.parametrize("path", ["/promotions", "/promotions/{code}", "/promotions/{code}/apprenants"])
def test_queries_are_few_and_do_not_grow_with_the_rows(
    session: Any, client: Any, new_client: Any, selects: Any, path: str
) -> None:
    counts, statements = [], []
    for size in (1, 3):
        carrier = accounts.organisation()
        cohorts = [make.cohort(carrier=carrier) for _ in range(size)]
        for _ in range(size):
            make.referent(make.learner(cohorts[0]))
            make.animator(cohorts[0])
        browser = new_client()
        accounts.sign_in(browser, accounts.manager(carrier))
        with selects() as asked:
            assert browser.get(path.format(code=cohorts[0].code)).status_code == 200
        counts.append(asked.count)
        statements = asked.statements

    assert counts[0] == counts[1], statements
    assert counts[0] <= (20 if path.endswith("{code}") else 12), statements


@pytest.mark.parametrize("kind", ["carrier", "animator", "learner"])
def test_a_learners_page_costs_the_same_whatever_is_written_on_it(
    session: Any, new_client: Any, selects: Any, kind: str
) -> None:
    counts, statements = [], []
    for size in (1, 3):
        cohort = make.cohort()
        everyone = make.people_around(cohort)
        enrolment = cohort.enrolments[0]
        for number in range(size):
            make.learner(cohort)
            make.referent(enrolment)
            session.add(
                FollowUpNote(
                    enrolment_id=enrolment.id, author_id=accounts.person().id, words=f"Note {number}", shared=True
                )
            )
        browser = new_client()
        accounts.sign_in(browser, everyone[kind])
        with selects() as asked:
            assert browser.get(f"/promotions/{cohort.code}/apprenants/{enrolment.id}").status_code == 200
        counts.append(asked.count)
        statements = asked.statements

    assert counts[0] == counts[1] <= 12, statements
