"""The committee's sittings: who is there, what is proposed, and the closing that moves the files (R24, R105)."""

import uuid
from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete

from training.admissions import queries
from training.admissions.commands import NoteAttendance, OpenMeeting, Propose
from training.admissions.enums import ApplicationAct, ApplicationStatus, MeetingAct, MeetingStatus, Proposal
from training.admissions.events import ApplicationEvent, CommitteeEvent
from training.admissions.models import Application, Call, CommitteeMeeting, CommitteeProposal, MeetingBody, SittingStep
from training.admissions.procedure import APPLICATION, MEETING
from training.admissions.services import reserve
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db

ACT_OF: Final = {
    Proposal.SHORTLISTED: ApplicationAct.SHORTLIST,
    Proposal.WAITING: ApplicationAct.PUT_ON_WAITING_LIST,
    Proposal.NOT_SELECTED: ApplicationAct.NOT_SELECT,
}


def open_meeting(call: Call, command: OpenMeeting, *, by: Principal) -> CommitteeMeeting:
    """Open a sitting on a call; as many as needed, one after the other."""
    if queries.open_meeting(call.id) is not None:
        raise Refused("Une séance est déjà ouverte pour cet appel : terminez-la d’abord.", field="held_on")
    meeting = CommitteeMeeting(id=uuid.uuid4(), call=call, held_on=command.held_on, place=command.place)
    meeting.created_by = by.person_id
    db.session.add(meeting)
    db.session.flush()
    journal.record(meeting, CommitteeEvent.OPENED, by=by)
    return meeting


def note_attendance(meeting: CommitteeMeeting, command: NoteAttendance, *, by: Principal) -> None:
    """Say which bodies are present and who represents them: quorum is by bodies (R106)."""
    _in_session(meeting)
    playing = {played.organisation_id for played in meeting.call.parts}
    meeting.bodies = [
        MeetingBody(meeting_id=meeting.id, organisation_id=body, represented_by=who)
        for body, who in command.bodies
        if body in playing
    ]
    db.session.flush()
    journal.record(meeting, CommitteeEvent.ATTENDANCE_NOTED, by=by, codes={"bodies": len(meeting.bodies)})


def propose(meeting: CommitteeMeeting, application: Application, command: Propose, *, by: Principal) -> None:
    """Write, change or take back what the sitting proposes for a file; nothing moves before it closes."""
    _in_session(meeting)
    what = command.proposal.label if command.proposal else "sans proposition"
    remember(meeting, f"{application.person.name}, {what}")
    write(meeting, application, command, by=by)


def write(meeting: CommitteeMeeting, application: Application, command: Propose, *, by: Principal) -> None:
    """Write a proposal as :func:`propose` does, within an act already remembered."""
    _in_session(meeting)
    if application.call_id != meeting.call_id:
        raise Refused("Ce dossier n’est pas de cet appel.")
    standing = next((p for p in meeting.proposals if p.application_id == application.id), None)
    if command.proposal is None:
        if standing is not None:
            meeting.proposals.remove(standing)
            db.session.flush()
        _close_gaps(meeting)
        return
    if command.proposal is Proposal.NOT_SELECTED and not command.reason:
        raise Refused("Indiquez un motif court : la personne le lira après la publication.", field="reason")
    APPLICATION.check(application, ACT_OF[command.proposal], by=by, reason=command.reason)
    if standing is None:
        standing = CommitteeProposal(id=uuid.uuid4(), application=application)
        standing.proposal, standing.reason = command.proposal, command.reason
        meeting.proposals.append(standing)
    standing.proposal, standing.reason = command.proposal, command.reason
    if command.proposal is not Proposal.WAITING:
        standing.rank = None
    db.session.flush()
    _close_gaps(meeting)
    journal.record(application, ApplicationEvent.PROPOSED, by=by, codes={"proposal": command.proposal.value})


def move(meeting: CommitteeMeeting, proposal: CommitteeProposal, *, up: bool, by: Principal) -> None:
    """Move a file one rank up or down on the sitting's reserve list; the first and the last stay where they are."""
    _in_session(meeting)
    wanted = (proposal.rank or 0) + (-1 if up else 1)
    other = next((p for p in _waiting(meeting) if p.rank == wanted), None)
    if other is not None and proposal.rank is not None:
        remember(meeting, f"{proposal.application.person.name}, rang {wanted}")
        other.rank, proposal.rank = proposal.rank, wanted
        db.session.flush()
        journal.record(proposal.application, ApplicationEvent.PROPOSED, by=by, codes={"rank": proposal.rank})


def rank_as(meeting: CommitteeMeeting, wanted: Mapping[uuid.UUID, int | None]) -> None:
    """Order the sitting's reserve by the ranks written beside its files, those without one last; ranks close up."""
    _in_session(meeting)
    waiting = _waiting(meeting)
    standing = {proposal.application_id: place for place, proposal in enumerate(waiting)}
    waiting.sort(key=lambda p: (wanted.get(p.application_id, p.rank) or 10_000, standing[p.application_id]))
    for rank, proposal in enumerate(waiting, start=1):
        proposal.rank = rank
    db.session.flush()


def close(meeting: CommitteeMeeting, *, by: Principal) -> None:
    """Close the sitting: every proposal moves its file, the reserve is ranked; nobody is told yet (R105).

    The files must have been loaded FOR UPDATE; one withdrawn meanwhile is left alone, one that moved otherwise
    stops the closing (409).
    """
    _in_session(meeting)
    missing = parts_absent(meeting)
    if missing:
        raise Refused("Le quorum n’est pas atteint : il manque " + ", ".join(missing) + ".")
    waiting = []
    standing = [p for p in meeting.proposals if p.application.status is not ApplicationStatus.WITHDRAWN]
    for proposal in sorted(standing, key=lambda p: (p.rank or 0, p.application.number or 0)):
        APPLICATION.advance(
            proposal.application,
            ACT_OF[proposal.proposal],
            by=by,
            reason=proposal.reason or None,
            codes={"meeting": str(meeting.id)},
        )
        if proposal.proposal is Proposal.WAITING:
            waiting.append(proposal.application)
    if waiting:
        reserve.set_ranks([*queries.ranked(meeting.call_id), *waiting], by=by)
    with db.session.no_autoflush:  # status and date change together: the database checks that they do
        meeting.closed_at = clock.now()
        MEETING.advance(meeting, MeetingAct.CLOSE, by=by, codes={"files": len(standing)})
    db.session.execute(delete(SittingStep).where(SittingStep.meeting_id == meeting.id))


def remember(meeting: CommitteeMeeting, label: str) -> None:
    """Keep the proposals as they stand before an act, under the words that name it, so that it may be undone."""
    last = queries.last_step(meeting.id)
    standing = [
        {"file": str(p.application_id), "proposal": p.proposal.value, "rank": p.rank, "reason": p.reason}
        for p in meeting.proposals
    ]
    step = SittingStep(
        meeting_id=meeting.id,
        number=last.number + 1 if last else 1,
        label=label[:200],
        before={"proposals": standing},
        at=clock.now(),
    )
    db.session.add(step)
    db.session.flush()


def undo(meeting: CommitteeMeeting, seen: uuid.UUID | None, *, by: Principal) -> str:
    """Take back the last act of the sitting on its proposals; return the words that name it.

    ``seen`` is the act the page offered to undo: ``Refused`` if another came since. Opinions already said stay.
    """
    _in_session(meeting)
    step = queries.last_step(meeting.id)
    if step is None or step.id != seen:
        raise Refused("Quelqu’un a changé autre chose entre-temps : relisez la liste avant d’annuler.")
    before = {uuid.UUID(line["file"]): line for line in step.before["proposals"]}
    for proposal in list(meeting.proposals):
        if proposal.application_id not in before:
            meeting.proposals.remove(proposal)
    standing = {proposal.application_id: proposal for proposal in meeting.proposals}
    for file_id, line in before.items():
        kept = standing.get(file_id) or CommitteeProposal(id=uuid.uuid4(), application_id=file_id)
        with db.session.no_autoflush:
            kept.proposal, kept.rank, kept.reason = Proposal(line["proposal"]), line["rank"], line["reason"]
            if file_id not in standing:
                meeting.proposals.append(kept)
    label = step.label
    db.session.delete(step)
    db.session.flush()
    journal.record(meeting, CommitteeEvent.UNDONE, by=by)
    return label


def parts_absent(meeting: CommitteeMeeting) -> list[str]:
    """Return the labels of the required parts none of whose bodies is present (R24, R106)."""
    present = {body.organisation_id for body in meeting.bodies}
    required = set(meeting.call.opinion_parts)
    return sorted(
        {
            played.part.label
            for played in meeting.call.parts
            if played.part.value in required
            and not any(p.organisation_id in present for p in meeting.call.parts if p.part is played.part)
        }
    )


def _waiting(meeting: CommitteeMeeting) -> list[CommitteeProposal]:
    return sorted((p for p in meeting.proposals if p.proposal is Proposal.WAITING), key=lambda p: p.rank or 10_000)


def _close_gaps(meeting: CommitteeMeeting) -> None:
    for rank, proposal in enumerate(_waiting(meeting), start=1):
        proposal.rank = rank
    db.session.flush()


def _in_session(meeting: CommitteeMeeting) -> None:
    if meeting.status is MeetingStatus.CLOSED:
        raise Conflict(
            "La séance est close : ses décisions ne changent plus. Rouvrez le dossier concerné, avec un motif."
        )
