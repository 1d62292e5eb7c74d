"""The table of a sitting: every body's opinion and every proposal on one page, sent at once (R106)."""

import uuid
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from training.admissions import queries, rules
from training.admissions.enums import MeetingStatus, OpinionValue, Proposal
from training.admissions.forms.round_table import LONGEST_REASON, RoundTableForm, lines
from training.admissions.models import Application, CallPart, CommitteeMeeting
from training.admissions.routes import loaders
from training.admissions.routes.committee import bodies_of, bp, by_departement, hidden_from_reader
from training.admissions.services import round_table
from training.cohorts import services as cohorts
from training.common.errors import Refused
from training.common.formatting import plural
from training.common.forms import Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

REASONS = (
    "Le projet gagnerait à mûrir : une nouvelle candidature sera la bienvenue.",
    "Le nombre de places est limité ; d’autres candidatures répondaient davantage aux critères de l’appel.",
    "La fonction de coordination n’est pas encore établie dans l’équipe.",
)
"""Sentences offered for a refusal, to be kept or rewritten: the person reads what is written."""


@bp.get("/comites/<uuid:meeting_id>/tour-de-table")
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting)
def table(meeting: CommitteeMeeting) -> str | Response:
    """Show the table of the sitting while it lasts."""
    if meeting.status is MeetingStatus.CLOSED:
        return redirect(url_for("admissions_committee.show", meeting_id=meeting.id), 303)
    return _page(meeting, _files(meeting), RoundTableForm(), {})


def _files(meeting: CommitteeMeeting, *, lock: bool = False) -> Sequence[Application]:
    """Return the files the sitting decides, in the order of the room’s list."""
    proposed = {proposal.application_id for proposal in meeting.proposals}
    found = queries.committee_files(meeting, principal=current_principal(), lock=lock)
    return sorted((a for a in found if a.id in proposed or rules.is_before_committee(a)), key=by_departement)


def _recorded(meeting: CommitteeMeeting) -> list[CallPart]:
    """Return the bodies whose opinion is recorded here: those present, when the call records them in session."""
    present = {body.organisation_id for body in meeting.bodies}
    in_session = meeting.call.opinions_in_session
    return [played for played in bodies_of(meeting) if in_session and played.organisation_id in present]


def _page(meeting: CommitteeMeeting, files: Sequence[Application], form: Form, why: Mapping[uuid.UUID, str]) -> str:
    """Return the page; what was sent and refused stands as it was typed."""
    proposals = {proposal.application_id: proposal for proposal in meeting.proposals}
    hidden = hidden_from_reader(meeting.call, files)
    return render_template(
        "admissions/staff/round_table.html",
        meeting=meeting,
        call=meeting.call,
        files=files,
        proposals=proposals,
        bodies=_recorded(meeting),
        recorded={
            (o.application_id, o.organisation_id): o.value for a in files for o in a.opinions if not o.reviewer_id
        },
        written={
            a.id: [o for o in a.opinions if o.reviewer_id and not o.recused and a.id not in hidden] for a in files
        },
        hidden=hidden,
        marks={a.id: round_table.mark(meeting, a) for a in files},
        interviews={a.id for a in files if rules.pending_interview(a)},
        opinion_values=list(OpinionValue),
        proposal_values=list(Proposal),
        reasons=REASONS,
        longest=LONGEST_REASON,
        seats_left=cohorts.seats_left(meeting.call.cohort),
        sent=request.form if request.method == "POST" else None,
        why=why,
        form=form,
    )


@bp.post("/comites/<uuid:meeting_id>/tour-de-table")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def record_table(meeting: CommitteeMeeting) -> Answer:
    """Write the opinions and the proposals that changed, all or none."""
    form, files, bodies = RoundTableForm(), _files(meeting, lock=True), _recorded(meeting)
    why: dict[uuid.UUID, str] = {}
    number = 0

    def run() -> None:
        nonlocal number
        said = lines(request.form, [a.id for a in files], [played.organisation_id for played in bodies])
        by_body = {played.organisation_id: played for played in bodies}
        try:
            number = round_table.record(meeting, {a.id: a for a in files}, said, by_body, by=current_principal())
        except round_table.TableRefused as refusal:
            why.update(refusal.why)
            raise Refused(refusal.message) from None

    return answer(
        form,
        run,
        again=lambda: _page(meeting, files, form, why),
        to=lambda: _done(meeting, number),
        done=None,
    )


def _done(meeting: CommitteeMeeting, number: int) -> str:
    words = f"{plural(number, 'dossier mis', 'dossiers mis')} à jour." if number else "Rien n’avait changé."
    flash(words, "success")
    return url_for("admissions_committee.show", meeting_id=meeting.id)
