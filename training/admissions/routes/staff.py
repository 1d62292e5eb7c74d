"""Acts on a file by those who process and decide it; each page one subject."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from training.admissions import queries, rules
from training.admissions.enums import ApplicationAct, PieceStatus
from training.admissions.forms import staff as forms
from training.admissions.models import Application, Piece
from training.admissions.procedure import APPLICATION
from training.admissions.routes import dossier, loaders
from training.admissions.routes.dossier import address as _address
from training.admissions.services import deciding, filing, processing, reserve
from training.common.errors import ActUnavailable, NotFound
from training.common.forms import ActForm, Form, ReasonForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_staff", __name__)
A = ApplicationAct

DONE: Final = {
    A.ADMIT: "Le dossier est recevable.",
    A.DISMISS: "Le dossier est irrecevable ; la personne est prévenue par courriel.",
    A.START_REVIEW: "Le dossier est en examen.",
    A.PRESELECT: "Le dossier est présélectionné ; la personne est prévenue par courriel.",
    A.NOT_PRESELECT: "C’est noté. La personne l’apprendra à la publication des résultats.",
    A.TRANSMIT: "Le dossier est transmis à l’école.",
    A.OFFER: "Une place est proposée ; la personne est prévenue par courriel.",
    A.ENROL: "La personne est inscrite dans la promotion.",
    A.WITHDRAW: "Le désistement est enregistré.",
}

SIMPLE: Final[Mapping[ApplicationAct, Callable[..., Any]]] = {
    A.ADMIT: processing.admit,
    A.START_REVIEW: processing.start_review,
    A.PRESELECT: deciding.preselect,
    A.TRANSMIT: deciding.transmit,
    A.OFFER: reserve.offer,
    A.ENROL: reserve.enrol,
}

WITH_REASON: Final[Mapping[ApplicationAct, Callable[..., Any]]] = {
    A.DISMISS: processing.dismiss,
    A.NOT_PRESELECT: deciding.not_preselect,
    A.REINSTATE: reserve.reinstate,
    A.RETURN_TO_RESERVE: reserve.reinstate,
    A.WITHDRAW: filing.withdraw,
}

REOPENINGS: Final = frozenset({A.REOPEN_ADMISSIBILITY, A.REOPEN_REVIEW, A.REOPEN_SCHOOL})


def _act(application: Application) -> ApplicationAct:
    """Return the act named in the address; an unknown one answers 409 with the present state."""
    slug = (request.view_args or {})["act"]
    known = {act.value: act for act in (*SIMPLE, *WITH_REASON, *REOPENINGS)}
    if slug not in known:
        raise ActUnavailable(slug, APPLICATION.told(application, current_principal()))
    return known[slug]


@bp.get("/candidatures/<uuid:application_id>/actes/<act>")
@requires(Permission.ADMISSIONS_APPLICATION_READ, loaders.file)
def confirm_act(application: Application) -> str:
    """Show what an act will do, and ask for its reason."""
    act = _act(application)
    must_be_open(application, act)
    return _confirmation(application, act, ReasonForm())


def _confirmation(application: Application, act: ApplicationAct, form: Form) -> str:
    return render_template(
        "admissions/staff/act.html",
        application=application,
        call=application.call,
        act=act,
        label=dossier.label_of(act),
        asks_reason=act not in SIMPLE,
        unseen=_unseen(application) if act is A.ADMIT else [],
        form=form,
    )


def _unseen(application: Application) -> list[str]:
    """Return the pieces nobody found conform yet, by name."""
    current = [(r, rules.current_piece(application, r)) for r in rules.expected_pieces(application)]
    return [r.label for r, piece in current if piece is not None and piece.status is not PieceStatus.CONFORM]


def must_be_open(application: Application, *acts: ApplicationAct) -> None:
    """Answer 409, with the present state, unless one of these acts is open to this person now."""
    if not set(acts) & set(APPLICATION.available(application, current_principal())):
        raise ActUnavailable(dossier.label_of(acts[0]), APPLICATION.told(application, current_principal()))


@bp.post("/candidatures/<uuid:application_id>/actes/<act>")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_READ, loaders.file_for_act)
def take_act(application: Application) -> Answer:
    """Take one act of the procedure; the table says who may, and whether a reason is needed."""
    act, principal = _act(application), current_principal()
    done = DONE.get(act, "C’est fait.")
    if act in SIMPLE:
        simple = ActForm()
        return answer(
            simple,
            lambda: SIMPLE[act](application, by=principal),
            again=lambda: _confirmation(application, act, simple),
            to=_address(application),
            done=done,
        )
    form = ReasonForm()
    return answer(
        form,
        lambda: _with_reason(application, act, principal, str(form.reason.data)),
        again=lambda: _confirmation(application, act, form),
        to=_address(application),
        done=done,
    )


def _with_reason(application: Application, act: ApplicationAct, principal: Principal, reason: str) -> None:
    if act in REOPENINGS:
        processing.reopen(application, act, by=principal, reason=reason)
    else:
        WITH_REASON[act](application, by=principal, reason=reason)


def _piece(application: Application) -> Piece:
    """Return the piece named in the address, of this file and no other."""
    piece_id = (request.view_args or {})["piece_id"]
    piece = next((p for p in application.pieces if p.id == piece_id), None)
    if piece is None:
        raise NotFound
    return piece


@bp.post("/candidatures/<uuid:application_id>/pieces/<uuid:piece_id>/verification")
@commits
@requires(Permission.ADMISSIONS_PIECE_REVIEW, loaders.file_to_change)
def review_piece(application: Application) -> Answer:
    """Say whether a piece is conform (R20)."""
    form, piece = forms.PieceForm(), _piece(application)
    return answer(
        form,
        lambda: processing.review_piece(application, form.to_command(piece.id), by=current_principal()),
        again=lambda: _piece_page(application, piece, form),
        to=lambda: _after_piece(application, piece),
        done=f"C’est noté pour la pièce « {piece.requirement.label} ».",
    )


def _after_piece(application: Application, piece: Piece) -> str:
    """Return the address of the next piece to look at, or of the file when all are seen."""
    following = _next_unseen(application, piece)
    if following is None:
        return _address(application)
    return url_for("admissions_staff.piece_page", application_id=application.id, piece_id=following.id)


@bp.get("/candidatures/<uuid:application_id>/pieces/<uuid:piece_id>/verification")
@requires(Permission.ADMISSIONS_PIECE_REVIEW, loaders.file)
def piece_page(application: Application) -> str:
    """Show a piece beside the question."""
    piece = _piece(application)
    return _piece_page(
        application, piece, forms.PieceForm(status=piece.status, reason=piece.reason, replace_by=piece.replace_by)
    )


def _piece_page(application: Application, piece: Piece, form: Form) -> str:
    return page(
        application,
        "piece",
        form,
        piece=piece,
        following=_next_unseen(application, piece),
        checklist=[(r, rules.current_piece(application, r)) for r in rules.expected_pieces(application)],
        next_file=queries.next_to_check(current_principal(), application.call_id, application.number or 0),
        earlier=[p for p in application.pieces if p.requirement_id == piece.requirement_id and p is not piece],
        standing=rules.current_piece(application, piece.requirement) is piece,
    )


def _next_unseen(application: Application, piece: Piece) -> Piece | None:
    """Return the next piece to look at after this one, in the order of the call."""
    current = [rules.current_piece(application, r) for r in rules.expected_pieces(application)]
    return next((p for p in current if p is not None and p is not piece and p.status is PieceStatus.TO_CHECK), None)


def page(application: Application, name: str, form: Form, **more: Any) -> str:
    """Return one of the pages of a file, with its form."""
    return render_template(
        f"admissions/staff/{name}.html", application=application, call=application.call, form=form, **more
    )


@bp.get("/candidatures/<uuid:application_id>/corrections")
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file)
def corrections(application: Application) -> str:
    """Ask what to correct."""
    must_be_open(application, A.ASK_CORRECTION)
    days = [p.replace_by for p in application.pieces if p.status is PieceStatus.TO_REPLACE and p.replace_by]
    return page(application, "correction", forms.CorrectionForm(due_on=min(days, default=None)))


@bp.post("/candidatures/<uuid:application_id>/corrections")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_PROCESS, loaders.file_to_change)
def ask_correction(application: Application) -> Answer:
    """Send the file back with what to correct."""
    form = forms.CorrectionForm()
    return answer(
        form,
        lambda: processing.ask_correction(application, form.to_command(), by=current_principal()),
        again=lambda: page(application, "correction", form),
        to=_address(application),
        done="La demande de correction est envoyée.",
    )


@bp.get("/candidatures/<uuid:application_id>/delai")
@requires(Permission.ADMISSIONS_EXTENSION_GRANT, loaders.file)
def extension(application: Application) -> str:
    """Ask until when a late right runs."""
    return page(application, "extension", forms.ExtensionForm())


@bp.post("/candidatures/<uuid:application_id>/delai")
@commits
@requires(Permission.ADMISSIONS_EXTENSION_GRANT, loaders.file_to_change)
def grant_extension(application: Application) -> Answer:
    """Give a late right (R14)."""
    form = forms.ExtensionForm()
    return answer(
        form,
        lambda: processing.grant_extension(application, form.to_command(), by=current_principal()),
        again=lambda: page(application, "extension", form),
        to=_address(application),
        done="Le délai est accordé ; la personne est prévenue par courriel.",
    )
