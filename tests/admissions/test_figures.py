"""A call in figures, its spreadsheets, the school's observatory, and what a training leaves to pay (R73, R88, R111)."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from training.accounts.enums import Function, Part
from training.admissions.enums import CallStatus, QuestionKind
from training.admissions.models import Call, CostLine, Question
from training.admissions.rules import costs, figures
from training.common import clock
from training.database import db

Open = Callable[..., Page]
pages = pytest.mark.usefixtures("session", "frozen_clock")
BUDGET = 12


def at(day: int, hour: int = 12) -> datetime:
    return clock.at_paris(date(2026, 3, 1) + timedelta(days=day - 1), hour)


def file(submitted: int | None = 1, kind: str | None = "MSP", **acts: int) -> figures.FileFacts:
    taken = {f"application.{name}": at(day) for name, day in acts.items()}
    return figures.FileFacts(at(1), at(submitted) if submitted else None, kind, "Jura", taken)


def a_call(**values: Any) -> Any:
    given = {"opens_at": None, "closes_at": None, "has_preselection": False, "has_school_step": True}
    return SimpleNamespace(**{**given, **values})


# Rules ----------------------------------------------------------------------------------------------------------------


def test_files_are_counted_by_day_then_by_week() -> None:
    files = [file(1), file(1), file(3), file(None)]
    assert figures.by_day(files, a_call()) == [("01/03", 2), ("02/03", 0), ("03/03", 1)]
    assert figures.by_day([file(None)], a_call()) == []
    long = figures.by_day([file(1), file(60)], a_call())
    assert len(long) == 9
    assert sum(count for _label, count in long) == 2


def test_the_funnel_tells_the_stages_the_call_has() -> None:
    files = [file(None), file(1, admit=2), file(1, admit=2, shortlist=3, validate=4, offer=5, confirm=6, enrol=7)]
    told = dict(figures.funnel(files, a_call()))
    assert (told["Commencés"], told["Déposés"], told["Recevables"], told["Inscrits"]) == (3, 2, 2, 1)
    assert "Présélectionnés" not in told
    assert "Validés par l’école" not in dict(figures.funnel(files, a_call(has_school_step=False)))


def test_delays_are_the_middle_of_those_known() -> None:
    files = [file(1, submit=1, admit=3), file(1, submit=1, admit=5), file(1, submit=1), file(1, submit=9, admit=2)]
    first = figures.delays(files)[0]
    assert (first.days, first.files) == (3.0, 2)
    assert figures.delays([])[0].days is None


def test_answers_are_counted_the_most_numerous_first() -> None:
    files = [file(1, "CPTS"), file(1, "MSP"), file(1, "MSP"), file(1, None), file(None, "MSP")]
    assert figures.counted(files, lambda each: each.kind) == [("MSP", 2), ("CPTS", 1), ("à confirmer", 1)]


def test_what_is_left_to_pay_is_reckoned_from_what_is_typed_r73() -> None:
    typed = costs.Estimate(*map(Decimal, ("5", "120", "0.4", "1", "90", "96", "10", "0", "31.5")))
    parts = costs.shares(typed)
    assert [part.amount for part in parts] == [Decimal("240.00"), Decimal("450.00"), Decimal("3339.00")]
    assert costs.total(parts) == Decimal("4029.00")


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def call() -> Call:
    made = make.call()
    made.questions = [
        Question(code="rythme", label="Votre rythme", kind=QuestionKind.TEXT, mandatory=False, position=1)
    ]
    db.session.flush()
    return made


def sheet_of(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200
    active: Any = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    return list(active.iter_rows(values_only=True))


@pages
def test_the_page_tells_a_call_in_figures_at_the_same_price_for_one_file_or_three(
    call: Call, client: FlaskClient, page: Open, selects: Callable[[], Any]
) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    url = f"/appels/{call.code}/chiffres"
    shown = page(url, by=staff)
    assert "Aucun dossier" in shown.text
    counts = []
    for added in (1, 2):
        for _each in range(added):
            make.under_review(call)
        with selects() as asked:
            shown = page(url, by=staff)
        counts.append(asked.count)
    assert counts[0] == counts[1]
    assert counts[0] <= BUDGET
    for words in (
        "Quand les dossiers sont-ils arrivés",
        "Recevables",
        "Côte-d’Or",
        "MSP",
        "Du dépôt à la recevabilité",
    ):
        assert words in shown.text


@pages
def test_a_funder_counts_only_the_files_she_may_read_r95(call: Call, client: FlaskClient, page: Open) -> None:
    selection.file_in("21", call)
    selection.file_in("71", call)
    make.draft(call)
    scoped = selection.staff_of(call, Part.FUNDER, departements=["21"])
    shown = page(f"/appels/{call.code}/chiffres", by=selection.signed_in(client, scoped))
    assert "1 dossier commencé" in shown.text


@pages
@pytest.mark.parametrize(("function", "expected"), [(Function.READER, 200), (Function.COMMITTEE_MEMBER, 403)])
def test_figures_are_for_those_who_follow_the_call(
    call: Call, client: FlaskClient, new_client: Callable[[], FlaskClient], function: Function, expected: int
) -> None:
    someone = accounts.person()
    accounts.membership(someone, function, make.body(call, Part.CARRIER))
    selection.signed_in(client, someone)
    stranger = selection.signed_in(new_client(), accounts.manager())
    for end in ("chiffres", "tableur", "tableur?format=xlsx"):
        assert client.get(f"/appels/{call.code}/{end}").status_code == expected, end
        assert stranger.get(f"/appels/{call.code}/{end}").status_code == 404, end


@pages
def test_the_columns_picked_are_kept_for_every_spreadsheet(call: Call, client: FlaskClient, page: Open) -> None:
    filed = make.submitted(call)
    filed.answers = {"rythme": "=plein"}
    db.session.flush()
    staff = selection.signed_in(client, selection.staff_of(call))
    url = f"/appels/{call.code}/tableur"
    assert sheet_of(staff.get(f"{url}?format=xlsx"))[0][:3] == ("Dossier", "Nom", "Prénom")
    picked = {"columns": ["reference", "situation", "question:rythme"]}
    assert staff.post(url, data={**page(url, by=staff).form(url), **picked}).status_code == 303
    assert sheet_of(staff.get(f"{url}?format=xlsx")) == [
        ("Dossier", "Situation", "Votre rythme"), (filed.reference, "En poste", "=plein"),
    ]  # fmt: skip
    assert sheet_of(staff.get(f"/candidatures?format=xlsx&appel={call.code}"))[0] == (
        "Dossier",
        "Situation",
        "Votre rythme",
    )
    assert sheet_of(staff.get("/candidatures?format=xlsx"))[0] == ("Dossier", "Situation")
    assert staff.post(url, data={"columns": []}).status_code == 422


@pages
def test_the_observatory_names_nobody_and_is_the_school_s_r111(
    call: Call, client: FlaskClient, new_client: Callable[[], FlaskClient], page: Open
) -> None:
    filed = make.submitted(call)
    make.draft(call)
    make.submitted(make.call())  # another school's
    school = selection.signed_in(client, selection.staff_of(call, Part.SCHOOL))
    assert "Région" in page("/observatoire", by=school).text
    rows = sheet_of(school.get("/observatoire?format=xlsx"))
    assert len(rows) == 2
    told = " ".join(str(value) for value in rows[1])
    for secret in (
        filed.person.last_name,
        filed.person.email,
        filed.structure.name if filed.structure else "",
        filed.reference,
    ):
        assert secret not in told
    carrier = selection.signed_in(new_client(), selection.staff_of(call))
    assert carrier.get("/observatoire").status_code == 403


@pages
def test_the_estimate_reads_the_address_and_keeps_nothing_r73(client: FlaskClient, page: Open, call: Call) -> None:
    call.costs = [CostLine(label="Repas", payer="Fédération", position=1)]
    db.session.flush()
    url = f"/appels/{call.code}/reste-a-charge"
    assert "Fédération" in page(url).text
    assert "Environ" not in page(url).text
    shown = page(f"{url}?journeys=5&kilometres=120&kilometre_cost=0,4&nights=1&night_cost=90&hour_cost=")
    assert "690" in shown.text
    assert "Rien n’est officiel" in shown.text
    wrong = client.get(f"{url}?journeys=beaucoup&nights=-1")
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.text
    assert "reste à charge" in page(f"/appels/{call.code}").text.lower()
    hidden = make.call(status=CallStatus.DRAFT)
    assert client.get(f"/appels/{hidden.code}/reste-a-charge").status_code in {303, 404}
