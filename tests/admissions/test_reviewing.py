"""Written opinions: the grid, who reads what, evenly and without conflict, the pile, the reminder (R16, R25, R106)."""

import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.admissions import queries, rules
from training.admissions.commands import AssignReviewers, CriterionLine, GiveOpinion, SetCriteria, ShareOut
from training.admissions.enums import OpinionValue, Proposal, ReadingMoment
from training.admissions.models import Application, Call, Mark, ReviewAssignment
from training.admissions.services import committee, deciding, publishing, reviewing
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
Counted = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def call() -> Call:
    return make.call(opinions_in_session=False, opinion_parts=["carrier", "funder"])


def readers(of: Call, count: int, part: Part = Part.FUNDER) -> list[Person]:
    return [selection.staff_of(of, part, Function.COMMITTEE_MEMBER) for _ in range(count)]


def held(of: Call) -> Counter[uuid.UUID]:
    return Counter(line.reviewer_id for line in queries.assignments(of.id))


def share(of: Call, count: int = 1) -> int:
    by = make.manager(of)
    return reviewing.share_out(of, queries.readable_files(by, of), ShareOut(count), by=by)


def grid(of: Call, *lines: tuple[str, int, int]) -> None:
    made = tuple(CriterionLine(ReadingMoment.FILE, label, "", weight, highest) for label, weight, highest in lines)
    reviewing.set_criteria(of, SetCriteria(made), by=make.manager(of))


# Sharing out, pure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("able", "wanted", "loads", "spread"),
    [
        (dict.fromkeys(range(10), "abc"), 1, {}, 1),
        (dict.fromkeys(range(10), "abc"), 2, {}, 1),
        ({f: "abc" if f > 5 else "ab" for f in range(9)}, 1, {}, 0),
        ({0: "a", 1: "ab", 2: "bc", 3: "cd", 4: "d"}, 1, {}, 1),  # evened only by handing on along a chain
        (dict.fromkeys(range(4), "ab"), 1, {"a": 3, "b": 0}, 1),
        (dict.fromkeys(range(3), "a"), 1, {"b": 0}, 3),  # conflicts forbid better
        ({0: ""}, 1, {"a": 0}, 0),
    ],
)
def test_files_are_shared_out_evenly(able: dict[int, str], wanted: int, loads: dict[str, int], spread: int) -> None:
    people = {reader: 0 for readers_ in able.values() for reader in readers_} | loads
    given = rules.share_out({f: list(r) for f, r in able.items()}, wanted, {}, people)
    after = Counter(people) + Counter(reader for r in given.values() for reader in r)
    assert all(len(set(r)) == len(r) and set(r) <= set(able[f]) for f, r in given.items())
    assert all(len(given.get(f, ())) == min(wanted, len(able[f])) for f in able)
    assert max((after[p] for p in people), default=0) - min((after[p] for p in people), default=0) == spread


def test_an_average_brings_each_mark_to_its_highest_and_weight() -> None:
    class Line:
        def __init__(self, weight: int, highest: int) -> None:
            self.weight, self.highest = weight, highest

    assert rules.average([]) is None
    assert rules.average([(Line(1, 4), 4), (Line(3, 10), 5)]) == pytest.approx(12.5)


# Sharing out, on rows --------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_nobody_reads_her_own_structure_nor_what_she_stepped_aside_from(call: Call) -> None:
    files = [make.under_review(call) for _ in range(4)]
    first, second = readers(call, 2)
    readers(call, 1, Part.CARRIER)
    accounts.membership(first, Function.COORDINATOR, files[0].structure)
    aside = GiveOpinion(None, "", make.body(call, Part.FUNDER).id, Part.FUNDER, clock.today())
    deciding.give_opinion(files[1], aside, by=accounts.principal(second))
    share(call)
    whom = {
        (line.application_id, line.reviewer_id) for line in queries.assignments(call.id) if line.part is Part.FUNDER
    }
    assert (files[0].id, second.id) in whom
    assert (files[1].id, first.id) in whom
    assert len(whom) == 4
    assert max(held(call)[p.id] for p in (first, second)) == 2


def test_sharing_out_completes_what_is_missing_and_tells_each_reader_once(call: Call) -> None:
    for _ in range(5):
        make.under_review(call)
    two = readers(call, 2)
    readers(call, 1, Part.CARRIER)
    assert share(call) == 10
    with pytest.raises(Refused):
        share(call)
    assert sorted(held(call)[p.id] for p in two) == [2, 3]
    told = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/files_to_read")).all()
    assert len(told) == len({mail.to_email for mail in told}) == len(held(call))


def test_a_file_is_given_by_hand_and_taken_back_but_never_against_a_conflict(call: Call) -> None:
    file = make.under_review(call)
    first, second = readers(call, 2)
    by = make.manager(call)
    accounts.membership(second, Function.COORDINATOR, file.structure)
    with pytest.raises(Refused, match="conflit"):
        reviewing.assign(file, AssignReviewers(frozenset({second.id})), by=by)
    reviewing.assign(file, AssignReviewers(frozenset({first.id})), by=by)
    assert held(call) == {first.id: 1}
    reviewing.assign(file, AssignReviewers(frozenset()), by=by)
    assert not held(call)


def test_nothing_is_given_to_read_when_opinions_are_recorded_in_session_r106() -> None:
    call = make.call(opinions_in_session=True)
    make.under_review(call)
    readers(call, 2)
    with pytest.raises(Conflict, match="en séance"):
        share(call)


@pytest.mark.both_engines
def test_a_reviewer_is_reminded_once_of_files_that_wait(call: Call, frozen_clock: Any) -> None:
    call.opinion_parts = ["funder"]
    for _ in range(2):
        make.under_review(call)
    readers(call, 1)
    share(call)
    db.session.commit()
    assert reviewing.remind_reviewers() == 0
    frozen_clock.advance(timedelta(days=6))
    assert (reviewing.remind_reviewers(), reviewing.remind_reviewers()) == (1, 0)
    sent = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.message == "admissions/files_still_to_read")
    ).all()
    assert [mail.subject.split()[0] for mail in sent] == ["2"]


# Marks ---------------------------------------------------------------------------------------------------------------


def opine(file: Application, who: Person, points: list[int]) -> None:
    lines = queries.criteria(file.call_id, ReadingMoment.FILE)
    marks = {line.id: value for line, value in zip(lines, points, strict=False)}
    body = make.body(file.call, Part.FUNDER)
    command = GiveOpinion(OpinionValue.FAVOURABLE, "", body.id, Part.FUNDER, clock.today(), marks=marks)
    deciding.give_opinion(file, command, by=accounts.principal(who))


@pytest.mark.both_engines
def test_marks_are_whole_within_bounds_rewritten_and_then_freeze_the_grid(call: Call) -> None:
    grid(call, ("Projet", 2, 4), ("Équipe", 1, 10))
    file, (who,) = make.under_review(call), readers(call, 1)
    for wrong in ([1], [5, 2]):
        with pytest.raises(Refused):
            opine(file, who, wrong)
    opine(file, who, [0, 0])
    opine(file, who, [4, 5])
    assert sorted(db.session.scalars(select(Mark.points))) == [4, 5]
    assert queries.averages([file.id])[file.id] == pytest.approx((2 * 1 + 0.5) / 3 * 20)
    with pytest.raises(Conflict, match="ne change plus"):
        grid(call, ("Autre", 1, 4))


def test_an_opinion_after_publication_is_refused_and_says_why(call: Call) -> None:
    call.opinion_parts, call.has_school_step = [], False
    file, (who,) = make.under_review(call), readers(call, 1)
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    committee.close(sitting, by=make.manager(call))
    with pytest.raises(Conflict, match="plus ouvert aux avis"):
        opine(file, who, [])
    publishing.publish_results(call, by=make.manager(call))
    with pytest.raises(Conflict, match="est publié"):
        opine(file, who, [])


# Pages ----------------------------------------------------------------------------------------------------------------


def test_a_reviewer_goes_through_her_pile_file_after_file(call: Call, client: FlaskClient, page: Open) -> None:
    grid(call, ("Projet", 2, 4))
    files = [make.under_review(call) for _ in range(3)]
    (who,) = readers(call, 1)
    share(call)
    selection.signed_in(client, who)
    shown = page(f"/appels/{call.code}/avis")
    assert shown.text.count("à donner") == 3
    line = queries.criteria(call.id)[0].id
    here = f"/candidatures/{files[0].id}/avis"
    for following in (files[1], files[2], None):
        sent = page(here).form(here) | {"value": "favourable", f"points-{line}": "3"}
        answer = client.post(here, data=sent)
        assert answer.status_code == 303
        if following is not None:
            here = f"/candidatures/{following.id}/avis"
            assert answer.location.endswith(here)
    assert page(f"/appels/{call.code}/avis").text.count("à donner") == 0
    assert [m.points for m in db.session.scalars(select(Mark))] == [3, 3, 3]


def test_a_photo_is_not_shown_while_reading_r21(client: FlaskClient, page: Open) -> None:
    call = make.call(opinions_in_session=False, pieces=("cv", "photo"))
    next(piece for piece in call.pieces if piece.code == "photo").hidden_in_review = True
    file = make.under_review(call)
    selection.signed_in(client, readers(call, 1)[0])
    assert "CV" in page(f"/candidatures/{file.id}/avis").text
    assert "Photo" not in page(f"/candidatures/{file.id}/avis?piece=photo").text


def test_staff_share_out_choose_and_write_the_grid_on_screen(call: Call, client: FlaskClient, page: Open) -> None:
    file = make.under_review(call)
    (who,) = readers(call, 1)
    staff = selection.signed_in(client, selection.staff_of(call))
    base = f"/appels/{call.code}"
    sent = page(f"{base}/relecteurs").form(f"{base}/relecteurs") | {"readers": "1"}
    assert staff.post(f"{base}/relecteurs", data=sent).status_code == 303
    assert held(call)[who.id] == 1
    by_hand = f"/candidatures/{file.id}/relecteurs"
    sent = page(by_hand).form(by_hand)
    assert staff.post(by_hand, data={**sent, "reviewers": []}).status_code == 303
    grid_page = page(f"{base}/criteres").form(f"{base}/criteres")
    bad = grid_page | {"label-1": "Projet", "weight-1": "deux"}
    answer = staff.post(f"{base}/criteres", data=bad)
    assert answer.status_code == 422
    assert "Le poids de « Projet »" in answer.text.replace("\u00a0", " ")
    assert "deux" in answer.text
    good = grid_page | {"label-1": "Projet", "weight-1": "3", "highest-1": "5", "moment-1": "file"}
    assert staff.post(f"{base}/criteres", data=good).status_code == 303
    assert [(c.label, c.weight, c.highest) for c in queries.criteria(call.id)] == [("Projet", 3, 5)]


def test_reading_pages_ask_as_much_for_one_file_as_for_three(call: Call, client: FlaskClient, selects: Counted) -> None:
    grid(call, ("Projet", 2, 4))
    first = make.under_review(call)
    (who,) = readers(call, 1)
    share(call)
    boss = selection.staff_of(call)
    addresses = [f"/appels/{call.code}/avis", f"/appels/{call.code}/relecteurs", f"/candidatures/{first.id}/avis"]

    def counts() -> list[int]:
        found = []
        for address, someone in zip(addresses, (who, boss, who), strict=True):
            selection.signed_in(client, someone)
            client.get(address)
            with selects() as asked:
                assert client.get(address).status_code == 200
            found.append(asked.count)
        return found

    one = counts()
    for _ in range(2):
        make.under_review(call)
    share(call)
    assert counts() == one
    assert max(one) <= 12, one
    assert db.session.scalar(select(ReviewAssignment.id).limit(1)) is not None
