"""A sitting of the committee: who is there, each body's opinion, what is proposed, and the closing."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, flash, render_template, request, url_for

from training.admissions import minutes, queries, rules
from training.admissions.commands import NoteAttendance
from training.admissions.enums import MeetingStatus, Proposal
from training.admissions.forms.round_table import UndoForm
from training.admissions.forms.staff import ProposalForm, RecordedOpinionForm
from training.admissions.models import Application, Call, CallPart, CommitteeMeeting, CommitteeProposal
from training.admissions.queries import SheetRow
from training.admissions.routes import loaders
from training.admissions.services import committee, deciding
from training.cohorts import services as cohorts
from training.common import access, attachments, clock, pdf
from training.common.errors import NotFound
from training.common.forms import ActForm, Form
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_committee", __name__)


def _address(meeting: CommitteeMeeting) -> str:
    return url_for("admissions_committee.show", meeting_id=meeting.id)


@bp.get("/comites/<uuid:meeting_id>")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.sitting)
def show(meeting: CommitteeMeeting) -> str:
    """Show the sitting, for the room and its projector."""
    return _page(meeting)


def _page(meeting: CommitteeMeeting, form: Form | None = None) -> str:
    sheet, order = queries.sheet(current_principal(), meeting), request.args.get("tri", "")
    decides = can(Permission.ADMISSIONS_COMMITTEE_DECIDE, meeting)
    kept: Counter[uuid.UUID | None] = Counter(
        row.variant_id for row in sheet.rows if row.proposal is Proposal.SHORTLISTED
    )
    return render_template(
        "admissions/staff/meeting.html",
        meeting=meeting,
        call=meeting.call,
        rows=sheet.rows,
        one=f"{_address(meeting)}/dossiers/" if decides else "/candidatures/",
        groups=grouped(sheet.rows, order),
        order=order if order in ORDERS else "departement",
        orders=ORDERS,
        hidden=hidden_from_reader(meeting.call, sheet.rows),
        proposed=sheet.proposed,
        reserve=sorted((row for row in sheet.rows if row.rank), key=lambda row: row.rank or 0),
        bodies=bodies_of(meeting),
        present={body.organisation_id: body.represented_by for body in meeting.bodies},
        absent=committee.parts_absent(meeting),
        seats_left=cohorts.seats_left(meeting.call.cohort),
        quotas=[
            (code, kept[variant_id], max(0, places - used))
            for variant_id, code, places, used in cohorts.quotas(meeting.call.cohort_id)
        ],
        last_step=queries.last_step(meeting.id) if decides and meeting.status is MeetingStatus.OPEN else None,
        decides=decides,
        form=form or ActForm(),
    )


ORDERS: Final = {"departement": "département", "type": "type de structure", "moyenne": "moyenne"}
"""How the room’s list may be ordered, by the word in the address."""


def grouped(rows: Sequence[SheetRow], order: str) -> list[tuple[str, list[SheetRow]]]:
    """Return the rows under their headings, in the order asked: by département unless the address says otherwise."""
    if order == "moyenne":
        ranked = sorted(rows, key=lambda row: (row.average is None, -(row.average or 0), row.number or 0))
        return [("Par moyenne", ranked)] if ranked else []
    by_type = order == "type"
    groups: dict[str, list[SheetRow]] = {}
    for row in rows:
        heading = (row.kind.label if row.kind else None) if by_type else row.departement
        groups.setdefault(heading or "Sans structure", []).append(row)
    return sorted(groups.items()) if by_type else list(groups.items())


def hidden_from_reader(call: Call, rows: Sequence[SheetRow] | Sequence[Application]) -> frozenset[uuid.UUID]:
    """Return the files whose opinions this reader may not read yet: hers is awaited, or she stepped aside (R24, R25).

    Whoever leads the sitting reads them to the room: hers is no longer awaited once a colleague gave her body's.
    """
    principal = current_principal()
    leads = can(Permission.ADMISSIONS_COMMITTEE_DECIDE, call)
    hers = {capacity.organisation_id for capacity in principal.capacities}
    played = {each.part for each in call.parts if leads and each.organisation_id in hers}
    hidden = set()
    for row in rows:
        own = next((opinion for opinion in row.opinions if opinion.reviewer_id == principal.person_id), None)
        given = own is not None or any(o.part in played and not o.recused for o in row.opinions)
        awaited = not given and not call.opinions_in_session and row.status in deciding.OPEN_TO_OPINIONS
        if (own is not None and own.recused) or (awaited and can(Permission.ADMISSIONS_APPLICATION_OPINE, row)):
            hidden.add(row.id)
    return frozenset(hidden)


@bp.get("/comites/<uuid:meeting_id>/dossiers.xlsx")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.sitting)
def spreadsheet(meeting: CommitteeMeeting) -> Response:
    """Give the list of the sitting as it stands, before it or after; the export is noted."""
    sheet = queries.sheet(current_principal(), meeting)
    hidden = hidden_from_reader(meeting.call, sheet.rows)
    access.note_export(current_principal(), "committee.export")
    name = minutes.filename(meeting, "xlsx").removesuffix(".xlsx")
    return attachments.spreadsheet(minutes.COLUMNS, minutes.rows(sheet, frozenset(hidden)), title="Comité", name=name)


@bp.get("/comites/<uuid:meeting_id>/proces-verbal.pdf")
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.sitting)
def minutes_paper(meeting: CommitteeMeeting) -> Response:
    """Give the minutes of the sitting; the export is noted."""
    sheet = queries.sheet(current_principal(), meeting)
    hidden = frozenset() if meeting.closed_at else hidden_from_reader(meeting.call, sheet.rows)
    content = minutes.build(meeting, sheet, committee.parts_absent(meeting), hidden)
    access.note_export(current_principal(), "committee.minutes")
    return attachments.attachment(content, pdf.MEDIA_TYPE, minutes.filename(meeting, "pdf"))


@bp.post("/comites/<uuid:meeting_id>/annulation")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def undo(meeting: CommitteeMeeting) -> Answer:
    """Take back the last act of the sitting."""
    form = UndoForm()
    label: list[str] = []

    def to() -> str:
        flash(f"Annulé : {label[0]}.", "success")
        return _address(meeting)

    return answer(
        form,
        lambda: label.append(committee.undo(meeting, form.seen, by=current_principal())),
        again=lambda: _page(meeting, form),
        to=to,
        done=None,
    )


def by_departement(application: Application) -> tuple[str, str, int]:
    """Return what orders the room’s list."""
    structure = application.structure
    place = (structure.departement.code, structure.departement.name) if structure else ("", "")
    return *place, application.number or 0


def bodies_of(meeting: CommitteeMeeting) -> list[CallPart]:
    """Return one part per body of the call, in order; of several, the one whose opinion the call waits for (R24)."""
    awaited = meeting.call.opinion_parts
    seen: dict[object, CallPart] = {}
    for played in sorted(meeting.call.parts, key=lambda part: part.part.value not in awaited):
        seen.setdefault(played.organisation_id, played)
    return list(seen.values())


@bp.post("/comites/<uuid:meeting_id>/presence")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def attendance(meeting: CommitteeMeeting) -> Answer:
    """Note which bodies are present, and who represents them."""
    form = ActForm()
    present = set(request.form.getlist("present"))
    bodies = tuple(
        (played.organisation_id, request.form.get(f"who-{played.organisation_id}", "").strip()[:120])
        for played in bodies_of(meeting)
        if str(played.organisation_id) in present
    )
    return answer(
        form,
        lambda: committee.note_attendance(meeting, NoteAttendance(bodies), by=current_principal()),
        again=lambda: _page(meeting, form),
        to=_address(meeting),
        done="Les présences sont notées.",
    )


def _of_others(meeting: CommitteeMeeting) -> list[CommitteeProposal]:
    """Return the sitting's proposals, without the one on the reader's own file (R97)."""
    return [p for p in meeting.proposals if p.application.person_id != current_principal().person_id]


def _file(meeting: CommitteeMeeting) -> Application:
    """Return the file named in the address, of this sitting's call, locked."""
    application_id = (request.view_args or {})["application_id"]
    application = queries.application(current_principal(), application_id, lock=True)
    if application.call_id != meeting.call_id or application.person_id == current_principal().person_id:
        raise NotFound
    return application


@bp.get("/comites/<uuid:meeting_id>/dossiers/<uuid:application_id>")
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting)
def one(meeting: CommitteeMeeting) -> str:
    """Show one file in the sitting: opinions of the bodies, and the proposal."""
    application_id = (request.view_args or {})["application_id"]
    files = queries.committee_files(meeting, principal=current_principal())
    application = next((a for a in files if a.id == application_id), None)
    if application is None:
        raise NotFound
    return _one_page(meeting, application, _proposal_form(meeting, application), _opinion_form(meeting), files=files)


def _proposal_form(meeting: CommitteeMeeting, application: Application) -> ProposalForm:
    """Return the form filled with the standing proposal."""
    standing = next((p for p in meeting.proposals if p.application_id == application.id), None)
    return ProposalForm(
        formdata=None,
        proposal=standing.proposal.value if standing else "",
        reason=standing.reason if standing else "",
    )


def _opinion_form(meeting: CommitteeMeeting) -> RecordedOpinionForm:
    present = {body.organisation_id for body in meeting.bodies}
    form = RecordedOpinionForm(given_on=min(meeting.held_on, clock.today()))
    return form.for_bodies([played for played in bodies_of(meeting) if played.organisation_id in present])


def _one_page(
    meeting: CommitteeMeeting,
    application: Application,
    proposal: Form,
    opinion: Form,
    *,
    files: Sequence[Application] | None = None,
) -> str:
    """Show a file in the sitting; ``files`` are those of the sitting when they are loaded already."""
    if files is None:
        files = queries.committee_files(meeting, principal=current_principal())
    hidden = application.id in hidden_from_reader(meeting.call, [application])
    return render_template(
        "admissions/staff/meeting_file.html",
        meeting=meeting,
        call=meeting.call,
        application=application,
        proposal=proposal,
        opinion=opinion,
        pieces=[
            (requirement, rules.current_piece(application, requirement))
            for requirement in rules.expected_pieces(application)
            if not requirement.hidden_in_review
        ],
        opinions=[] if hidden else application.opinions,
        hidden=len(application.opinions) if hidden else 0,
        lacking=rules.parts_without_opinion(application),
        pending_interview=rules.pending_interview(application),
        following=_following(meeting, application, files),
    )


def _following(meeting: CommitteeMeeting, application: Application, files: Sequence[Application]) -> Application | None:
    """Return the next file without a proposal, in the order of the sitting’s list."""
    proposed = {proposal.application_id for proposal in meeting.proposals}
    waiting = [
        other
        for other in files
        if other.id not in proposed and rules.is_before_committee(other) and other.id != application.id
    ]
    return next(iter(sorted(waiting, key=by_departement)), None)


@bp.post("/comites/<uuid:meeting_id>/dossiers/<uuid:application_id>/avis")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def record_opinion(meeting: CommitteeMeeting) -> Answer:
    """Record a body's opinion in session (R106)."""
    application, form = _file(meeting), _opinion_form(meeting)
    return answer(
        form,
        lambda: deciding.record_opinion(application, form.to_command(), by=current_principal(), meeting=meeting),
        again=lambda: _one_page(meeting, application, _proposal_form(meeting, application), form),
        to=url_for("admissions_committee.one", meeting_id=meeting.id, application_id=application.id),
        done="L’avis est noté.",
    )


@bp.post("/comites/<uuid:meeting_id>/dossiers/<uuid:application_id>/proposition")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def propose(meeting: CommitteeMeeting) -> Answer:
    """Write what the sitting proposes for a file."""
    application, form = _file(meeting), ProposalForm()
    return answer(
        form,
        lambda: committee.propose(meeting, application, form.to_command(application), by=current_principal()),
        again=lambda: _one_page(meeting, application, form, _opinion_form(meeting)),
        to=_address(meeting),
        done="La proposition est notée.",
    )


@bp.post("/comites/<uuid:meeting_id>/dossiers/<uuid:application_id>/monter")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def move_up(meeting: CommitteeMeeting) -> Answer:
    """Move a file one rank up on the sitting's reserve."""
    return _move(meeting, up=True)


@bp.post("/comites/<uuid:meeting_id>/dossiers/<uuid:application_id>/descendre")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_to_change)
def move_down(meeting: CommitteeMeeting) -> Answer:
    """Move a file one rank down on the sitting's reserve."""
    return _move(meeting, up=False)


def _move(meeting: CommitteeMeeting, *, up: bool) -> Answer:
    form, application_id = ActForm(), (request.view_args or {})["application_id"]
    proposal = next((p for p in _of_others(meeting) if p.application_id == application_id), None)
    if proposal is None:
        raise NotFound
    return answer(
        form,
        lambda: committee.move(meeting, proposal, up=up, by=current_principal()),
        again=lambda: _page(meeting, form),
        to=_address(meeting),
        done=None,
    )


@bp.get("/comites/<uuid:meeting_id>/cloture")
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting)
def confirm_close(meeting: CommitteeMeeting) -> str:
    """Show what closing the sitting will do."""
    return _close_page(meeting, ActForm())


def _close_page(meeting: CommitteeMeeting, form: Form) -> str:
    return render_template(
        "admissions/staff/close_meeting.html",
        meeting=meeting,
        call=meeting.call,
        absent=committee.parts_absent(meeting),
        proposals=sorted(_of_others(meeting), key=lambda p: (p.rank or 0, p.application.number or 0)),
        form=form,
    )


@bp.post("/comites/<uuid:meeting_id>/cloture")
@commits
@requires(Permission.ADMISSIONS_COMMITTEE_DECIDE, loaders.meeting_and_files)
def close(meeting: CommitteeMeeting) -> Answer:
    """Close the sitting: every proposal moves its file (R105)."""
    form = ActForm()
    return answer(
        form,
        lambda: committee.close(meeting, by=current_principal()),
        again=lambda: _close_page(meeting, form),
        to=url_for("admissions_calls.selection", code=meeting.call.code),
        done="La séance est close. Rien n’est annoncé aux personnes avant la publication.",
    )
