"""Mémoires of a running cohort brought in from a spreadsheet: subject and state (R114)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories.portfolio import Pair
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring, workbook
from training.common import clock
from training.database import db
from training.defences.commands import PlannedStep
from training.defences.declarations import DECLARATIONS
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.defences.services import memoires

HEAD = ["Nom", "Prénom", "Sujet", "État"]
ALIX: list[Any] = ["Morel", "Alix", "Un projet de santé", "sujet validé"]


@pytest.fixture
def staff(pair: Pair, client: FlaskClient) -> FlaskClient:
    return signed_in(client, cohort_rows.carrier_of(pair.cohort))


def test_a_memoire_comes_in_as_it_stood_once(pair: Pair, staff: FlaskClient, page: Open) -> None:
    first = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, ALIX))
    assert "sujet approuvé : « Un projet de santé »" in first.text
    assert first.write().status_code == 303
    memoire = db.session.scalars(select(Memoire)).one()
    assert (memoire.subject, memoire.status, memoire.taken_over) == (
        "Un projet de santé",
        MemoireStatus.SUBJECT_APPROVED,
        True,
    )
    assert f"/memoires/{memoire.id}" in page(first.url, by=staff).response.text
    again = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, ALIX))
    assert "est déjà ainsi ici" in again.text
    assert again.write().status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Memoire)) == 1
    other = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, [*ALIX[:3], "admis"]))
    assert "est « sujet approuvé » ici" in other.text
    assert not other.is_ready


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([*ALIX[:3], "perdu"], "n’est pas un état de mémoire connu"),
        ([*ALIX[:2], None, "en cours"], "Cette valeur manque"),
        (["Morelle", *ALIX[1:]], "S’agit-il d’Alix Morel"),
    ],
)
def test_a_memoire_that_cannot_be_is_told(
    pair: Pair, staff: FlaskClient, page: Open, row: list[Any], told: str
) -> None:
    bringing = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, row))
    assert told in bringing.text
    assert not bringing.is_ready


@pytest.mark.both_engines
def test_an_import_of_memoires_is_taken_back_until_something_is_done_on_one(
    pair: Pair, staff: FlaskClient, page: Open
) -> None:
    first = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, ALIX))
    assert first.write().status_code == 303
    memoire = db.session.scalars(select(Memoire)).one()
    step = memoires.plan_step(memoire, PlannedStep("Relire", clock.today()), by=accounts.principal(pair.learner))
    db.session.commit()
    undo = f"{first.url}/annuler"
    refused = staff.post(undo, data=page(undo, by=staff).form(undo))
    assert refused.status_code == 422
    assert "a changé depuis" in refused.text

    memoires.drop_step(step, by=accounts.principal(pair.learner))
    db.session.commit()
    assert staff.post(undo, data=page(undo, by=staff).form(undo)).status_code == 303
    assert not db.session.scalars(select(Memoire)).all()
    assert "a annulé l’import de son mémoire" in DECLARATIONS.sentences.values()
    again = bring(staff, page, "memoires", pair.cohort, workbook(HEAD, ALIX))
    assert again.is_ready
