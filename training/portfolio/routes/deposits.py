"""Handing in: files gathered in a draft, in one piece or in parts, then the deposit (R51–R54, R124, R125)."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from training.common import doctext, files, photos
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import CheckedFile, StagedFile
from training.common.filetypes import FileRefused
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import Received, UploadLimit, commits, received_all
from training.portfolio import file_uses, services
from training.portfolio.commands import NewFile
from training.portfolio.forms import DepositForm
from training.portfolio.models import Tracer, TracerFile
from training.portfolio.routes.blueprint import OWED, TRACER, bp, type_answer
from training.portfolio.routes.loaders import Owed, file_of, owed_of, tracer_of
from training.portfolio.routes.tracers import tracer_screen
from training.portfolio.services import uploads

FIELD: Final = "files"
UNPROCESSABLE: Final = 422


@dataclass(slots=True)
class Joined:
    """An upload the request does not carry: its name and its bytes."""

    filename: str | None
    stream: IO[bytes]


def _read(checked: CheckedFile) -> str:
    return doctext.text_of(checked.content, checked.media_type)


def _several(_thing: object) -> Mapping[str, UploadLimit]:
    return {FIELD: UploadLimit(file_use(file_uses.DOCUMENT), several=True, inspect=_read)}


def _new_files(received: Sequence[Received]) -> tuple[list[NewFile], list[str]]:
    """Return the files taken, keyed by what they hold, and what to say of the others."""
    taken, told = [], []
    for each in received:
        if isinstance(each.outcome, StagedFile):
            taken.append(NewFile(each.outcome.sha256, each.outcome, str(each.found or "")))
        else:
            told.append(f"{each.name} : {each.outcome.message}")
    return taken, told


def _tell(told: Sequence[str]) -> None:
    for sentence in told:
        flash(sentence, "refused")


def _to_tracer(tracer_id: object, *, anchor: str | None = "depot") -> Response:
    return redirect(url_for(".tracer", tracer_id=tracer_id, _anchor=anchor), 303)


@bp.post(f"{OWED}/fichiers")
@commits(files=_several)
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, owed_of)
def add_files(thing: Owed) -> type_answer:
    """Add files to the draft; those refused are named with why, the others are kept."""
    principal, form = current_principal(), ActForm()
    if not form.validate_on_submit():
        flash("Ce formulaire a expiré : choisissez vos fichiers de nouveau.", "refused")
        return redirect(url_for(".owed", enrolment_id=thing.enrolment.id, type_id=thing.type.id), 303)
    taken, told = _new_files(received_all(FIELD))
    try:
        draft = services.prepare(thing.enrolment, thing.type, by=principal)
    except Refused as refusal:
        flash(refusal.message, "refused")
        return redirect(url_for(".owed", enrolment_id=thing.enrolment.id, type_id=thing.type.id), 303)
    try:
        services.add_files(draft, taken, by=principal)
    except FileRefused as refusal:
        told.append(refusal.message)
    if not taken and not told:
        told.append("Choisissez au moins un fichier.")
    _tell(told)
    return _to_tracer(draft.tracer_id)


@bp.post(f"{OWED}/morceaux")
@commits
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, owed_of)
def add_part(thing: Owed) -> type_answer:
    """Take one part of a file, and say which have come: a part sent again is recognised and changes nothing."""
    sent = request.files.get("part")
    key = _key(request.form.get("key", ""))
    number, total = request.form.get("number", -1, int), request.form.get("total", 0, int)
    if sent is None:
        return jsonify(message="Cet envoi est incomplet : recommencez."), UNPROCESSABLE
    principal = current_principal()
    try:
        draft = services.prepare(thing.enrolment, thing.type, by=principal)
        known = uploads.take_part(draft, key, number, total, sent.stream.read(uploads.PART + 1), by=principal)
    except Refused as refusal:
        return jsonify(message=refusal.message), UNPROCESSABLE
    return jsonify(received=known), 200


@bp.get(f"{OWED}/morceaux")
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, owed_of)
def parts(thing: Owed) -> type_answer:
    """Say which parts of a file have come, so that a broken sending goes on from there."""
    return jsonify(received=uploads.known_parts(thing.enrolment.id, thing.type.id, _key(request.args.get("key", ""))))


def _key(told: str) -> str:
    """Return the name of a file as the browser tells it, brought to one length."""
    return hashlib.sha256(told.encode()).hexdigest()


def _joined(thing: Owed) -> Mapping[str, UploadLimit]:
    key = _key(request.form.get("key", ""))
    whole = uploads.whole(thing.enrolment.id, thing.type.id, key)
    given = [] if whole is None else [Joined(request.form.get("name", ""), whole)]
    return {FIELD: UploadLimit(file_use(file_uses.DOCUMENT), several=True, given=given, inspect=_read)}


@bp.post(f"{OWED}/morceaux/fin")
@commits(files=_joined)
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, owed_of)
def join_parts(thing: Owed) -> type_answer:
    """Make a file of the parts that have come, check it like any other, and add it to the draft."""
    principal, key = current_principal(), _key(request.form.get("key", ""))
    received = received_all(FIELD)
    try:
        draft = services.prepare(thing.enrolment, thing.type, by=principal)
        if not received and not any(file.key == key for file in draft.files):
            return jsonify(message="Il manque des parties de ce fichier : envoyez-le de nouveau."), UNPROCESSABLE
        for each in received:
            if isinstance(each.outcome, FileRefused):
                uploads.forget(draft, key)
                return jsonify(message=each.outcome.message), 200
            services.add_files(draft, [NewFile(key, each.outcome, str(each.found or ""))], by=principal)
        uploads.forget(draft, key)
    except Refused as refusal:
        return jsonify(message=refusal.message), UNPROCESSABLE
    return jsonify(href=url_for(".tracer", tracer_id=draft.tracer_id, _anchor="depot")), 200


def _acts(form: ActForm) -> bool:
    return bool(form.validate_on_submit())


@bp.post(f"{TRACER}/fichiers/<uuid:draft_file_id>/retirer")
@commits
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, file_of)
def remove_file(file: TracerFile) -> type_answer:
    """Take a file out of one’s draft."""
    tracer_id = file.version.tracer_id
    if _acts(ActForm()):
        services.remove_file(file, by=current_principal())
        flash("Le fichier est retiré.", "success")
    return _to_tracer(tracer_id)


@bp.post(f"{TRACER}/fichiers/<uuid:draft_file_id>/deplacer")
@commits
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, file_of)
def move_file(file: TracerFile) -> type_answer:
    """Move a file one rank up or down in one’s draft: photos are bound in that order."""
    tracer_id = file.version.tracer_id
    if _acts(ActForm()):
        services.move_file(file, up=request.form.get("vers") == "haut", by=current_principal())
    return _to_tracer(tracer_id)


def _photos(subject: Tracer) -> Mapping[str, UploadLimit]:
    """Bind the draft’s photos before the transaction opens: it takes a second or two."""
    draft = subject.draft
    pictures = services.photos_of(draft) if draft is not None else []
    use = file_use(file_uses.DOCUMENT)
    if not pictures:
        return {FIELD: UploadLimit(use, several=True)}
    streams = [io.BytesIO(b"".join(files.read(each.file))) for each in pictures]
    return {FIELD: UploadLimit(use, given=[Joined("photos.pdf", io.BytesIO(photos.bound(streams)))])}


@bp.post(f"{TRACER}/photos")
@commits(files=_photos)
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, tracer_of)
def bind_photos(subject: Tracer) -> type_answer:
    """Put one PDF in the place of the photos of one’s draft (R125)."""
    if _acts(ActForm()) and subject.draft is not None:
        for each in received_all(FIELD):
            if isinstance(each.outcome, StagedFile):
                services.bind_photos(subject.draft, each.outcome, by=current_principal())
                flash("Vos photos sont réunies en un seul PDF : relisez-le.", "success")
            else:
                flash(each.outcome.message, "refused")
    return _to_tracer(subject.id)


@bp.post(f"{TRACER}/brouillon/effacer")
@commits
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, tracer_of)
def discard(subject: Tracer) -> type_answer:
    """Forget one’s draft and its files."""
    if _acts(ActForm()) and subject.draft is not None:
        services.discard_draft(subject.draft, by=current_principal())
        flash("Le brouillon et ses fichiers sont effacés.", "success")
    return _to_tracer(subject.id, anchor=None)


@bp.post(f"{TRACER}/deposer")
@commits
@requires(Permission.PORTFOLIO_TRACER_DEPOSIT, tracer_of)
def deposit(subject: Tracer) -> type_answer:
    """Hand the draft in."""
    form = DepositForm()

    def act() -> None:
        services.deposit(subject, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Votre document est déposé. La personne qui vous suit en est prévenue.", "success")
        return _to_tracer(subject.id, anchor=None)
    return tracer_screen(subject, deposit_form=form), UNPROCESSABLE
