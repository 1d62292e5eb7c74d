"""The table of a sitting: every opinion and every proposal in one sending, all or none (R24, R29, R106)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import admissions as make
from tests.factories import selection
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Part
from training.admissions.enums import OpinionValue, Proposal
from training.admissions.forms.round_table import lines
from training.admissions.models import Application, Call, CommitteeMeeting, CommitteeProposal, Interview, Opinion
from training.admissions.services import committee
from training.common.journal import Event
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
Counter = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def call() -> Call:
    return make.call(opinion_parts=["carrier", "funder"], has_interviews=True)


@pytest.fixture
def sitting(call: Call) -> CommitteeMeeting:
    return selection.meeting(call, Part.CARRIER, Part.FUNDER)


@pytest.fixture
def staff(client: FlaskClient, call: Call) -> FlaskClient:
    return selection.signed_in(client, selection.staff_of(call))


def address(sitting: CommitteeMeeting) -> str:
    return f"/comites/{sitting.id}/tour-de-table"


def shown(staff: FlaskClient, sitting: CommitteeMeeting) -> dict[str, str]:
    """What the page would send if nothing were touched."""
    html = staff.get(address(sitting)).text
    sent = dict(re.findall(r'name="((?:seen|rank|reason)-[^"]+)"[^>]*?value="([^"]*)"', html))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def say(
    sent: dict[str, str], call: Call, file: Application, proposal: str, *, opinion: str = "favourable", **more: str
) -> None:
    """Fill the line of a file."""
    for part in (Part.CARRIER, Part.FUNDER):
        sent[f"opinion-{file.id}-{make.body(call, part).id}"] = opinion
    sent[f"proposal-{file.id}"] = proposal
    sent.update({f"{name}-{file.id}": value for name, value in more.items()})


def proposals() -> dict[object, tuple[Proposal, int | None]]:
    db.session.expire_all()
    return {p.application_id: (p.proposal, p.rank) for p in db.session.scalars(select(CommitteeProposal))}


def test_a_room_writes_all_it_says_in_one_sending(staff: FlaskClient, call: Call, sitting: CommitteeMeeting) -> None:
    kept, first, second, refused = (make.under_review(call) for _ in range(4))
    sent = shown(staff, sitting)
    say(sent, call, kept, "shortlisted")
    say(sent, call, first, "waiting", rank="2")
    say(sent, call, second, "waiting", rank="1")
    say(sent, call, refused, "not_selected", opinion="unfavourable", reason="Les places sont comptées.")
    assert staff.post(address(sitting), data=sent).status_code == 303
    assert proposals() == {
        kept.id: (Proposal.SHORTLISTED, None),
        first.id: (Proposal.WAITING, 2),
        second.id: (Proposal.WAITING, 1),
        refused.id: (Proposal.NOT_SELECTED, None),
    }
    values = [o.value for o in db.session.scalars(select(Opinion).where(Opinion.application_id == refused.id))]
    assert values == [OpinionValue.UNFAVOURABLE] * 2
    committee.close(db.session.get_one(CommitteeMeeting, sitting.id), by=make.manager(call))
    ranks = {a.id: a.rank for a in db.session.scalars(select(Application))}
    assert (ranks[second.id], ranks[first.id]) == (1, 2)


def test_what_did_not_change_is_not_written_again(staff: FlaskClient, call: Call, sitting: CommitteeMeeting) -> None:
    file = make.under_review(call)
    sent = shown(staff, sitting)
    say(sent, call, file, "shortlisted")
    staff.post(address(sitting), data=sent)
    before = db.session.query(Event).count()
    answer = staff.post(address(sitting), data=shown(staff, sitting))
    assert answer.status_code == 303
    assert "Rien n’avait changé" in staff.get(answer.location).text
    assert db.session.query(Event).count() == before


def test_one_line_that_cannot_be_written_stops_all_and_keeps_what_was_typed(
    staff: FlaskClient, call: Call, sitting: CommitteeMeeting
) -> None:
    good, bad = make.under_review(call), make.under_review(call)
    sent = shown(staff, sitting)
    say(sent, call, good, "shortlisted")
    say(sent, call, bad, "not_selected", reason="")
    answer = staff.post(address(sitting), data=sent)
    assert answer.status_code == 422
    assert "Rien n’est enregistré" in answer.text
    assert "Indiquez un motif court" in answer.text
    assert proposals() == {}
    assert db.session.query(Opinion).count() == 0
    assert re.search(rf'name="proposal-{good.id}".*?value="shortlisted" selected', answer.text, re.DOTALL)


def test_the_second_of_two_writers_is_told_and_loses_nothing(
    staff: FlaskClient, call: Call, sitting: CommitteeMeeting
) -> None:
    file = make.under_review(call)
    mine, theirs = shown(staff, sitting), shown(staff, sitting)
    say(theirs, call, file, "shortlisted")
    assert staff.post(address(sitting), data=theirs).status_code == 303
    say(mine, call, file, "waiting", rank="1")
    answer = staff.post(address(sitting), data=mine)
    assert answer.status_code == 422
    assert "Quelqu’un d’autre vient d’écrire sur ce dossier" in answer.text
    assert proposals()[file.id] == (Proposal.SHORTLISTED, None)
    again = mine | {f"seen-{file.id}": re.findall(rf'name="seen-{file.id}" value="(\w+)"', answer.text)[0]}
    assert staff.post(address(sitting), data=again).status_code == 303
    assert proposals()[file.id] == (Proposal.WAITING, 1)


def test_deciding_still_needs_the_opinions_the_call_waits_for_r24(
    staff: FlaskClient, call: Call, sitting: CommitteeMeeting
) -> None:
    file = make.under_review(call)
    sent = shown(staff, sitting)
    sent[f"proposal-{file.id}"] = "shortlisted"
    answer = staff.post(address(sitting), data=sent)
    assert (answer.status_code, "Il manque l’avis de" in answer.text) == (422, True)


def test_an_interview_is_asked_from_the_table_r26(staff: FlaskClient, call: Call, sitting: CommitteeMeeting) -> None:
    file = make.under_review(call)
    sent = shown(staff, sitting) | {f"interview-{file.id}": "1"}
    assert staff.post(address(sitting), data=sent).status_code == 303
    assert db.session.scalars(select(Interview.application_id)).all() == [file.id]
    assert f'name="interview-{file.id}"' not in staff.get(address(sitting)).text


def test_only_bodies_present_have_a_column_r106(client: FlaskClient, call: Call) -> None:
    sitting = selection.meeting(call, Part.CARRIER)
    file = make.under_review(call)
    selection.signed_in(client, selection.staff_of(call))
    absent = make.body(call, Part.FUNDER).id
    html = client.get(address(sitting)).text
    assert f"opinion-{file.id}-{make.body(call, Part.CARRIER).id}" in html
    assert f"opinion-{file.id}-{absent}" not in html
    forged = shown(client, sitting) | {f"opinion-{file.id}-{absent}": "favourable"}
    client.post(address(sitting), data=forged)
    assert db.session.query(Opinion).count() == 0


def test_nonsense_in_a_line_counts_as_nothing() -> None:
    file, body = make.submitted().id, make.call().id
    sent = {f"seen-{file}": "x", f"proposal-{file}": "roi", f"rank-{file}": "-3", f"opinion-{file}-{body}": "peut-être"}
    (line,) = lines(sent, [file], [body])
    assert (line.proposal, line.rank, dict(line.opinions), line.asks_interview) == (None, None, {}, False)
    (high,) = lines(sent | {f"rank-{file}": "9" * 30}, [file], [body])
    assert high.rank == 999
    assert lines({}, [file], [body]) == []


def test_a_closed_sitting_leads_back_to_its_page_and_takes_nothing(
    staff: FlaskClient, call: Call, sitting: CommitteeMeeting
) -> None:
    file = make.under_review(call)
    sent = shown(staff, sitting)
    committee.close(db.session.get_one(CommitteeMeeting, sitting.id), by=make.manager(call))
    db.session.commit()
    assert staff.get(address(sitting)).status_code == 303
    say(sent, call, file, "shortlisted")
    answer = staff.post(address(sitting), data=sent)
    assert (answer.status_code, "La séance est close" in answer.text) == (422, True)


def test_its_page_is_sound_and_asks_as_many_queries_for_three_files_as_for_one(
    staff: FlaskClient, call: Call, sitting: CommitteeMeeting, page: Open, selects: Counter
) -> None:
    def asked() -> int:
        make.under_review(call)
        page(address(sitting), by=staff)
        with selects() as counted:
            page(address(sitting), by=staff)
        return counted.count

    one = asked()
    asked()
    assert asked() == one <= 12


def test_whoever_does_not_run_the_committee_has_no_table(
    client: FlaskClient, call: Call, sitting: CommitteeMeeting
) -> None:
    selection.signed_in(client, selection.staff_of(call, Part.FUNDER))
    assert client.get(address(sitting)).status_code == 403
    selection.signed_in(client, selection.staff_of(make.call()))
    assert client.get(address(sitting)).status_code == 404
