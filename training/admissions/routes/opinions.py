"""What is decided on a file beside its procedure: opinions, interviews, the school’s decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import request, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.admissions import queries, rules
from training.admissions.enums import ApplicationAct, ReadingMoment
from training.admissions.file_uses import EVIDENCE
from training.admissions.forms import staff as forms
from training.admissions.forms.reviewing import name_of, points_of, with_grid
from training.admissions.models import Application, CallPart, Criterion
from training.admissions.routes import loaders
from training.admissions.routes.dossier import address as _address
from training.admissions.routes.staff import bp, must_be_open, page
from training.admissions.services import deciding
from training.common import access, clock
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.forms import Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer

A = ApplicationAct


def _part_of(application: Application, principal: Principal) -> CallPart:
    """Return the part in whose name this person gives an opinion (R24)."""
    played = rules.part_spoken_for(application.call, principal.organisation_ids)
    if played is None:
        raise NotFound
    return played


@bp.get("/candidatures/<uuid:application_id>/avis")
@requires(Permission.ADMISSIONS_APPLICATION_OPINE, loaders.file_to_read)
def opinion(application: Application) -> str:
    """Show the file beside its grid; others’ opinions are hidden until one’s own is given (R25). The reading is noted."""
    deciding.must_take_opinions(application)
    principal = current_principal()
    own = next((o for o in application.opinions if o.reviewer_id == principal.person_id), None)
    grid = queries.criteria(application.call_id, ReadingMoment.FILE)
    form = with_grid(
        forms.OpinionForm,
        grid,
        points=queries.marks_of_opinion(own.id) if own else None,
        value=(own.value or forms.RECUSAL) if own else None,
        comment=own.comment if own else "",
    )
    shown = _opinion_page(application, form, grid)
    access.note(principal, "application.read", application)
    return shown


def _opinion_page(application: Application, form: Form, grid: Sequence[Criterion]) -> str:
    """Return the reading page: the pieces on one side, one of them open, the question on the other."""
    principal = current_principal()
    pieces = [
        (requirement, piece)
        for requirement in rules.expected_pieces(application)
        if not requirement.hidden_in_review and (piece := rules.current_piece(application, requirement))
    ]
    wanted = request.args.get("piece")
    shown = next((p for r, p in pieces if r.code == wanted), pieces[0][1] if pieces else None)
    return page(
        application,
        "opinion",
        form,
        played=_part_of(application, principal),
        practices=rules.practice_words(application),
        grid=[(criterion, form[name_of(criterion)]) for criterion in grid],
        pieces=pieces,
        shown=shown,
        following=queries.next_to_read(principal, application.call_id, application.number),
    )


@bp.post("/candidatures/<uuid:application_id>/avis")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_OPINE, loaders.file_to_change)
def give_opinion(application: Application) -> Answer:
    """Give one’s opinion, or step aside; the next file of the pile comes."""
    principal, played = current_principal(), _part_of(application, current_principal())
    grid = queries.criteria(application.call_id, ReadingMoment.FILE)
    form = with_grid(forms.OpinionForm, grid)

    def act() -> None:
        command = replace(form.to_command(played), marks=points_of(form, grid))
        deciding.give_opinion(application, command, by=principal)

    return answer(
        form,
        act,
        again=lambda: _opinion_page(application, form, grid),
        to=lambda: _after_opinion(application, principal),
        done="Votre avis est enregistré.",
    )


def _after_opinion(application: Application, principal: Principal) -> str:
    """Return the address of the next file of the pile, or of this one when none waits."""
    following = queries.next_to_read(principal, application.call_id, application.number)
    if following is None:
        return _address(application)
    return url_for("admissions_staff.opinion", application_id=following)


def _evidence_limits(_application: Application) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(EVIDENCE))}


@bp.get("/candidatures/<uuid:application_id>/avis/transcription")
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file)
def transcription(application: Application) -> str:
    """Ask for the opinion of a body outside the tool, with its proof (R96)."""
    return page(application, "transcription", _transcription_form(application))


def _transcription_form(application: Application) -> forms.RecordedOpinionForm:
    return forms.RecordedOpinionForm().for_bodies(deciding.bodies_outside(application))


@bp.post("/candidatures/<uuid:application_id>/avis/transcription")
@commits(files=_evidence_limits)
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_to_change)
def transcribe_opinion(application: Application) -> Answer:
    """Transcribe the opinion of a body outside the tool (R96)."""
    form = _transcription_form(application)
    return answer(
        form,
        lambda: deciding.record_opinion(application, form.to_command(), by=current_principal()),
        again=lambda: page(application, "transcription", form),
        to=_address(application),
        done="L’avis est transcrit.",
    )


@bp.get("/candidatures/<uuid:application_id>/decision-ecole")
@requires(Permission.ADMISSIONS_APPLICATION_VALIDATE, loaders.file)
def school(application: Application) -> str:
    """Ask for the school’s decision."""
    must_be_open(application, A.VALIDATE)
    transcribing = transcribes(current_principal(), application, Part.SCHOOL)
    return _school_page(application, forms.SchoolForm(decided_on=None if transcribing else clock.today()))


def _school_page(application: Application, form: Form) -> str:
    return page(application, "school", form, transcribing=transcribes(current_principal(), application, Part.SCHOOL))


@bp.post("/candidatures/<uuid:application_id>/decision-ecole")
@commits(files=_evidence_limits)
@requires(Permission.ADMISSIONS_APPLICATION_VALIDATE, loaders.file_and_seats)
def decide_for_school(application: Application) -> Answer:
    """Validate or refuse in the school’s name (R27), or transcribe its decision (R96)."""
    form = forms.SchoolForm()
    return answer(
        form,
        lambda: deciding.decide_for_school(
            application, form.to_command(), accepted=form.accepted, by=current_principal()
        ),
        again=lambda: _school_page(application, form),
        to=_address(application),
        done="La décision de l’école est enregistrée.",
    )
