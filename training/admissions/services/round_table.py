"""The table of a sitting: every body's opinion and every proposal, written in one go (R24, R106)."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence

from training.admissions.commands import GiveOpinion, Propose, TableLine
from training.admissions.enums import OpinionValue
from training.admissions.models import Application, CallPart, CommitteeMeeting
from training.admissions.services import committee, deciding
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.formatting import plural
from training.common.policy import Principal


class TableRefused(Refused):
    """Some lines cannot be written; ``why`` tells it of each, and nothing was written."""

    def __init__(self, why: Mapping[uuid.UUID, str]) -> None:
        super().__init__(
            f"Rien n’est enregistré : {plural(len(why), 'ligne est à revoir', 'lignes sont à revoir')}. "
            "Votre saisie est restée en place ; le motif est écrit sous le nom."
        )
        self.why = dict(why)


def mark(meeting: CommitteeMeeting, application: Application) -> str:
    """Return the mark of what stands for a file in the sitting: it changes with each opinion, proposal or rank."""
    proposal = next((p for p in meeting.proposals if p.application_id == application.id), None)
    facts: list[object] = [(proposal.proposal, proposal.rank, proposal.reason) if proposal else None]
    facts += sorted((str(o.organisation_id), str(o.value)) for o in application.opinions if o.reviewer_id is None)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def record(
    meeting: CommitteeMeeting,
    files: Mapping[uuid.UUID, Application],
    lines: Sequence[TableLine],
    bodies: Mapping[uuid.UUID, CallPart],
    *,
    by: Principal,
) -> int:
    """Write what changed on each line, or nothing if one cannot be written; return how many lines changed.

    ``files`` are those of the sitting, loaded FOR UPDATE; ``bodies`` the parts whose opinion may be recorded. Raises
    :class:`TableRefused` with each line's own reason.
    """
    why: dict[uuid.UUID, str] = {}
    changed = [line for line in lines if line.application_id in files and _differs(meeting, files, line)]
    if changed:
        committee.remember(meeting, f"tour de table, {plural(len(changed), 'ligne')}")
    for line in changed:
        application = files[line.application_id]
        try:
            _write(meeting, application, line, bodies, by=by)
        except (Refused, Conflict) as fault:
            why[application.id] = fault.message
    if why:
        raise TableRefused(why)
    committee.rank_as(meeting, {line.application_id: line.rank for line in lines})
    return len(changed)


def _differs(meeting: CommitteeMeeting, files: Mapping[uuid.UUID, Application], line: TableLine) -> bool:
    application = files[line.application_id]
    return _proposes_anew(meeting, line) or bool(_new_opinions(application, line)) or line.asks_interview


def _proposes_anew(meeting: CommitteeMeeting, line: TableLine) -> bool:
    standing = next((p for p in meeting.proposals if p.application_id == line.application_id), None)
    if standing is None or line.proposal is None:
        return (standing is None) is not (line.proposal is None)
    return (standing.proposal, standing.reason) != (line.proposal, line.reason)


def _new_opinions(application: Application, line: TableLine) -> dict[uuid.UUID, OpinionValue]:
    recorded = {o.organisation_id: o.value for o in application.opinions if o.reviewer_id is None}
    return {body: value for body, value in line.opinions.items() if recorded.get(body) is not value}


def _write(
    meeting: CommitteeMeeting,
    application: Application,
    line: TableLine,
    bodies: Mapping[uuid.UUID, CallPart],
    *,
    by: Principal,
) -> None:
    """Record the opinions that changed, then the proposal, which may need them, then ask for an interview."""
    if mark(meeting, application) != line.seen:
        raise Refused(
            "Quelqu’un d’autre vient d’écrire sur ce dossier. Relisez ce qui est noté, puis enregistrez de nouveau "
            "si vous maintenez votre saisie."
        )
    given_on = min(meeting.held_on, clock.today())
    comments = {o.organisation_id: o.comment for o in application.opinions if o.reviewer_id is None}
    for body, value in _new_opinions(application, line).items():
        if body in bodies:
            opinion = GiveOpinion(value, comments.get(body, ""), body, bodies[body].part, given_on)
            deciding.record_opinion(application, opinion, by=by, meeting=meeting)
    if _proposes_anew(meeting, line):
        committee.write(meeting, application, Propose(application.id, line.proposal, line.reason), by=by)
    if line.asks_interview:
        deciding.ask_interview(application, by=by)
