"""Seminars and presences of a running cohort brought in from spreadsheets: read, locked, told, corrected (R114)."""

import itertools
import time as clocks
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories import seminars as seminar_rows
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring, brought_in, workbook
from training.accounts.commands import Identity
from training.accounts.services import people
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.imports import Row
from training.common.mail import OutgoingMail
from training.database import db
from training.seminars import papers, queries
from training.seminars.enums import AbsenceKind, Presence, SeminarKind, SeminarStatus, SheetStatus, StaffRole
from training.seminars.imports import LIST as LIST_KIND
from training.seminars.imports.words import presence
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, Seminar
from training.seminars.services import integrity

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
DAYS = ["Séminaire", "Date", "Début", "Fin", "Lieu", "Module", "Parcours", "Formateur"]
MORNING = ["Séminaire 1", "29/01/2026", "9h30", "12h30", "Beaune", None, None, None]
AFTERNOON = ["Séminaire 1", "29/01/2026", "14:00", "17:00", "Beaune", None, None, None]
AHEAD = ["Séminaire 2", "23/04/2026", "9h", "12h", "Dijon", None, None, None]
GRID = ["Nom", "Prénom", "29/01/2026 matin", "29/01/2026 après-midi"]
LIST = ["Apprenant·e", "Date", "Moment", "Présence", "Durée"]


@pytest.fixture
def staff(cohort: Cohort, client: FlaskClient) -> FlaskClient:
    return signed_in(client, make.carrier_of(cohort))


def learner(cohort: Cohort, first: str, last: str, **values: Any) -> Enrolment:
    address = f"{first}.{last}@example.org".lower()
    return make.learner(cohort, person=people.create(address, identity=Identity(first, last, None)), **values)


@pytest.fixture
def learners(cohort: Cohort) -> tuple[Enrolment, Enrolment]:
    return learner(cohort, "Alix", "Roy"), learner(cohort, "Nour", "Petit")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def past_day(cohort: Cohort) -> list[HalfDay]:
    plans = [
        seminar_rows.half_day_plan(date(2026, 1, 29), hours)
        for hours in ((time(9, 30), time(12, 30)), (time(14), time(17)))
    ]
    return list(seminar_rows.seminar(cohort, *plans).half_days)


def said(half_day: HalfDay) -> dict[str, Presence]:
    sheet = db.session.scalars(select(AttendanceSheet).where(AttendanceSheet.half_day_id == half_day.id)).one()
    return {entry.enrolment.person.last_name: entry.status for entry in queries.entries_of(sheet) if entry.enrolment}


# --- seminars --------------------------------------------------------------------------------------------------------


def test_half_days_come_in_by_seminar_and_past_ones_are_held(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    trainer = make.trainer(cohort, first_name="Dominique", last_name="Lambert")
    module = cohort.edition.modules[0]
    morning = [*MORNING[:5], module.code, "MSP", "Lambert Dominique"]
    bringing = bring(staff, page, "demi-journees", cohort, workbook(DAYS, morning, AFTERNOON, AHEAD))
    assert "Séminaire 1" in bringing.text
    assert "2 demi-journées" in bringing.text
    assert count(Seminar) == 0
    assert bringing.write().status_code == 303
    found = {each.title: each for each in db.session.scalars(select(Seminar))}
    assert (found["Séminaire 1"].status, found["Séminaire 2"].status) == (SeminarStatus.HELD, SeminarStatus.PLANNED)
    assert all(each.taken_over for each in found.values())
    first = found["Séminaire 1"].half_days[0]
    assert clock.in_paris(first.starts_at) == datetime(
        2026, 1, 29, 9, 30, tzinfo=clock.in_paris(first.starts_at).tzinfo
    )
    assert [each.code for each in first.modules] == [module.code]
    assert [(each.person_id, each.role) for each in first.staff] == [(trainer.id, StaffRole.TRAINER)]
    assert count(OutgoingMail) == 0
    assert "1 séminaire repris" not in page(bringing.url, by=staff).text  # two
    assert f"/seminaires/{first.seminar_id}" in page(bringing.url, by=staff).response.text
    again = bring(staff, page, "demi-journees", cohort, workbook(DAYS, morning, AFTERNOON, AHEAD))
    assert "est déjà au calendrier" in again.text
    again.write()
    assert count(HalfDay) == 3


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({2: "12h30"}, "La fin doit venir après le début"),
        ({3: "23h"}, "plus de 12 heures"),
        ({5: "M99"}, "n’est pas un module"),
        ({6: "CDS"}, "n’est pas un parcours"),
        ({7: "Personne Inconnue"}, "n’est pas dans l’équipe de formation"),
        ({1: "29 janvier"}, "n’est pas une date"),
        ({2: "matin"}, "n’est pas une heure"),
        ({0: None}, "Cette valeur manque"),
    ],
)
def test_a_half_day_that_cannot_be_is_told(
    cohort: Cohort, staff: FlaskClient, page: Open, row: dict[int, Any], told: str
) -> None:
    bad = [row.get(rank, cell) for rank, cell in enumerate(MORNING)]
    bringing = bring(staff, page, "demi-journees", cohort, workbook(DAYS, bad, AHEAD))
    assert told in bringing.text
    assert not bringing.is_ready


def test_half_days_that_meet_are_told_within_the_sheet_and_with_the_calendar_r35(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    seminar_rows.half_day(cohort, date(2026, 4, 23))
    twice = [*MORNING[:2], "10h", "12h", *MORNING[4:]]
    text_ = bring(staff, page, "demi-journees", cohort, workbook(DAYS, MORNING, twice, ["Autre", *AHEAD[1:]])).text
    assert "se superpose à la ligne 2" in text_
    assert "se superpose à « Séminaire 1 »" in text_


def test_a_launch_is_open_to_teams(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    brought_in(staff, page, "demi-journees", cohort, DAYS, ["Journée de lancement", *MORNING[1:]])
    half_day = db.session.scalars(select(HalfDay)).one()
    assert (half_day.seminar.kind, half_day.guests_allowed) == (SeminarKind.LAUNCH, True)


def test_half_days_are_taken_back_while_nobody_used_them(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    first = bring(staff, page, "demi-journees", cohort, workbook(DAYS, MORNING))
    first.write()
    undo = f"{first.url}/annuler"
    assert staff.post(undo, data=page(undo, by=staff).form(undo)).status_code == 303
    assert (count(HalfDay), count(Seminar)) == (0, 0)
    second = bring(staff, page, "demi-journees", cohort, workbook(DAYS, MORNING))
    second.write()
    learner(cohort, "Alix", "Roy")
    brought_in(staff, page, "presences-grille", cohort, [*GRID[:3]], ["Roy", "Alix", "P"])
    undo = f"{second.url}/annuler"
    refused = staff.post(undo, data=page(undo, by=staff).form(undo))
    assert refused.status_code == 422
    assert "sert déjà" in refused.text
    assert count(HalfDay) == 1


# --- presences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "status", "kind", "hours"),
    [
        ("P", Presence.PRESENT, None, None),
        ("x", Presence.PRESENT, None, None),
        (1.0, Presence.PRESENT, None, None),
        (True, Presence.PRESENT, None, None),
        ("Présente", Presence.PRESENT, None, None),
        ("a", Presence.ABSENT, None, None),
        ("Absent non justifié", Presence.ABSENT, None, None),
        (0, Presence.ABSENT, None, None),
        ("AJ", Presence.EXCUSED, AbsenceKind.OTHER, None),
        ("absence justifiée", Presence.EXCUSED, AbsenceKind.OTHER, None),
        ("AJ (santé)", Presence.EXCUSED, AbsenceKind.HEALTH, None),
        ("Maladie", Presence.EXCUSED, AbsenceKind.HEALTH, None),
        ("PP 1h30", Presence.PARTIAL, None, Decimal("1.50")),
        ("partiel 2 h", Presence.PARTIAL, None, Decimal(2)),
        ("2,5 h", Presence.PARTIAL, None, Decimal("2.50")),
        ("dispensée", Presence.DISPENSED, None, None),
    ],
)
def test_presences_are_read_as_people_write_them(
    cell: Any, status: Presence, kind: AbsenceKind | None, hours: Decimal | None
) -> None:
    found = presence(cell)
    assert found is not None
    assert (found.status, found.absence_kind, found.hours) == (status, kind, hours)


@pytest.mark.parametrize("cell", ["peut-être", "12", "P?A", "ZZ", "3 jours"])
def test_an_unclear_presence_is_told(cell: str) -> None:
    with pytest.raises(ValueError, match="ne dit ni présent"):
        presence(cell)


def test_a_dash_says_nothing() -> None:
    assert presence("-") is None


def test_a_grid_makes_locked_sheets_that_say_they_are_taken_over(
    cohort: Cohort, staff: FlaskClient, page: Open, learners: tuple[Enrolment, Enrolment]
) -> None:
    morning, afternoon = past_day(cohort)
    rows = [["ROY", "Alix", "P", "PP 1h30"], ["Petit", "nour", "AJ transport", "P"]]
    bringing = bring(staff, page, "presences-grille", cohort, workbook(GRID, *rows))
    assert "1 présent·e en partie et 1 présent·e, sur 2 demi-journées" in bringing.text
    assert "2 feuilles" in bringing.text
    assert bringing.write().status_code == 303
    assert said(morning) == {"Roy": Presence.PRESENT, "Petit": Presence.EXCUSED}
    assert said(afternoon) == {"Roy": Presence.PARTIAL, "Petit": Presence.PRESENT}
    for sheet in db.session.scalars(select(AttendanceSheet)):
        assert (sheet.status, sheet.taken_over) == (SheetStatus.LOCKED, True)
        assert sheet.content is not None
        assert sheet.content["taken_over"] is True
    assert integrity.faults() == []
    read = page(f"/seminaires/{morning.seminar_id}/demi-journees/{morning.id}/emargement", by=staff)
    assert "reprises d’un tableur" in read.text
    assert "d’après le registre tenu avant l’outil" in read.text
    sheet = queries.sheet_by_id(db.session.scalars(select(AttendanceSheet.id)).first() or morning.id)
    printed = papers.signed_sheet(sheet.half_day, sheet, queries.entries_of(sheet), {}, None).data
    assert printed["locked"].startswith("Reprise d’un tableur tenu avant l’outil")
    assert all("signé sur papier" not in row["mark"] for row in printed["rows"])
    alix, _nour = learners
    found = queries.presence_of(alix)
    assert found.done_hours == Decimal("4.50")
    told = papers.completion(alix, found, None, date(2026, 3, 2)).data["taken_over"]
    assert told.startswith("Dont 2\u00a0demi-journées reprises")
    assert "d’après les feuilles tenues avant cet outil" in page(f"/parcours/{alix.id}", by=staff).text


def test_a_list_finds_its_half_days_by_moment_or_hour(
    cohort: Cohort, staff: FlaskClient, page: Open, learners: tuple[Enrolment, Enrolment]
) -> None:
    morning, _afternoon = past_day(cohort)
    rows = [["Alix ROY", "29/01/2026", "Matin", "présente", None], ["Petit Nour", "29/01/2026", "am", "absent", None]]
    brought_in(staff, page, "presences", cohort, LIST, *rows)
    assert said(morning) == {"Roy": Presence.PRESENT, "Petit": Presence.ABSENT}
    head = ["Apprenant·e", "Date", "Heure de début", "Présence", "Durée"]
    timed: list[list[Any]] = [
        ["Alix Roy", "29/01/2026", time(14), "PP", "1 h 30"],
        ["Nour Petit", "29/01/2026", "14h", "P", None],
    ]
    brought_in(staff, page, "presences", cohort, head, *timed)
    partial = db.session.scalars(select(AttendanceEntry).where(AttendanceEntry.status == Presence.PARTIAL)).one()
    assert partial.hours == Decimal("1.50")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["Alyx Roy", "29/01/2026", "matin", "P", None], "S’agit-il d’Alix Roy"),
        (["Zoé Martin", "29/01/2026", "matin", "P", None], "Personne de cette promotion ne s’appelle « Zoé Martin »"),
        ([None, "29/01/2026", "matin", "P", None], "Indiquez le nom"),
        (["Alix Roy", "30/01/2026", "matin", "P", None], "La plus proche : jeudi 29 janvier 2026"),
        (["Alix Roy", "29/01/2026", None, "P", None], "Plusieurs demi-journées"),
        (["Alix Roy", "29/01/2026", "soir", "P", None], "ni le matin, ni l’après-midi"),
        (["Alix Roy", "29/01/2026", "matin", "D", None], "une dispense relève de l’école"),
        (["Alix Roy", "29/01/2026", "matin", "PP", None], "indiquez les heures de présence"),
        (["Alix Roy", "29/01/2026", "matin", "PP", "4 h"], "indiquez les heures de présence"),
        (["Alix Roy", "29/01/2026", "matin", "P", None], "rien n’est dit de Nour Petit"),
        (["Alix Roy", "23/04/2026", "matin", "P", None], "n’est pas passée"),
    ],
)
@pytest.mark.usefixtures("learners")
def test_a_presence_that_cannot_be_is_told_and_nothing_is_written(
    cohort: Cohort, staff: FlaskClient, page: Open, row: list[Any], told: str
) -> None:
    past_day(cohort)
    seminar_rows.half_day(cohort, date(2026, 4, 23))
    bringing = bring(staff, page, "presences", cohort, workbook(LIST, row))
    assert told in bringing.text
    assert not bringing.is_ready
    assert count(AttendanceSheet) == 0


@pytest.mark.usefixtures("learners")
def test_the_same_register_twice_changes_nothing_and_another_word_is_refused(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    past_day(cohort)
    rows = [["Roy", "Alix", "P", None], ["Petit", "Nour", "A", None]]
    brought_in(staff, page, "presences-grille", cohort, GRID, *rows)
    again = bring(staff, page, "presences-grille", cohort, workbook(GRID, *rows))
    assert "sa feuille est déjà remplie, et dit la même chose" in again.text
    again.write()
    assert (count(AttendanceSheet), count(AttendanceEntry)) == (1, 2)
    other = bring(staff, page, "presences-grille", cohort, workbook(GRID, ["Roy", "Alix", "A", None]))
    assert "sa feuille dit « présent·e »" in other.text
    assert "/emargement" in other.page.response.text
    assert not other.is_ready


def test_who_entered_later_is_not_expected_and_an_unexpected_presence_is_written(
    cohort: Cohort, staff: FlaskClient, page: Open, learners: tuple[Enrolment, Enrolment]
) -> None:
    late = learner(cohort, "Sam", "Vidal", entered_on=date(2026, 2, 15))
    guest = learner(cohort, "Lou", "Blanc", entered_on=date(2026, 2, 15))
    morning, _afternoon = past_day(cohort)
    rows = [
        ["Roy", "Alix", "P"],
        ["Petit", "Nour", "P"],
        [late.person.last_name, "Sam", "A"],
        [guest.person.last_name, "Lou", "P"],
    ]
    bringing = bring(staff, page, "presences-grille", cohort, workbook(GRID[:3], *rows))
    assert "son absence ne sera pas écrite" in bringing.text
    assert "sa présence sera écrite quand même" in bringing.text
    bringing.write()
    assert said(morning).keys() == {"Roy", "Petit", "Blanc"}
    assert len(learners) == 2


@pytest.mark.usefixtures("learners")
def test_a_merged_cell_or_a_formula_keeps_the_grid_out(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    past_day(cohort)
    merged = workbook(
        GRID, ["Roy", "Alix", "P", "P"], ["Petit", "Nour", "P", "P"], change=lambda s: s.merge_cells("C2:D2")
    )
    assert "sont fusionnées" in bring(staff, page, "presences-grille", cohort, merged).text
    formula = workbook(GRID, ["Roy", "Alix", "P", "P"], ["Petit", "Nour", "=C2", "P"])
    assert "une formule" in bring(staff, page, "presences-grille", cohort, formula).text


@pytest.mark.usefixtures("learners")
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_register_saved_as_text_is_read_in_any_encoding(
    cohort: Cohort, staff: FlaskClient, page: Open, encoding: str
) -> None:
    past_day(cohort)
    content = "Prénom;Nom;29/01/2026 matin\r\nAlix;Roy;présente\r\nNour;Petit;excusée\r\n".encode(encoding)
    bringing = bring(staff, page, "presences-grille", cohort, content)
    assert bringing.is_ready, bringing.text


@pytest.mark.both_engines
@pytest.mark.usefixtures("learners")
def test_a_sheet_taken_over_is_locked_by_the_database_too(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    past_day(cohort)
    brought_in(staff, page, "presences-grille", cohort, GRID[:3], ["Roy", "Alix", "P"], ["Petit", "Nour", "A"])
    for statement in (
        "UPDATE attendance_sheet SET taken_over = (1 = 0)",
        "UPDATE attendance_entry SET status = 'present'",
        "DELETE FROM attendance_entry",
    ):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))


def test_five_thousand_presences_are_one_sitting(cohort: Cohort) -> None:
    cohort.places = None
    people_there = [learner(cohort, f"Prénom{rank}", f"Nom{rank}") for rank in range(25)]
    plans = [
        seminar_rows.half_day_plan(date(2026, 1, 5), (time(9, 0), time(9, 1))),
    ]
    seminar_rows.seminar(cohort, *plans)
    half_day = db.session.scalars(select(HalfDay)).one()
    for rank in range(1, 200):
        start = clock.at_paris(date(2025, 12, 12 + rank // 20), 8 + (rank % 20) // 2, 30 * (rank % 2))
        db.session.add(
            HalfDay(
                seminar_id=half_day.seminar_id,
                starts_at=start,
                ends_at=clock.at_paris(clock.in_paris(start).date(), clock.in_paris(start).hour, 30 * (rank % 2) + 20),
                mode=half_day.mode,
            )
        )
    db.session.flush()
    half_days = db.session.scalars(select(HalfDay).order_by(HalfDay.starts_at)).all()
    empty = dict.fromkeys(("last_name", "first_name", "full_name", "born_on", "moment", "length"))
    rows = [
        Row(
            rank,
            {
                **empty,
                "email": each.person.email,
                "on": clock.in_paris(at.starts_at).date(),
                "starts": clock.in_paris(at.starts_at).time(),
                "word": presence("P"),
            },
        )
        for rank, (at, each) in enumerate(itertools.product(half_days, people_there))
    ]
    assert len(rows) == 5000
    by = accounts.principal(make.carrier_of(cohort))
    before = clocks.perf_counter()
    assert [problem for problem in LIST_KIND.check(cohort, rows) if problem.blocks] == []
    LIST_KIND.write(cohort, rows, by)
    assert clocks.perf_counter() - before < 20
    assert count(AttendanceEntry) == 5000
