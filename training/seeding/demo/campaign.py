"""A selection played act by act by the real services, each at its moment of the past.

A file goes as far as its seed says (``until``). Every step takes the files that go through it, so that a
meeting, a publication and the offers are each one act for all, as they were.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from training.accounts.enums import Part
from training.accounts.models import Structure
from training.admissions import queries, rules
from training.admissions.commands import (
    AskCorrection,
    ChooseStructure,
    CriterionLine,
    DecideForSchool,
    Declare,
    DepositPiece,
    DescribeSituation,
    GiveOpinion,
    NoteAttendance,
    OpenMeeting,
    PlanInterview,
    Propose,
    ProposeSlots,
    ReportInterview,
    ReviewPiece,
    SetCriteria,
    ShareOut,
    TellProfile,
)
from training.admissions.commands.settings import ValidateCall
from training.admissions.enums import (
    ApplicationAct,
    Contract,
    OpinionValue,
    PieceStatus,
    Proposal,
    ReadingMoment,
    Situation,
)
from training.admissions.models import Application, Call, CommitteeMeeting
from training.admissions.procedure import APPLICATION
from training.admissions.services import (
    booking,
    committee,
    deciding,
    filing,
    processing,
    publishing,
    reserve,
    reviewing,
    validating,
)
from training.common import clock
from training.common.policy import WORKER, Principal
from training.database import db
from training.seeding.demo import pieces
from training.seeding.demo.people import Cast, at
from training.seeding.toml import Table

SCHOOL: Final = "ehesp@example.org"
HOURS: Final = (9, 10, 11, 14, 15, 16)
"""When interviews begin."""
POSTS: Final = ("Coordinatrice", "Coordinateur", "Chargé·e de coordination")
PROFESSIONS: Final = ("Infirmière", "Secrétaire médicale", "Chargée de projet", "Sage-femme", "Assistante sociale")
ROAD: Final = (
    "submitted", "admissible", "under_review", "preselected", "shortlisted", "transmitted", "validated", "offered",
    "confirmed", "enrolled",
)  # fmt: skip
"""The states of a file that goes all the way, in order."""
ASIDE: Final = {
    "to_correct": "submitted",
    "inadmissible": "submitted",
    "not_selected": "under_review",
    "refused_by_school": "transmitted",
    "declined": "offered",
}
"""The last state of the road before a file leaves it."""


@dataclass(slots=True)
class File:
    """One file of the demonstration: its seed, its row, whose it is."""

    seed: Table
    application: Application
    principal: Principal

    @property
    def until(self) -> str:
        """The last state it reaches."""
        return str(self.seed["until"])

    def reaches(self, state: str) -> bool:
        """Whether it goes through this state of the road."""
        last = ASIDE.get(self.until, self.until)
        return last in ROAD and ROAD.index(last) >= ROAD.index(state)


class Campaign:
    """The files of a call, and the acts of those who run it."""

    def __init__(self, call: Call, cast: Cast, *, staff: str, reviewers: dict[Part, str]) -> None:
        self.call = call
        self.cast = cast
        self.staff = cast.principal(staff)
        self.reviewers = reviewers
        self.files: list[File] = []

    def those(self, state: str) -> list[File]:
        """Return the files that go through a state."""
        return [file for file in self.files if file.reaches(state)]

    def ending(self, state: str) -> list[File]:
        """Return the files whose story ends in a state."""
        return [file for file in self.files if file.until == state]

    # The applicant --------------------------------------------------------------------------------------------------

    def start(self, seed: Table, structure: Structure, on: date) -> File:
        """Open a file, fill it in, deposit its pieces but those it misses."""
        by = self.cast.principal(seed["who"])
        rank = len(self.files)
        with at(on, 9 + rank % 8, 5 + 7 * rank % 50):
            application = filing.start(self.call, by=by)
            db.session.refresh(application, ["person"])
            filing.choose_structure(application, ChooseStructure(structure.id, POSTS[rank % len(POSTS)]), by=by)
            situation = Situation(seed.get("situation", "in_post"))
            post_on = (
                self.call.reference_on - timedelta(days=40)
                if situation is not Situation.IN_POST and self.call.reference_on
                else None
            )
            filing.describe_situation(application, DescribeSituation(situation, post_on, seed.get("reason", "")), by=by)
            filing.declare(application, Declare(tuple(line.code for line in self.call.declarations)), by=by)
            filing.tell_profile(application, _profile(rank), by=by)
            for requirement in rules.expected_pieces(application):
                if requirement.code not in seed.get("missing", ()):
                    staged = pieces.stage(requirement, application.person.name)
                    filing.deposit_piece(application, DepositPiece(requirement.id, staged), by=by)
        file = File(seed, application, by)
        self.files.append(file)
        return file

    def submit(self, file: File, on: date) -> None:
        """Submit the file."""
        rank = self.files.index(file)
        with at(on, 10 + rank % 9, 3 + 11 * rank % 55):
            filing.submit(file.application, by=file.principal)

    def leave_unsent(self, file: File) -> None:
        """Let the call close on a draft."""
        with clock.freeze(self.call.closes_at + timedelta(minutes=1) if self.call.closes_at else clock.now()):
            APPLICATION.advance(file.application, ApplicationAct.CLOSE_UNSENT, by=WORKER)

    # The carrier's staff ---------------------------------------------------------------------------------------------

    def check_pieces(self, file: File) -> None:
        """Find every standing piece conform."""
        for requirement in rules.expected_pieces(file.application):
            piece = rules.current_piece(file.application, requirement)
            if piece is not None:
                command = ReviewPiece(piece.id, PieceStatus.CONFORM, "")
                processing.review_piece(file.application, command, by=self.staff)

    def ask_correction(self, file: File, on: date, *, words: str, piece: str, due_on: date) -> None:
        """Send the file back for one piece."""
        requirement = next(each for each in self.call.pieces if each.code == piece)
        with at(on, 15, 20):
            standing = rules.current_piece(file.application, requirement)
            if standing is not None:
                command = ReviewPiece(standing.id, PieceStatus.TO_REPLACE, words)
                processing.review_piece(file.application, command, by=self.staff)
            processing.ask_correction(file.application, AskCorrection(words, due_on), by=self.staff)

    def dismiss(self, files: Iterable[File], on: date, reason: str) -> None:
        """Declare files inadmissible."""
        with at(on, 11, 40):
            for file in files:
                processing.dismiss(file.application, by=self.staff, reason=reason)

    def admit(self, files: Iterable[File], on: date) -> None:
        """Check and admit files."""
        with at(on, 14, 10):
            for file in files:
                self.check_pieces(file)
                processing.admit(file.application, by=self.staff)

    def review(self, files: Iterable[File], on: date) -> None:
        """Put files before the committee."""
        with at(on, 16, 30):
            for file in files:
                processing.start_review(file.application, by=self.staff)

    # The committee ---------------------------------------------------------------------------------------------------

    def opine(self, files: Iterable[File], on: date) -> None:
        """Give the opinions of the bodies: those the seed names, or all for a file that goes further."""
        for rank, file in enumerate(files):
            named = file.seed.get("opinions")
            for part, who in self.reviewers.items():
                given = (
                    part.value in named
                    if named is not None
                    else file.reaches("preselected") or file.until == "not_selected"
                )
                if given:
                    with at(on, 9 + rank % 8, 25):
                        self._opine(file, part, who)

    def set_grid(self, lines: Iterable[Table], on: date) -> None:
        """Write the grids of the call."""
        made = tuple(
            CriterionLine(ReadingMoment(line["moment"]), line["label"], line["hint"], line["weight"], line["highest"])
            for line in lines
        )
        with at(on, 9):
            reviewing.set_criteria(self.call, SetCriteria(made), by=self.staff)

    def share_out(self, files: Iterable[File], on: date) -> None:
        """Give these files to read, evenly."""
        with at(on, 9, 10):
            chosen = [file.application for file in files]
            reviewing.share_out(self.call, chosen, ShareOut(1), by=self.staff)

    def _marks(self, *, against: bool) -> dict[uuid.UUID, int]:
        """Return points for each line of the grid on files."""
        grid = queries.criteria(self.call.id, ReadingMoment.FILE)
        return {line.id: line.highest - (2 if against else line.position % 2) for line in grid}

    def _opine(self, file: File, part: Part, who: str) -> None:
        against = file.until == "not_selected"
        body = next(played.organisation_id for played in self.call.parts if played.part is part)
        value = OpinionValue.RESERVED if against else OpinionValue.FAVOURABLE
        words = "Projet encore flou, équipe peu associée." if against else "Projet clair, équipe engagée."
        marks = self._marks(against=against)
        command = GiveOpinion(value, words, body, part, clock.today(), marks=marks)
        deciding.give_opinion(file.application, command, by=self.cast.principal(who))

    def preselect(self, files: Iterable[File], on: date) -> None:
        """Preselect on file, where the call has that step."""
        if self.call.has_preselection:
            with at(on, 17, 5):
                for file in files:
                    deciding.preselect(file.application, by=self.staff)

    def interview(self, files: Iterable[File], asked_on: date, held_on: date) -> None:
        """Ask for interviews; fix and hold those whose seed says so."""
        for rank, file in enumerate(files):
            wanted = file.seed.get("interview")
            if wanted is None:
                continue
            with at(asked_on, 17, 30):
                interview = deciding.ask_interview(file.application, by=self.staff)
                if wanted == "to_plan":
                    continue
                starts_at = clock.at_paris(held_on, HOURS[rank % len(HOURS)], 30)
                link = "https://visio.example.org/entretien"
                deciding.plan_interview(
                    interview, PlanInterview(starts_at, 30, link, "Comité de pilotage"), by=self.staff
                )
            if wanted == "held":
                with at(held_on, 18, 30):
                    report = ReportInterview(OpinionValue.FAVOURABLE, "Échange riche ; le temps libéré est confirmé.")
                    deciding.report_interview(interview, report, by=self.staff)

    def propose_slots(self, who: str, on: date) -> None:
        """Have someone propose three interviews in a row, this day."""
        person = self.cast.person(who)
        begins, ends = clock.at_paris(on, 9, 30), clock.at_paris(on, 11)
        command = ProposeSlots(person.id, begins, ends, 30, "https://visio.example.org/entretien")
        booking.propose_slots(self.call, command, by=self.cast.principal(who))

    def open_meeting(self, on: date, files: Iterable[File]) -> CommitteeMeeting:
        """Open a sitting with the bodies present and what it proposes for each file."""
        with at(on, 9, 30):
            meeting = committee.open_meeting(self.call, OpenMeeting(on, "En visio"), by=self.staff)
            present: dict[uuid.UUID, str] = {}
            for part, who in self.reviewers.items():
                body = next(played.organisation_id for played in self.call.parts if played.part is part)
                present[body] = self.cast.person(who).name
            committee.note_attendance(meeting, NoteAttendance(tuple(present.items())), by=self.staff)
        with at(on, 11):
            for file in files:
                proposal, reason = Proposal.SHORTLISTED, ""
                if file.until == "not_selected":
                    proposal, reason = Proposal.NOT_SELECTED, "Le projet d’équipe n’est pas encore assez engagé."
                elif file.seed.get("reserve"):
                    proposal = Proposal.WAITING
                command = Propose(file.application.id, proposal, reason)
                committee.propose(meeting, file.application, command, by=self.staff)
        return meeting

    def close_meeting(self, meeting: CommitteeMeeting) -> None:
        """Close a sitting: its files move."""
        with at(meeting.held_on, 12, 30):
            committee.close(meeting, by=self.staff)

    # The school ------------------------------------------------------------------------------------------------------

    def transmit(self, files: Iterable[File], on: date) -> None:
        """Send files to the school."""
        with at(on, 14):
            for file in files:
                deciding.transmit(file.application, by=self.staff)

    def decide(self, files: Iterable[File], on: date) -> None:
        """Have the school validate or refuse."""
        with at(on, 10, 15):
            for file in files:
                accepted = file.until != "refused_by_school"
                reason = "" if accepted else "Le poste décrit n’est pas un poste de coordination."
                command = DecideForSchool(clock.today(), reason)
                deciding.decide_for_school(file.application, command, accepted=accepted, by=self.cast.principal(SCHOOL))

    # The results -----------------------------------------------------------------------------------------------------

    def fund(self, on: date) -> None:
        """Have the funder validate the call and the places of its cohort (R112)."""
        with at(on):
            command = ValidateCall(on, self.call.cohort.places, "")
            validating.validate(self.call, command, by=self.cast.principal(self.reviewers[Part.FUNDER]))

    def publish(self, on: date) -> None:
        """Publish what is decided."""
        with at(on, 14):
            publishing.publish_results(self.call, by=self.staff)

    def offer(self, on: date) -> None:
        """Offer the seats to those whose turn it is."""
        with at(on, 15):
            reserve.make_offers(self.call, by=self.staff)

    def answer(self, files: Iterable[File], on: date) -> None:
        """Have applicants confirm or decline; a seat declined goes to the next on the reserve at once."""
        for rank, file in enumerate(files):
            with at(on, 9 + rank % 10, 2 + 5 * rank % 55):
                if file.until == "declined":
                    reserve.decline(file.application, by=file.principal, reason="Changement de poste.")
                else:
                    reserve.confirm(file.application, by=file.principal)

    def enrol(self, files: Iterable[File], on: date) -> None:
        """Enrol the confirmed."""
        with at(on, 16):
            for file in files:
                reserve.enrol(file.application, by=self.staff)


def _profile(rank: int) -> TellProfile:
    """Return what the person of this rank says of herself; the call keeps what it asks (R111)."""
    contracts = (Contract.PERMANENT, Contract.FIXED_TERM, Contract.PERMANENT, Contract.SELF_EMPLOYED)
    return TellProfile(
        profession=PROFESSIONS[rank % len(PROFESSIONS)],
        coordination_share=(50, 80, 100, 60)[rank % 4],
        contract=contracts[rank % len(contracts)],
        seniority=rank % 7,
        team_size=6 + 3 * (rank % 9),
    )
