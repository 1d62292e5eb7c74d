"""Convocations, meals, diets, cars, documents of a seminar, an urgent word (R118)."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import accounts, seminars
from tests.factories import cohorts as make
from tests.support.letters import check_letter
from tests.support.samples import pdf
from tests.support.sent import all_sent
from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import Refused
from training.common.mail import OutgoingMail
from training.common.policy import WORKER, Principal
from training.database import db
from training.seminars import convening
from training.seminars.bundling import BUNDLES
from training.seminars.commands.convocations import PracticalAnswer, Terms
from training.seminars.enums import SeminarAct, StaffRole
from training.seminars.models import CarShare, Convocation, Diet, DietMemory, DocumentBatch, MealChoice, Seminar
from training.seminars.queries import convocations as queries
from training.seminars.rules import convocations as rules
from training.seminars.services import advance
from training.seminars.services import convening as sending
from training.seminars.services import convocations as services

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
DAYS = (date(2026, 4, 23), date(2026, 4, 24))


@pytest.fixture
def cohort() -> Cohort:
    return make.cohort(label="Promo 8", edition=make.published_edition(label="PACTE 2025-2027"))


def planned(cohort: Cohort, **values: Any) -> Seminar:
    return seminars.seminar(cohort, *(seminars.half_day_plan(day, **values) for day in DAYS))


def staff(cohort: Cohort) -> Principal:
    return accounts.principal(make.carrier_of(cohort))


def mails() -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.message == "seminars/convocation")
    return list(db.session.scalars(query.order_by(OutgoingMail.created_at, OutgoingMail.to_email)))


def sent_by(cohort: Cohort, seminar: Seminar) -> int:
    return sending.send(seminar, queries.invitees_of(seminar), by=staff(cohort))


def answered(seminar: Seminar, person: Person, **values: Any) -> None:
    (invitee,) = queries.invitees_of(seminar, person.id)
    first = seminar.half_days[0].id
    services.answer(
        seminar, invitee, PracticalAnswer(**{"eats": frozenset({first}), "diet": "", "remembered": False, **values})
    )


# --- rules ---


@pytest.mark.parametrize(
    ("words", "counted"),
    [
        ([], []),
        (["Végétarien", "végétarien.", "  végétarien"], [("Végétarien", 3)]),
        (["sans gluten", "Arachides", "sans  gluten"], [("sans gluten", 2), ("Arachides", 1)]),
    ],
)
def test_diets_are_counted_without_names(words: list[str], counted: list[tuple[str, int]]) -> None:
    assert rules.counted_diets(words) == counted


def test_a_digest_changes_with_what_is_said_and_with_nothing_else() -> None:
    one, same, other = {"a": 1, "b": "é"}, {"b": "é", "a": 1}, {"a": 2, "b": "é"}
    assert rules.digest_of(one) == rules.digest_of(same) != rules.digest_of(other)
    assert [rules.is_to_send("x", sent) for sent in (None, "y", "x")] == [True, True, False]


# --- who, what, and again ---


def test_learners_trainers_and_speakers_are_convened_to_their_own_half_days(cohort: Cohort) -> None:
    animator, speaker = make.animator(cohort), accounts.person(last_name="Zzz")
    learner, away = make.learner(cohort), make.learner(cohort, code="CPTS")
    seminar = seminars.seminar(
        cohort,
        seminars.half_day_plan(DAYS[0], variants=(make.variant(cohort).id,)),
        seminars.half_day_plan(DAYS[1], staff=((speaker.id, StaffRole.SPEAKER),)),
    )
    found = {each.person.id: [h.starts_on for h in each.half_days] for each in queries.invitees_of(seminar)}
    assert found == {
        learner.person_id: list(DAYS),
        away.person_id: [DAYS[1]],
        animator.id: [DAYS[0]],
        speaker.id: [DAYS[1]],
    }


def test_a_convocation_says_what_is_asked_of_one_and_what_is_not_known(cohort: Cohort) -> None:
    make.learner(cohort)
    seminar = planned(cohort, room="Salle 4")
    (invitee,) = queries.invitees_of(seminar)
    facts = convening.facts_of(seminar, invitee, queries.setting_of(seminar))
    assert facts["contact"] == facts["referent"] == facts["access"] == "à confirmer"
    assert [each["place"] for each in facts["half_days"]] == ["Salle 4, Beaune"] * 2
    services.set_terms(
        cohort, Terms("Ève Roy", "03 80 00 00 00", "", "Ali Ber", "h@example.org", "Un carnet", ""), by=staff(cohort)
    )
    services.set_practical(seminar, access="Derrière la gare.", bring="Vos données", by=staff(cohort))
    facts = convening.facts_of(seminar, invitee, queries.setting_of(seminar))
    assert facts["contact"] == "Ève Roy, 03 80 00 00 00"
    assert facts["referent"] == "Ali Ber, h@example.org"
    assert (facts["access"], facts["bring"]) == ("Derrière la gare.", "Un carnet\nVos données")
    assert "Toute absence" in facts["absence"]


def test_it_is_sent_again_only_to_those_for_whom_something_changed(cohort: Cohort, frozen_clock: Any) -> None:
    make.learner(cohort)
    other = make.learner(cohort, code="CPTS")
    variant = make.variant(cohort).id
    seminar = seminars.seminar(
        cohort, seminars.half_day_plan(DAYS[0]), seminars.half_day_plan(DAYS[1], variants=(variant,))
    )
    assert sent_by(cohort, seminar) == 2
    with pytest.raises(Refused, match="rien n’a changé"):
        sent_by(cohort, seminar)
    all_sent()
    frozen_clock.advance(timedelta(hours=1))
    seminar.half_days[1].room = "Salle 7"
    db.session.flush()
    assert sent_by(cohort, seminar) == 1
    assert ["modifiée" in mail.subject for mail in mails()] == [False, False, True]
    assert other.person.email not in {mail.to_email for mail in mails()[2:]}
    assert [(each.people) for each in queries.history_of(seminar).rounds] == [1, 2]


def test_the_mail_says_it_all_with_links_of_ones_own(cohort: Cohort) -> None:
    make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    sent_by(cohort, planned(cohort))
    (mail,) = mails()
    check_letter(mail)
    assert len(set(re.findall(r"/acces/[\w-]{20,}", mail.text))) == 2


def test_a_seminar_that_is_off_convenes_nobody(cohort: Cohort) -> None:
    make.learner(cohort)
    seminar = planned(cohort)
    invitees = queries.invitees_of(seminar)
    seminar.status = type(seminar.status)("cancelled")
    with pytest.raises(Refused, match="annulé"):
        sending.send(seminar, invitees, by=staff(cohort))


# --- meals, diets, cars ---


def test_meals_are_counted_and_a_diet_is_remembered_by_consent_only(cohort: Cohort) -> None:
    first, second = make.learner(cohort), make.learner(cohort)
    seminar, later = planned(cohort), seminars.seminar(cohort, seminars.half_day_plan(date(2026, 6, 1)))
    answered(seminar, first.person, diet="Sans gluten", remembered=True)
    answered(seminar, second.person, diet="sans gluten.")
    counts = queries.meals_of(seminar, queries.invitees_of(seminar))
    assert [(c.eating, c.fasting, c.silent) for c in counts] == [(2, 0, 0), (0, 2, 0)]
    assert counts[0].diets == [("Sans gluten", 2)]
    assert queries.answer_of(later, first.person_id).diet == "Sans gluten"
    assert queries.answer_of(later, second.person_id).diet == ""
    answered(seminar, first.person, diet="")
    assert queries.answer_of(later, first.person_id).diet == ""


def test_cars_are_seen_by_those_who_share_one(cohort: Cohort) -> None:
    first, second, third = (make.learner(cohort) for _ in range(3))
    seminar = planned(cohort)
    with pytest.raises(Refused, match="numéro"):
        answered(seminar, first.person, town="Dole", seats=3)
    answered(seminar, first.person, town="Dole", seats=3, phone="06 11 11 11 11")
    answered(seminar, second.person, town="Dijon", phone="06 22 22 22 22")
    assert [share.town for share in queries.answer_of(seminar, first.person_id).others] == ["Dijon"]
    assert queries.answer_of(seminar, third.person_id).others == ()
    answered(seminar, second.person)
    assert queries.answer_of(seminar, first.person_id).others == []


def test_all_of_it_is_forgotten_a_week_after(cohort: Cohort, frozen_clock: Any) -> None:
    learner = make.learner(cohort)
    seminar = planned(cohort)
    answered(seminar, learner.person, diet="Sans gluten", remembered=True, town="Dole", phone="06 11 11 11 11")
    frozen_clock.advance(clock.at_paris(date(2026, 5, 2)) - clock.now())
    assert services.forget_practical() == 4
    left = [db.session.scalar(select(func.count()).select_from(t)) for t in (MealChoice, Diet, CarShare, DietMemory)]
    assert left == [0, 0, 0, 1]
    with pytest.raises(Refused, match="a commencé"):
        answered(seminar, learner.person)
    cohort.ends_on = date(2026, 5, 1)
    db.session.flush()
    assert services.forget_practical() == 1


# --- pages ---


def test_the_carrier_previews_sends_and_downloads(cohort: Cohort, client: Any, page: Callable[..., Any]) -> None:
    learner = make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    seminar = planned(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    address = f"/seminaires/{seminar.id}/convocations"
    shown = page(address)
    assert "Alix Morel" in shown.text
    assert db.session.scalar(select(func.count()).select_from(Convocation)) == 0
    assert client.post(address).status_code == 303
    assert "à jour" in page(address).text
    assert client.post(address, data={"once": "autre"}).status_code == 422
    assert client.get(f"/seminaires/{seminar.id}/convocation.pdf").status_code == 403
    accounts.sign_in(client, learner.person)
    assert client.get(f"/seminaires/{seminar.id}/convocation.pdf").data.startswith(b"%PDF")
    assert client.get(address).status_code == 403
    assert "Ma convocation (PDF)" in page(f"/seminaires/{seminar.id}").links()


@pytest.mark.both_engines
def test_r118_the_worker_makes_the_zip_of_a_seminar_and_of_the_cohort_with_its_progress(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:
    for name in ("Alix", "Noa"):
        make.learner(cohort, person=accounts.person(first_name=name, last_name="Morel"))
    seminar = planned(cohort)
    for day, title in ((date(2026, 6, 1), "Séminaire 2"), (date(2026, 1, 5), "Passé")):
        seminars.seminar(cohort, seminars.half_day_plan(day), title=title)
    off = seminars.seminar(cohort, seminars.half_day_plan(date(2026, 7, 1)), title="Annulé")
    advance(off, SeminarAct.CANCEL, by=WORKER, reason="Grève")
    accounts.sign_in(client, make.carrier_of(cohort))
    own, whole = f"/seminaires/{seminar.id}/convocations", f"/promotions/{cohort.code}/emargement/documents"
    assert client.post(f"{own}/lots").status_code == client.post(f"{whole}/convocations").status_code == 303
    twice = client.post(f"{own}/lots", data={"once": "autre"})
    assert (twice.status_code, "déjà en préparation" in twice.text) == (422, True)
    assert "0 sur …" in page(own).text
    assert BUNDLES.make() == 2
    db.session.expire_all()

    batches = {each.seminar_id: each for each in db.session.scalars(select(DocumentBatch))}
    first, both = batches[seminar.id], batches[None]
    assert (first.done, first.total, both.done, both.total) == (2, 2, 4, 4)
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{own}/lots/{first.id}.zip").data))
    assert archive.namelist() == [f"convocation-seminaire-1-2026-04-23-{who}-morel.pdf" for who in ("alix", "noa")]
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{whole}/{both.id}.zip").data))
    folders = ("2026-04-23-seminaire-1/", "2026-06-01-seminaire-2/")
    assert [name.partition("convocation")[0] for name in archive.namelist()] == sorted(folders * 2)
    assert "2 convocations" in page(own).text
    assert "4 documents" in page(whole).text
    assert client.get(f"{whole}/{first.id}.zip").status_code == 404
    assert client.get(f"{own}/lots/{both.id}.zip").status_code == 404
    accounts.sign_in(client, make.animator(cohort))
    assert client.post(f"{own}/lots").status_code == client.get(f"{own}/lots/{first.id}.zip").status_code == 403
    accounts.sign_in(client, make.carrier_of(make.cohort()))
    assert client.get(f"{own}/lots/{first.id}.zip").status_code == 404


def test_r118_nobody_convened_makes_an_empty_zip_that_says_so(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))
    whole = f"/promotions/{cohort.code}/emargement/documents"
    client.post(f"{whole}/convocations")
    assert BUNDLES.make() == 1
    assert "Personne à convoquer" in page(whole).text


def test_the_link_of_a_convocation_opens_ones_answers_and_nobody_elses(
    cohort: Cohort, client: Any, page: Callable[..., Any]
) -> None:
    learner = make.learner(cohort)
    seminar, other = planned(cohort), seminars.seminar(cohort, seminars.half_day_plan(date(2026, 6, 1)), title="S2")
    sent_by(cohort, seminar)
    db.session.commit()
    (mail,) = mails()
    opened = "/acces/" + mail.text.partition("/acces/")[2].split()[0]
    assert client.post(opened).location == f"/seminaires/{seminar.id}/pratique"
    address = f"/seminaires/{seminar.id}/pratique"
    assert learner.person.name in page(address).text
    first = str(seminar.half_days[0].id)
    assert client.post(address, data={"eats": first, "diet": "Sans gluten", "seats": "9"}).status_code == 422
    assert client.post(address, data={"eats": first, "diet": "Sans gluten"}).status_code == 303
    assert db.session.get_one(Diet, (seminar.id, learner.person_id)).words == "Sans gluten"
    assert client.get(f"/seminaires/{other.id}/pratique").status_code in {302, 303, 403, 404}
    accounts.sign_in(client, make.carrier_of(cohort))
    meals = page(f"/seminaires/{seminar.id}/repas").text
    assert "Sans gluten (1)" in meals
    assert learner.person.name not in meals


def test_a_document_shows_from_its_day_and_its_bytes_follow(
    cohort: Cohort, client: Any, page: Callable[..., Any], frozen_clock: Any
) -> None:
    learner, seminar = make.learner(cohort), planned(cohort)
    accounts.sign_in(client, make.animator(cohort))
    address = f"/seminaires/{seminar.id}/documents"
    fields = {"title": "Ordre du jour", "kind": "agenda", "visible_from": "10/04/2026"}
    assert client.post(address, data=fields).status_code == 422
    content = (io.BytesIO(b"%PDF-1.4 x"), "oj.pdf")
    refused = client.post(address, data={**fields, "file": content}, content_type="multipart/form-data")
    assert refused.status_code == 422
    sent = client.post(
        address, data={**fields, "file": (io.BytesIO(pdf()), "oj.pdf")}, content_type="multipart/form-data"
    )
    assert sent.status_code == 303
    href = next(value for value in page(address).links().values() if value.startswith("/fichiers/"))
    assert client.get(href).status_code == 200
    accounts.sign_in(client, learner.person)
    assert "Ordre du jour" not in page(f"/seminaires/{seminar.id}").text
    assert client.get(href).status_code == 404
    frozen_clock.advance(timedelta(days=45))
    accounts.sign_in(client, learner.person)
    assert "Ordre du jour" in page(f"/seminaires/{seminar.id}").text
    assert client.get(href).status_code == 200
    assert client.get(address).status_code == 403


def test_an_urgent_word_heads_the_path_until_its_last_day(
    cohort: Cohort, client: Any, page: Callable[..., Any], frozen_clock: Any
) -> None:
    learner = make.learner(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/message-urgent"
    assert client.post(address, data={"words": "Salle changée.", "until": "01/01/2026"}).status_code == 422
    assert client.post(address, data={"words": "Salle changée.", "until": "03/03/2026"}).status_code == 303
    accounts.sign_in(client, learner.person)
    path = f"/parcours/{learner.id}"
    assert "Salle changée." in page(path).text
    assert "Salle changée." not in page(f"{path}?vue=structure").text
    frozen_clock.advance(timedelta(days=2))
    accounts.sign_in(client, learner.person)
    assert "Salle changée." not in page(path).text


@pytest.mark.parametrize("path", ["convocations", "repas", "documents", ""])
def test_these_pages_cost_the_same_few_queries_with_one_learner_and_with_three(
    cohort: Cohort, client: Any, selects: Callable[..., Any], path: str
) -> None:
    seminar = planned(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    address = f"/seminaires/{seminar.id}/{path}".rstrip("/")
    counts: list[int] = []
    for more in (1, 2):
        for _ in range(more):
            make.learner(cohort)
        db.session.commit()
        client.get(address)
        with selects() as asked:
            client.get(address)
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
