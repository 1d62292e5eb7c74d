"""Hours and tracer documents of a running cohort brought in from spreadsheets (R114, R47, R48, R50, R124)."""

import time as clocks
from datetime import date, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring, brought_in, workbook
from training.catalogue.enums import Modality
from training.common import clock
from training.common.imports import Row
from training.database import db
from training.portfolio import integrity, queries
from training.portfolio.enums import EntryAct, EntryStatus, TracerStatus
from training.portfolio.models import HoursEntry, Tracer, TracerVersion
from training.portfolio.moving_in import HOURS as HOURS_KIND
from training.portfolio.services import hours as verbs

HOURS = ["Nom", "Prénom", "Type", "Module", "Durée", "Date", "Objet", "Validé par"]
TRACERS = ["Apprenant·e", "Document", "État", "Date", "Relu par"]


@pytest.fixture
def staff(pair: Pair, client: FlaskClient) -> FlaskClient:
    return signed_in(client, cohort_rows.carrier_of(pair.cohort))


def line(*changes: tuple[int, Any]) -> list[Any]:
    usual: list[Any] = ["Morel", "Alix", "e-learning", "PF", "1h30", "15/01/2026", "Introduction", "D. Lambert"]
    for rank, value in changes:
        usual[rank] = value
    return usual


def counts(pair: Pair) -> dict[Modality, tuple[float, float]]:
    found = queries.hours_page(pair.enrolment).counts
    return {each.modality: (float(each.counted or 0), float(each.waiting or 0)) for each in found}


def entries() -> list[HoursEntry]:
    return list(db.session.scalars(select(HoursEntry).order_by(HoursEntry.minutes)))


def test_hours_come_in_and_count_when_said_validated(pair: Pair, staff: FlaskClient, page: Open) -> None:
    rows = [line(), line((2, "travail en équipe"), (4, time(2, 0)), (6, "Réunion"), (7, None))]
    bringing = bring(staff, page, "heures", pair.cohort, workbook(HOURS, *rows))
    assert "Alix Morel" in bringing.text
    assert "Personne n’est dit l’avoir validée" in bringing.text
    assert bringing.write().status_code == 303
    assert counts(pair) == {Modality.E_LEARNING: (1.5, 0), Modality.TEAM: (0, 2)}
    assert all(each.taken_over for each in entries())
    shown = page(f"/parcours/{pair.enrolment.id}/heures", by=staff)
    assert "reprises d’un tableur" in shown.text
    again = bring(staff, page, "heures", pair.cohort, workbook(HOURS, *rows, rows[0]))
    assert "est déjà importée" in again.text
    assert "répète la ligne 2" in again.text
    again.write()
    assert len(entries()) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((1, "Alex"), "S’agit-il d’Alix Morel"),
        ((3, "Module 99"), "n’est pas un module de cette formation"),
        ((4, "beaucoup"), "n’est pas une durée"),
        ((4, "200 h"), "n’est pas une durée"),
        ((2, "présentiel"), "n’est pas de l’e-learning"),
        ((5, "15/01/2027"), "est à venir"),
        ((5, "15/01/2025"), "précède l’entrée en formation"),
    ],
)
def test_hours_that_cannot_be_are_told(
    pair: Pair, staff: FlaskClient, page: Open, change: tuple[int, Any], told: str
) -> None:
    bringing = bring(staff, page, "heures", pair.cohort, workbook(HOURS, line(), line(change)))
    assert told in bringing.text
    assert not bringing.is_ready
    assert not entries()


def test_hours_beyond_what_is_asked_are_kept_and_replace_nothing_r50(
    pair: Pair, staff: FlaskClient, page: Open
) -> None:
    bringing = bring(staff, page, "heures", pair.cohort, workbook(HOURS, line((4, "45 h"))))
    assert "45 h pour 30 h demandées" in bringing.text
    bringing.write()
    assert counts(pair)[Modality.E_LEARNING] == (30, 0)
    assert counts(pair)[Modality.TEAM] == (0, 0)


def test_hours_are_taken_back_while_nobody_settled_them(pair: Pair, staff: FlaskClient, page: Open) -> None:
    first = bring(staff, page, "heures", pair.cohort, workbook(HOURS, line(), line((4, "2 h"), (7, None))))
    first.write()
    undo = f"{first.url}/annuler"
    with clock.freeze(datetime(2026, 3, 3, 9, tzinfo=clock.now().tzinfo)):
        verbs.settle([entries()[1]], EntryAct.CONFIRM, reason="", by=accounts.principal(pair.reader))
    refused = staff.post(undo, data=page(undo, by=staff).form(undo))
    assert refused.status_code == 422
    assert "ont été validées ou refusées depuis" in refused.text
    second = bring(staff, page, "heures", pair.cohort, workbook(HOURS, line((6, "Autre"))))
    second.write()
    undo = f"{second.url}/annuler"
    assert staff.post(undo, data=page(undo, by=staff).form(undo)).status_code == 303
    assert len(entries()) == 2


@pytest.mark.both_engines
def test_a_line_of_hours_brought_in_twice_is_refused_by_the_database(
    pair: Pair, staff: FlaskClient, page: Open
) -> None:
    brought_in(staff, page, "heures", pair.cohort, HOURS, line())
    entry = entries()[0]
    twin = HoursEntry(
        enrolment_id=entry.enrolment_id, modality=entry.modality, module_id=entry.module_id, done_on=entry.done_on,
        minutes=entry.minutes, source=entry.source, source_key=entry.source_key, status=EntryStatus.DECLARED,
    )  # fmt: skip
    db.session.add(twin)
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


def test_five_thousand_lines_of_hours_are_one_sitting(pair: Pair) -> None:
    values = {
        "email": pair.learner.email, "modality": Modality.E_LEARNING, "module": "PF", "minutes": 30, "on": None, "settled_by": "D. L.",
    }  # fmt: skip
    rows = [Row(rank, {**values, "words": f"Séance {rank}"}) for rank in range(5000)]
    by = accounts.principal(cohort_rows.carrier_of(pair.cohort))
    before = clocks.perf_counter()
    assert not [problem for problem in HOURS_KIND.check(pair.cohort, rows) if problem.blocks]
    assert len(HOURS_KIND.write(pair.cohort, rows, by).made) == 5000
    assert clocks.perf_counter() - before < 20


def document(*changes: tuple[int, Any]) -> list[Any]:
    usual: list[Any] = ["Alix Morel", "Document fiche_poste", "validé", "20/02/2026", None]
    for rank, value in changes:
        usual[rank] = value
    return usual


@pytest.mark.both_engines
def test_a_document_comes_in_as_it_stood_and_an_accepted_one_stays(pair: Pair, staff: FlaskClient, page: Open) -> None:
    bringing = bring(staff, page, "traceurs", pair.cohort, workbook(TRACERS, document((4, pair.reader.name))))
    assert "Document fiche_poste : validé" in bringing.text
    assert bringing.write().status_code == 303
    tracer = db.session.scalars(select(Tracer)).one()
    assert tracer.status is TracerStatus.ACCEPTED
    version = tracer.versions[0]
    assert (version.taken_over, version.elsewhere, version.files) == (True, True, [])
    assert [each.reviewer_id for each in version.reviews] == [pair.reader.id]
    assert clock.in_paris(tracer.deposited_at or clock.now()).date() == date(2026, 2, 20)
    assert list(integrity.faults()) == []
    assert "repris d’un tableur" in page(f"/documents-traceurs/{tracer.id}", by=staff).text
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("UPDATE tracer_version SET taken_over = (1 = 0)"))
    again = bring(staff, page, "traceurs", pair.cohort, workbook(TRACERS, document()))
    assert "est déjà « validé » ici" in again.text
    again.write()
    assert db.session.scalar(select(func.count()).select_from(TracerVersion)) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((1, "Document inconnu"), "n’est pas un document de cette formation"),
        ((2, "peut-être"), "n’est pas un état connu"),
        ((3, "01/01/2030"), "est à venir"),
        ((0, "Alice Morel"), "S’agit-il d’Alix Morel"),
    ],
)
def test_a_document_that_cannot_be_is_told(
    pair: Pair, staff: FlaskClient, page: Open, change: tuple[int, Any], told: str
) -> None:
    bringing = bring(staff, page, "traceurs", pair.cohort, workbook(TRACERS, document(change)))
    assert told in bringing.text
    assert not bringing.is_ready


def test_a_document_begun_here_keeps_its_state(pair: Pair, staff: FlaskClient, page: Open) -> None:
    make.deposited(pair.enrolment)
    bringing = bring(staff, page, "traceurs", pair.cohort, workbook(TRACERS, document()))
    assert "est « déposé » ici. Corrigez-le sur sa page" in bringing.text
    assert not bringing.is_ready


def test_one_to_revise_is_taken_up_by_its_learner_here(pair: Pair, staff: FlaskClient, page: Open) -> None:
    brought_in(
        staff,
        page,
        "traceurs",
        pair.cohort,
        TRACERS,
        document((2, "à reprendre")),
    )
    tracer = make.deposited(pair.enrolment)
    assert tracer.status is TracerStatus.DEPOSITED
    assert [each.number for each in tracer.deposited] == [2, 1]


@pytest.mark.parametrize("kind", ["heures", "traceurs"])
def test_an_example_is_read_but_for_its_invented_learner(pair: Pair, staff: FlaskClient, page: Open, kind: str) -> None:
    given = staff.get(f"/imports/{kind}/{pair.cohort.id}/exemple.xlsx").data
    bringing = bring(staff, page, kind, pair.cohort, given)
    assert "Personne de cette promotion ne s’appelle « Alix Roy »" in bringing.text
    assert "n’est pas" not in bringing.text
