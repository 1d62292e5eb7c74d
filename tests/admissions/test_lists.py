"""The staff list and the pages of a selection: filters, search, order, export, and a fixed number of SELECTs."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, Part, StructureKind
from training.admissions import queries
from training.admissions.enums import ApplicationStatus, OpinionValue, Proposal
from training.admissions.models import Application, Call
from training.admissions.queries import ApplicationFilters
from training.admissions.services import committee, processing
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus
Counting = Callable[[], AbstractContextManager[Queries]]
BUDGET = 12


def found(call: Call, **filters: object) -> list[str]:
    page = queries.page_of_applications(make.manager(call), ApplicationFilters(call=call.code, **filters))  # type: ignore[arg-type]  # any filter
    return [row.name for row in page.rows]


def named(call: Call, first: str, last: str, **values: object) -> Application:
    return make.submitted(call, person=accounts.person(first_name=first, last_name=last), **values)  # type: ignore[arg-type]  # a structure


@both_engines
def test_the_list_is_searched_by_name_structure_address_and_number() -> None:
    call = make.call()
    named(call, "Aïcha", "Benali")
    file = named(call, "Léo", "Marchand", structure=accounts.structure("MSP des Portes du Morvan"))
    assert found(call, words="benali aicha") == ["Aïcha Benali"]
    assert found(call, words="portes du MORVAN") == ["Léo Marchand"]
    assert found(call, words=file.person.email.upper()) == ["Léo Marchand"]
    assert "Léo Marchand" in found(call, words=str(file.number))
    assert found(call, words=f"{call.code}-0002".lower()) == ["Léo Marchand"]
    assert found(call, words="%") == []
    assert found(call, words="zzz") == []


@both_engines
def test_filters_narrow_and_each_counts_as_if_it_were_not_chosen() -> None:
    call = make.call()
    accounts.departement("71", "Saône-et-Loire")
    named(call, "Aïcha", "Benali", structure=accounts.structure(kind=StructureKind.CPTS, departement_code="71"))
    kept = named(call, "Léo", "Marchand")
    processing.admit(kept, by=make.manager(call))
    page = queries.page_of_applications(make.manager(call), ApplicationFilters(status=S.ADMISSIBLE))
    assert [row.name for row in page.rows] == ["Léo Marchand"]
    assert dict(page.by_status) == {S.SUBMITTED: 1, S.ADMISSIBLE: 1}
    assert dict(page.by_kind) == {StructureKind.MSP: 1}
    assert page.by_departement == [("21", "Côte-d’Or", 1)]
    assert found(call, kind=StructureKind.CPTS) == found(call, departement="71") == ["Aïcha Benali"]


@both_engines
def test_the_state_sorts_in_the_order_of_the_procedure_and_names_without_accents() -> None:
    call = make.call()
    second, first = named(call, "Léo", "Zidane"), named(call, "Éva", "Énault")
    processing.admit(second, by=make.manager(call))
    assert found(call, sort="status") == [first.person.name, second.person.name]
    assert found(call, sort="status", descending=True) == [second.person.name, first.person.name]
    assert found(call, sort="name") == [first.person.name, second.person.name]


def test_a_page_past_the_last_is_the_last() -> None:
    call = make.call()
    named(call, "Léo", "Marchand")
    page = queries.page_of_applications(make.manager(call), ApplicationFilters(page=7))
    assert (page.number, page.total, len(page.rows)) == (1, 1, 1)


def test_each_state_says_since_when(frozen_clock: object) -> None:
    call = make.call()
    file = named(call, "Léo", "Marchand")
    later = frozen_clock.advance(timedelta(days=3))  # type: ignore[attr-defined]  # the test's clock
    processing.admit(file, by=make.manager(call))
    page = queries.page_of_applications(make.manager(call), ApplicationFilters())
    assert page.since[file.id] == later


@both_engines
def test_a_member_scoped_to_departements_lists_only_theirs_r95() -> None:
    call = make.call()
    here, there = selection.file_in("21", call), selection.file_in("71", call)
    scoped = make.member(call, Part.FUNDER, Function.MANAGER, departements=["21"])
    whole = make.member(call, Part.FUNDER, Function.MANAGER)
    regional = make.member(call, Part.FUNDER, Function.READER, region_code="BFC")
    rows = {
        who: {r.id for r in queries.page_of_applications(who, ApplicationFilters()).rows}
        for who in (scoped, whole, regional)
    }
    assert rows == {scoped: {here.id}, whole: {here.id, there.id}, regional: {here.id, there.id}}


def test_a_funder_sees_no_draft_and_a_partner_nothing_r95() -> None:
    call = make.call()
    make.draft(call)
    make.submitted(call)
    partner = accounts.organisation()
    call.parts.append(type(call.parts[0])(organisation=partner, organisation_id=partner.id, part=Part.PARTNER))
    db.session.flush()
    funder, reader = make.manager(call, Part.FUNDER), make.member(call, Part.PARTNER, Function.READER)
    assert queries.page_of_applications(funder, ApplicationFilters()).total == 1
    assert queries.page_of_applications(reader, ApplicationFilters()).total == 0
    assert queries.page_of_applications(make.manager(call), ApplicationFilters()).total == 2


def test_a_committee_member_sees_files_once_they_reach_the_committee_r95() -> None:
    call = make.call()
    make.submitted(call)
    before = make.under_review(call)
    member = make.member(call, Part.CARRIER, Function.COMMITTEE_MEMBER)
    assert [row.id for row in queries.page_of_applications(member, ApplicationFilters()).rows] == [before.id]


def test_the_spreadsheet_holds_what_is_filtered(client: FlaskClient) -> None:
    call = make.call()
    named(call, "Aïcha", "=Benali")
    processing.admit(named(call, "Léo", "Marchand"), by=make.manager(call))
    selection.signed_in(client, selection.staff_of(call))
    answer = client.get("/candidatures?format=xlsx&etat=submitted")
    assert (answer.mimetype or "").endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["Nom", "=Benali"]


# The budget: as many SELECTs with 1 row as with 3 ---------------------------------------------------------------------


def crowd(call: Call, count: int) -> list[Application]:
    files = [make.under_review(call) for _ in range(count)]
    for file in files:
        selection.opinion(file, Part.FUNDER, OpinionValue.FAVOURABLE)
    return files


def address(name: str, count: int) -> tuple[str, Call]:
    """The page, with this many files, opinions or proposals on it."""
    call = make.call(opinions_in_session=False)
    files = crowd(call, count)
    if name == "publication":
        for file in files:
            make._step(file, "not_select", "Trop tôt.")
        return f"/appels/{call.code}/publication", call
    if name == "places":
        told = [make.validated(call) for _ in range(count)]
        return f"/appels/{call.code}/places" if told else "", call
    if name in {"meeting", "closing", "one"}:
        sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
        for file in files:
            selection.propose(sitting, file, Proposal.WAITING)
        end = {"meeting": "", "closing": "/cloture", "one": f"/dossiers/{files[0].id}"}[name]
        return f"/comites/{sitting.id}{end}", call
    if name == "file":
        for _ in range(count - 1):
            selection.opinion(files[0], Part.SCHOOL, OpinionValue.RESERVED)
        return f"/candidatures/{files[0].id}", call
    if name == "selection":
        for _ in range(count):
            committee.close(selection.meeting(call), by=make.manager(call))
        return f"/appels/{call.code}/selection", call
    return f"/{name}", call


@both_engines
@pytest.mark.parametrize(
    "name", ["candidatures", "file", "selection", "publication", "places", "meeting", "one", "closing"]
)
def test_a_page_asks_as_much_for_three_rows_as_for_one(
    name: str, page: Callable[..., Page], new_client: Callable[[], FlaskClient], selects: Counting
) -> None:
    counts = []
    for rows in (1, 3):
        url, call = address(name, rows)
        browser = selection.signed_in(new_client(), selection.staff_of(call))
        page(url, by=browser)
        with selects() as asked:
            page(url, by=browser)
        counts.append(asked.count)
    assert counts[0] == counts[1] <= BUDGET


def test_someone_who_selects_and_applied_finds_her_own_file_apart(client: FlaskClient) -> None:  # R97, R105
    mine = make.shortlisted()
    accounts.membership(mine.person, Function.MANAGER, make.body(mine.call, Part.CARRIER))
    accounts.sign_in(client, mine.person)
    listed = client.get("/candidatures").text
    assert mine.reference not in listed
    assert "les=miennes" in listed
    assert "retenue" not in client.get("/candidatures?les=miennes").text
