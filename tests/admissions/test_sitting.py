"""The room of a sitting: its list in any order, its counts, what is undone, its papers (R24, R28, R106)."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, Part
from training.admissions import queries
from training.admissions.enums import Proposal
from training.admissions.models import Call, CommitteeMeeting, CommitteeProposal, SittingStep
from training.admissions.services import committee
from training.cohorts import services as cohorts
from training.common.errors import Refused
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
Open = Callable[..., Page]
Counted = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def call() -> Call:
    return make.call(opinion_parts=[])


def standing(sitting: CommitteeMeeting) -> dict[Any, tuple[Proposal, int | None]]:
    rows = db.session.scalars(select(CommitteeProposal).where(CommitteeProposal.meeting_id == sitting.id))
    return {row.application_id: (row.proposal, row.rank) for row in rows}


def cells(content: bytes) -> list[tuple[Any, ...]]:
    """The lines of a spreadsheet below its header."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(min_row=2, values_only=True))


def undo(sitting: CommitteeMeeting) -> str:
    step = queries.last_step(sitting.id)
    return committee.undo(sitting, step.id if step else None, by=make.manager(sitting.call))


@both_engines
def test_each_act_is_undone_from_the_last_to_the_first(call: Call) -> None:
    first, second = make.under_review(call), make.under_review(call)
    sitting = selection.meeting(call)
    selection.propose(sitting, first, Proposal.WAITING)
    selection.propose(sitting, second, Proposal.WAITING)
    committee.move(sitting, sitting.proposals[1], up=True, by=make.manager(call))
    moved = standing(sitting)
    assert (moved[second.id][1], moved[first.id][1]) == (1, 2)
    selection.propose(sitting, first, None)
    assert "sans proposition" in undo(sitting)
    assert standing(sitting) == moved
    assert "rang 1" in undo(sitting)
    assert standing(sitting)[first.id] == (Proposal.WAITING, 1)
    undo(sitting)
    undo(sitting)
    assert standing(sitting) == {}
    with pytest.raises(Refused):
        undo(sitting)


def test_what_came_since_the_page_is_not_undone_in_its_place(call: Call) -> None:
    file = make.under_review(call)
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    seen = queries.last_step(sitting.id)
    selection.propose(sitting, file, Proposal.WAITING)
    with pytest.raises(Refused, match="entre-temps"):
        committee.undo(sitting, seen.id if seen else None, by=make.manager(call))


@both_engines
def test_closing_forgets_the_steps(call: Call) -> None:
    sitting = selection.meeting(call)
    selection.propose(sitting, make.under_review(call), Proposal.SHORTLISTED)
    committee.close(sitting, by=make.manager(call))
    assert db.session.scalar(select(func.count()).select_from(SittingStep)) == 0


def test_the_room_orders_counts_and_undoes_on_its_screen(call: Call, client: FlaskClient, page: Open) -> None:
    cohort = call.cohort
    far, near = (make.under_review(call, structure=selection.place(code)) for code in ("71", "21"))
    assert far.variant is not None
    cohorts.set_places(cohort, 5, make.manager(call))
    cohorts.set_quota(cohort, variant=far.variant, places=1, by=make.manager(call))
    sitting = selection.meeting(call)
    for file in (far, near):
        selection.propose(sitting, file, Proposal.SHORTLISTED)
    staff = selection.signed_in(client, selection.staff_of(call))
    address = f"/comites/{sitting.id}"
    shown = page(address)
    assert shown.text.index("Département 21") < shown.text.index("Département 71")
    assert "dépasse ses places" in shown.text
    for order in ("type", "moyenne", "n’importe quoi"):
        assert far.person.name in page(f"{address}?tri={order}").text
    form = shown.form(f"{address}/annulation")
    assert staff.post(f"{address}/annulation", data=form).status_code == 303
    assert list(standing(sitting)) == [far.id]
    assert staff.post(f"{address}/annulation", data=form | {"step": "rien"}).status_code in {303, 422}


def test_the_papers_of_a_sitting_say_what_it_decided(call: Call, client: FlaskClient) -> None:
    kept, refused = make.under_review(call), make.under_review(call)
    sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
    staff = selection.signed_in(client, selection.staff_of(call))
    before = staff.get(f"/comites/{sitting.id}/dossiers.xlsx")
    selection.propose(sitting, kept, Proposal.SHORTLISTED)
    selection.propose(sitting, refused, Proposal.NOT_SELECTED, "Le projet gagnerait à mûrir.")
    committee.close(sitting, by=make.manager(call))
    after = staff.get(f"/comites/{sitting.id}/dossiers.xlsx")
    assert [row[8] for row in cells(before.data)] == [None, None]
    assert [(row[8], row[10]) for row in cells(after.data)] == [
        ("retenue", None),
        ("non retenue", "Le projet gagnerait à mûrir."),
    ]
    answer = staff.get(f"/comites/{sitting.id}/proces-verbal.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    for words in (kept.person.name, "Le projet gagnerait à mûrir.", "Quorum atteint", "séance close"):
        assert words in " ".join(text.split())


def test_a_reader_before_her_opinion_reads_no_other_in_the_room_nor_in_the_spreadsheet(
    client: FlaskClient, page: Open
) -> None:
    call = make.call(opinions_in_session=False, opinion_parts=["funder"])
    file = make.under_review(call)
    selection.opinion(file, Part.FUNDER)
    sitting = selection.meeting(call)
    reader = selection.signed_in(client, selection.staff_of(call, Part.FUNDER, Function.COMMITTEE_MEMBER))
    assert "1 avis masqué" in page(f"/comites/{sitting.id}").text.replace("\u202f", " ").replace("\u00a0", " ")
    assert [row[6] for row in cells(reader.get(f"/comites/{sitting.id}/dossiers.xlsx").data)] == ["avis masqués"]
    assert reader.get(f"/comites/{sitting.id}/proces-verbal.pdf").status_code == 403


def test_a_manager_whose_opinion_is_awaited_reads_no_other_on_any_paper_of_the_sitting_r25(
    client: FlaskClient, page: Open
) -> None:
    call = make.call(opinions_in_session=False, opinion_parts=["funder"])
    file = make.under_review(call)
    selection.opinion(file, Part.FUNDER)
    sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    me = selection.staff_of(call)
    staff = selection.signed_in(client, me)

    def minutes() -> str:
        paper = pypdf.PdfReader(io.BytesIO(staff.get(f"/comites/{sitting.id}/proces-verbal.pdf").data))
        return " ".join("".join(each.extract_text() for each in paper.pages).split())

    pages = [f"/comites/{sitting.id}{path}" for path in (f"/dossiers/{file.id}", "/tour-de-table")]
    for address in pages:
        shown = page(address).text
        assert "masqué" in shown, address
        assert "favorable" not in shown, address
        assert "Solide." not in shown
    assert "avis masqués" in minutes()
    selection.opinion(file, Part.CARRIER, by=me)
    for address in pages:
        assert "masqué" not in page(address).text, address
    assert "favorable" in minutes()


def test_a_sitting_asks_as_much_for_one_file_as_for_many(call: Call, client: FlaskClient, selects: Counted) -> None:
    sitting = selection.meeting(call, Part.CARRIER)
    selection.propose(sitting, make.under_review(call), Proposal.WAITING)
    staff = selection.signed_in(client, selection.staff_of(call))

    def count() -> int:
        staff.get(f"/comites/{sitting.id}")
        with selects() as asked:
            assert staff.get(f"/comites/{sitting.id}").status_code == 200
        return asked.count

    one = count()
    for _ in range(3):
        selection.propose(sitting, make.under_review(call), Proposal.WAITING)
    assert count() == one <= 12


def test_nobody_reads_her_own_file_in_the_room(call: Call, client: FlaskClient, page: Open) -> None:
    someone = selection.staff_of(call)
    make.under_review(call, person=someone)
    sitting = selection.meeting(call)
    accounts.sign_in(client, someone)
    assert "Aucun dossier n’attend ce comité" in page(f"/comites/{sitting.id}").text


def test_whoever_leads_the_sitting_reads_the_opinions_once_a_colleague_gave_her_bodys_r25(
    client: FlaskClient, page: Open
) -> None:
    call = make.call(opinions_in_session=False, opinion_parts=["funder"])
    file = make.under_review(call)
    selection.opinion(file, Part.FUNDER)
    sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
    selection.signed_in(client, selection.staff_of(call))
    address = f"/comites/{sitting.id}/dossiers/{file.id}"
    assert "masqué" in page(address).text
    selection.opinion(file, Part.CARRIER, by=selection.staff_of(call))
    assert "masqué" not in page(address).text
