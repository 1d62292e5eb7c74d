"""The page of a file for those who process or decide it: its acts as verbs, the opinions she may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.admissions import queries, rules
from training.admissions.enums import ApplicationAct, ApplicationStatus, InterviewStatus, PieceStatus, Situation
from training.admissions.models import Application, CommitteeMeeting, Opinion
from training.admissions.procedure import APPLICATION
from training.admissions.services import deciding
from training.common import clock, journal
from training.common.declarations import registry
from training.common.forms import ActForm, Form
from training.common.guard import can, current_principal
from training.common.journal import Entry
from training.common.policy import Permission, Principal

A = ApplicationAct
S = ApplicationStatus

MOST_PRIMARY: Final = 3
"""Acts shown at the head of the page; the others stand in a plain list."""

IN_SESSION: Final = frozenset({A.SHORTLIST, A.PUT_ON_WAITING_LIST, A.NOT_SELECT})
BY_SCHOOL: Final = frozenset({A.VALIDATE, A.REFUSE})
FORWARD: Final = frozenset({A.ADMIT, A.START_REVIEW, A.PRESELECT, A.TRANSMIT, A.OFFER, A.ENROL})
BESIDE: Final = frozenset({A.NOT_PRESELECT})
STAFF_LABELS: Final = {A.WITHDRAW: "Enregistrer un désistement"}
LATE_RIGHT: Final = frozenset({S.DRAFT, S.NOT_SUBMITTED})
ENDED: Final = frozenset({S.DRAFT, S.NOT_SUBMITTED, S.INADMISSIBLE, S.WITHDRAWN, S.DECLINED})
"""Where a derogation is not to be decided: not sent yet, or over."""


@dataclass(frozen=True, slots=True)
class FileAct:
    """One thing to do with a file: a link to its page, or a lone button when ``post``."""

    label: str
    href: str
    post: bool = False


def label_of(act: ApplicationAct) -> str:
    """Return the verb staff read for an act."""
    return STAFF_LABELS.get(act, APPLICATION.steps[act].label)


def address(application: Application) -> str:
    """Return the address of the file."""
    return url_for("admissions_files.show", application_id=application.id)


def opinions_for(application: Application) -> tuple[list[Opinion], int]:
    """Return the opinions this person may read, and how many are hidden from her.

    Whoever may still give one, in writing, reads the others' once hers is given; a recusal reads none (R24, R25).
    """
    principal = current_principal()
    own = next((o for o in application.opinions if o.reviewer_id == principal.person_id), None)
    awaited = (
        not application.call.opinions_in_session
        and application.status in deciding.OPEN_TO_OPINIONS
        and can(Permission.ADMISSIONS_APPLICATION_OPINE, application)
        and own is None
    )
    if not awaited and not (own is not None and own.recused):
        return list(application.opinions), 0
    shown = [opinion for opinion in application.opinions if opinion is own]
    return shown, len(application.opinions) - len(shown)


def render(application: Application, *, form: Form | None = None) -> str:
    """Return the page of a file for those who process or decide it."""
    principal = current_principal()
    hides = not can(Permission.ADMISSIONS_PHOTO_READ, application)
    opinions, hidden = opinions_for(application)
    timeline = journal.timeline(application, sentences=registry.sentences)
    pieces = [
        (requirement, rules.current_piece(application, requirement))
        for requirement in rules.expected_pieces(application)
        if not (requirement.hidden_in_review and hides)
    ]
    meeting = queries.open_meeting(application.call_id) if rules.is_before_committee(application) else None
    acts = _acts(application, principal, meeting)
    return render_template(
        "admissions/staff/file.html",
        application=application,
        call=application.call,
        form=form or ActForm(),
        first_acts=acts[:MOST_PRIMARY],
        others=[*acts[MOST_PRIMARY:], *_others(application, principal)],
        barred=_barred(application, principal),
        pieces=pieces,
        letters={asked.id: rules.last_letter(application, asked) for asked, _piece in pieces},
        letter_flags=lambda letter: rules.address_flags(application, letter.email),
        practices=rules.practice_words(application),
        derogation_awaits=rules.awaits_derogation(application) and application.status not in ENDED,
        proof_awaited_from=rules.proof_awaited_from(application),
        answers=rules.answered(application),
        late=rules.awaits_late_piece(application),
        missing=rules.missing(application, clock.today()) if application.status in LATE_RIGHT else [],
        dues_missing=rules.dues_are_missing(application, clock.today()),
        pending_interview=rules.pending_interview(application),
        lacking_opinions=rules.parts_without_opinion(application),
        opinions=opinions,
        hidden_opinions=hidden,
        transcribed_by=_transcribers(timeline),
        public_status=rules.public_status(application),
        timeline=timeline,
    )


def _acts(application: Application, principal: Principal, meeting: CommitteeMeeting | None) -> list[FileAct]:
    """Return the acts that carry the file on, the most useful first."""
    available = APPLICATION.available(application, principal)
    forward = [_link(application, act) for act in available if act in FORWARD]
    if can(Permission.ADMISSIONS_APPLICATION_EDIT, application) and rules.is_editable(application):
        href = url_for("admissions_applicant.structure", application_id=application.id)
        forward.insert(0, FileAct("Saisir le dossier", href))
    beside = [_link(application, act) for act in available if act in BESIDE]
    if A.ASK_CORRECTION in available:
        beside.insert(0, _page("Demander des corrections", "corrections", application))
        forward = _with_pieces(application, forward, beside)
    own_opinion = any(o.reviewer_id == principal.person_id for o in application.opinions)
    if _may_opine(application):
        opinion = _page("Revoir mon avis" if own_opinion else "Donner mon avis", "opinion", application)
        (beside if own_opinion else forward).insert(0, opinion)
    if BY_SCHOOL & set(available):
        words = "Transcrire la décision de l’école" if transcribes(principal, application, Part.SCHOOL) else "Décider"
        forward.insert(0, _page(words, "school", application))
    if meeting is not None and can(Permission.ADMISSIONS_COMMITTEE_DECIDE, meeting):
        href = url_for("admissions_committee.one", meeting_id=meeting.id, application_id=application.id)
        forward.insert(0, FileAct("Examiner en séance", href))
    return [*forward, *beside]


def _with_pieces(application: Application, forward: list[FileAct], beside: list[FileAct]) -> list[FileAct]:
    """Put first what the pieces call for: those not looked at, then the corrections they ask."""
    current = [rules.current_piece(application, r) for r in rules.expected_pieces(application)]
    unseen = [piece for piece in current if piece is not None and piece.status is PieceStatus.TO_CHECK]
    if unseen and can(Permission.ADMISSIONS_PIECE_REVIEW, application):
        href = url_for("admissions_staff.piece_page", application_id=application.id, piece_id=unseen[0].id)
        return [FileAct("Vérifier les pièces", href), *forward]
    if any(piece is not None and piece.status is PieceStatus.TO_REPLACE for piece in current):
        return [beside.pop(0), *forward]
    return forward


def _may_opine(application: Application) -> bool:
    return (
        not application.call.opinions_in_session
        and application.status in deciding.OPEN_TO_OPINIONS
        and can(Permission.ADMISSIONS_APPLICATION_OPINE, application)
    )


def _others(application: Application, principal: Principal) -> list[FileAct]:
    """Return the acts that are rare or lead back."""
    shown = FORWARD | BESIDE | IN_SESSION | BY_SCHOOL | {A.ASK_CORRECTION}
    acts = [_link(application, act) for act in APPLICATION.available(application, principal) if act not in shown]
    beside = []
    pending = rules.pending_interview(application)
    if pending is None and _may_ask_interview(application):
        href = url_for("admissions_staff.ask_interview", application_id=application.id)
        beside.append(FileAct("Demander un entretien", href, post=True))
    processes = can(Permission.ADMISSIONS_APPLICATION_PROCESS, application)
    in_writing = not application.call.opinions_in_session and application.status in deciding.OPEN_TO_OPINIONS
    if in_writing and can(Permission.ADMISSIONS_REVIEW_ASSIGN, application):
        href = url_for("admissions_reviewing.readers_of_file", application_id=application.id)
        beside.append(FileAct("Choisir qui lit ce dossier", href))
    if processes and application.status in deciding.OPEN_TO_OPINIONS and deciding.bodies_outside(application):
        beside.append(_page("Transcrire un avis", "transcription", application))
    if processes and application.situation is Situation.BEING_RECRUITED and application.status not in ENDED:
        beside.append(_page("Dérogation", "derogation", application))
    if application.status in LATE_RIGHT and can(Permission.ADMISSIONS_EXTENSION_GRANT, application):
        beside.append(_page("Accorder un délai de dépôt", "extension", application))
    return [*beside, *acts]


def _may_ask_interview(application: Application) -> bool:
    return (
        application.call.has_interviews
        and application.status in deciding.OPEN_TO_INTERVIEWS
        and can(Permission.ADMISSIONS_INTERVIEW_PLAN, application)
        and not any(i.status is InterviewStatus.PLANNED for i in application.interviews)
    )


def _barred(application: Application, principal: Principal) -> list[tuple[str, str]]:
    """Return what the person could do from here but for a reason; what the call does not foresee is left out."""
    call, told = application.call, {}
    for act, why in APPLICATION.barred(application, principal):
        foreseen = {
            A.PRESELECT: call.has_preselection,
            A.NOT_PRESELECT: call.has_preselection,
            A.TRANSMIT: call.has_school_step,
            A.OFFER: application.status is S.VALIDATED or not call.has_school_step,
            A.REINSTATE: False,
            A.RETURN_TO_RESERVE: False,
            A.SHORTLIST: rules.is_before_committee(application),
            A.PUT_ON_WAITING_LIST: False,
            A.NOT_SELECT: False,
        }
        if foreseen.get(act, True):
            told["Décider en comité" if act in IN_SESSION else label_of(act)] = why
    return list(told.items())


def _transcribers(timeline: Sequence[Entry]) -> dict[str, str]:
    """Return who transcribed, by part for an opinion, under ``school`` decisions as “decision” (R96)."""
    found: dict[str, str] = {}
    for entry in timeline:
        if entry.codes.get("recorded"):
            found.setdefault(str(entry.codes["part"]), entry.actor)
        if entry.codes.get("transcribed"):
            found.setdefault("decision", entry.actor)
    return found


def _link(application: Application, act: ApplicationAct) -> FileAct:
    if act is A.ENROL:
        return FileAct(label_of(act), url_for("admissions_enrolling.confirm", application_id=application.id))
    href = url_for("admissions_staff.confirm_act", application_id=application.id, act=act.value)
    return FileAct(label_of(act), href)


def _page(label: str, view: str, application: Application) -> FileAct:
    return FileAct(label, url_for(f"admissions_staff.{view}", application_id=application.id))
