"""The pages of the seminars and calendars, per kind of person."""

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.commands import SeminarPlan
from training.seminars.enums import SeminarAct, SeminarKind, StaffRole
from training.seminars.models import Seminar


def people(cohort: Cohort) -> dict[str, Person]:
    enrolment = cohort_rows.learner(cohort)
    return {
        "carrier": cohort_rows.carrier_of(cohort),
        "school": accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)),
        "funder": accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)),
        "animator": cohort_rows.animator(cohort),
        "referent": cohort_rows.referent(enrolment).person,
        "learner": enrolment.person,
        "another carrier": accounts.manager(),
        "another learner": cohort_rows.learner(cohort_rows.cohort()).person,
        "administrator": accounts.administrator(),
    }


READERS = {"carrier", "school", "funder", "animator", "referent", "learner"}


@pytest.mark.parametrize(
    ("path", "readers", "refused"),
    [
        ("/seminaires/{seminar}", READERS, set()),
        ("/seminaires/{seminar}.ics", READERS, set()),
        ("/seminaires/{seminar}/modifier", {"carrier"}, READERS - {"carrier"}),
        ("/seminaires/{seminar}/etat/confirmer", {"carrier"}, READERS - {"carrier"}),
        ("/seminaires/{seminar}/demi-journees/ajouter", {"carrier"}, READERS - {"carrier"}),
        ("/seminaires/{seminar}/demi-journees/{half_day}", {"carrier"}, READERS - {"carrier"}),
        ("/seminaires/{seminar}/demi-journees/{half_day}/annuler", {"carrier"}, READERS - {"carrier"}),
        ("/promotions/{code}/seminaires/nouveau", {"carrier"}, READERS - {"carrier"}),
        ("/promotions/{code}/calendrier", {"carrier"}, READERS - {"carrier"}),
    ],
)
def test_who_opens_which_page_of_a_seminar(
    seminar: Seminar, new_client: Any, path: str, readers: set[str], refused: set[str]
) -> None:
    address = path.format(seminar=seminar.id, half_day=seminar.half_days[0].id, code=seminar.cohort.code)
    found = {}
    for kind, person in people(seminar.cohort).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = browser.get(address).status_code

    expected = dict.fromkeys(readers, 200) | dict.fromkeys(refused, 403)
    assert found == {kind: expected.get(kind, 404) for kind in found}


def test_a_speaker_sees_the_seminar_and_her_half_day_only(cohort: Cohort, client: Any, page: Any) -> None:
    speaker = accounts.person()
    seminar = make.seminar(
        cohort,
        make.half_day_plan(staff=((speaker.id, StaffRole.SPEAKER),)),
        make.half_day_plan(make.DAY + timedelta(1), room="Autre salle"),
    )
    accounts.sign_in(client, speaker)

    shown = page(f"/seminaires/{seminar.id}")

    assert "intervenant·e" in shown.text
    assert "Autre salle" not in shown.text


def test_r36_a_learner_is_shown_her_variant_only(cohort: Cohort, client: Any, page: Any, frozen_clock: Any) -> None:
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))
    mixed = make.seminar(
        cohort,
        make.half_day_plan(room="Salle MSP", variants=(msp,)),
        make.half_day_plan(room="Salle CPTS", variants=(cpts,)),
        title="Mixte",
    )
    other = make.seminar(cohort, make.half_day_plan(make.DAY + timedelta(1), variants=(cpts,)), title="Décryptage")
    accounts.sign_in(client, cohort_rows.learner(cohort, code="MSP").person)

    assert "Salle MSP" in page(f"/seminaires/{mixed.id}").text
    assert "Salle CPTS" not in page(f"/seminaires/{mixed.id}").text
    assert client.get(f"/seminaires/{other.id}").status_code == 404
    assert b"Salle CPTS" not in client.get(f"/seminaires/{mixed.id}.ics").data
    calendar = page("/calendrier").text
    assert "Mixte" in calendar
    assert "Décryptage" not in calendar
    assert "Décryptage" not in page(f"/promotions/{cohort.code}").text


def test_the_file_of_a_seminar_is_a_calendar(seminar: Seminar, client: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))

    answer = client.get(f"/seminaires/{seminar.id}.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(icalendar.Calendar.from_ical(answer.data).walk("VEVENT")) == 2


def test_the_cohorts_page_tells_the_next_seminar_and_the_hours(
    cohort: Cohort, client: Any, page: Any, frozen_clock: Any
) -> None:
    make.seminar(cohort, make.half_day_plan(), title="Séminaire de printemps")
    services.plan_seminar(cohort, SeminarPlan(SeminarKind.SEMINAR, "Sans date"), by=WORKER)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))

    shown = page(f"/promotions/{cohort.code}")

    assert "Le prochain : Séminaire de printemps, dans 52 jours" in shown.text
    assert "Sans date" in shown.text
    assert "il manque 93 h" in shown.text


# --- calendar --------------------------------------------------------------------------------------------------------


def test_the_calendar_lists_what_comes_then_what_is_past(
    cohort: Cohort, client: Any, page: Any, frozen_clock: Any
) -> None:
    for day, title in ((date(2026, 1, 29), "Ancien"), (make.DAY, "Prochain")):
        make.seminar(cohort, make.half_day_plan(day), title=title)
    accounts.sign_in(client, cohort_rows.learner(cohort).person)

    assert "Prochain" in page("/calendrier").text
    assert "Ancien" not in page("/calendrier").text
    assert "Ancien" in page("/calendrier?quand=passe").text


def test_the_month_shows_each_half_day_on_its_day(cohort: Cohort, client: Any, page: Any) -> None:
    seminar = make.seminar(cohort, make.half_day_plan(date(2026, 1, 29)))
    services.advance(seminar, SeminarAct.CANCEL, by=WORKER, reason="Grève")
    accounts.sign_in(client, cohort_rows.learner(cohort).person)

    shown = page("/calendrier?mois=2026-01")

    assert shown.heading == "Janvier 2026"
    (cell,) = shown.all("td", class_="busy")
    assert "29" in "".join(cell.itertext())
    assert "annulé" in "".join(cell.itertext())
    assert "Séminaire 1" not in page("/calendrier?mois=2026-03").text
    page("/calendrier?mois=demain")


def test_someone_without_a_course_has_an_empty_calendar(session: Any, client: Any, page: Any) -> None:
    accounts.sign_in(client, accounts.person())

    assert "Rien de prévu" in page("/calendrier").text
    assert "Rien dans le passé" in page("/calendrier?quand=passe").text
    page("/calendrier?mois=2026-01")


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "path", ["/calendrier", "/calendrier?mois=2026-04", "/seminaires/{seminar}", "/promotions/{code}"]
)
@pytest.mark.parametrize("kind", ["carrier", "learner"])
@pytest.mark.usefixtures("session", "frozen_clock")
def test_queries_are_few_and_do_not_grow_with_the_rows(new_client: Any, selects: Any, path: str, kind: str) -> None:
    counts, statements = [], []
    for size in (1, 3):
        cohort = cohort_rows.cohort()
        everyone = people(cohort)
        trainer = everyone["animator"]
        plans = [
            make.half_day_plan(
                make.DAY + timedelta(number),
                modules=(cohort.edition.modules[0].id,),
                staff=((trainer.id, StaffRole.TRAINER),),
            )
            for number in range(size)
        ]
        seminars = [make.seminar(cohort, *plans)]
        seminars += [make.half_day(cohort, make.DAY + timedelta(5 + n)).seminar for n in range(size - 1)]
        browser = new_client()
        accounts.sign_in(browser, everyone[kind])
        address = path.format(seminar=seminars[0].id, code=cohort.code)
        with selects() as asked:
            assert browser.get(address).status_code == 200
        counts.append(asked.count)
        statements = asked.statements

    assert counts[0] == counts[1], statements
    assert counts[0] <= (20 if "promotions" in path else 12), statements
