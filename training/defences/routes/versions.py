"""Versions of a mémoire: handed in, talked over, set aside (R54, R57, R58)."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.common import doctext, filetypes
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import CheckedFile
from training.common.forms import ActForm, Form, ReasonForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits, found
from training.common.views import answer
from training.defences import file_uses
from training.defences.enums import MemoireStatus, VersionKind
from training.defences.forms.memoires import FinalForm, RemarkForm, VersionForm
from training.defences.models import Memoire, MemoireVersion
from training.defences.queries.memoires import length_of
from training.defences.routes.blueprint import MEMOIRE, VERSION, bp, type_answer
from training.defences.routes.loaders import OfVersion, memoire_of, version_of
from training.defences.routes.memoires import memoire_screen, to_memoire
from training.defences.services import versions as services


def _read(checked: CheckedFile) -> str:
    return doctext.text_of(checked.content, checked.media_type)


def _draft(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"file": UploadLimit(file_use(file_uses.VERSION), inspect=_read)}


def _final(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"file": UploadLimit(file_use(file_uses.VERSION), media_types=file_uses.FINAL, inspect=_read)}


def _annotated(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"annotated": UploadLimit(file_use(file_uses.ANNOTATED))}


def _deposit_page(subject: Memoire, kind: VersionKind, form: VersionForm) -> str:
    use = file_use(file_uses.VERSION)
    types = use.media_types if kind is VersionKind.DRAFT else file_uses.FINAL
    return render_template(
        "defences/deposit.html",
        layout=layout_for(current_principal()),
        memoire=subject,
        enrolment=subject.enrolment,
        kind=kind,
        form=form,
        length=length_of(subject),
        accept=filetypes.accept_attribute(types),
        formats=filetypes.describe(types),
        max_bytes=use.max_bytes,
    )


def _final_kind(subject: Memoire) -> VersionKind:
    return VersionKind.CORRECTED if subject.status is MemoireStatus.CORRECTIONS_DUE else VersionKind.FINAL


def _hand_in(subject: Memoire, kind: VersionKind, form: VersionForm) -> type_answer:
    kept: list[MemoireVersion] = []

    def act() -> None:
        staged = form.staged()
        if staged is None:
            raise Refused("Choisissez le fichier à déposer.", field="file")
        command = form.to_command(kind, staged, str(found("file") or ""))
        kept.append(services.deposit(subject, command, by=current_principal()))

    answered = answer(
        form,
        act,
        again=lambda: _deposit_page(subject, kind, form),
        to=to_memoire(subject.id),
        done=f"La {kind.label} est déposée : les personnes qui vous suivent en sont prévenues.",
    )
    fault = length_of(subject).fault(kept[0].body_pages) if kept and kind is not VersionKind.DRAFT else None
    if fault:
        flash(fault, "warning")
    return answered


@bp.get(f"{MEMOIRE}/versions")
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def draft_form(subject: Memoire) -> str:
    """Where one hands in a version to talk over."""
    return _deposit_page(subject, VersionKind.DRAFT, VersionForm())


@bp.get(f"{MEMOIRE}/version-finale")
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def final_form(subject: Memoire) -> str:
    """Where one hands in the version the jury will read, or the one corrected after it."""
    return _deposit_page(subject, _final_kind(subject), FinalForm())


@bp.post(f"{MEMOIRE}/versions")
@commits(files=_draft)
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def deposit_draft(subject: Memoire) -> type_answer:
    """Hand in a version to talk over."""
    return _hand_in(subject, VersionKind.DRAFT, VersionForm())


@bp.post(f"{MEMOIRE}/version-finale")
@commits(files=_final)
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def deposit_final(subject: Memoire) -> type_answer:
    """Hand in the version the jury will read, or the one corrected after it."""
    return _hand_in(subject, _final_kind(subject), FinalForm())


@bp.post(f"{VERSION}/remarques")
@commits(files=_annotated)
@requires(Permission.DEFENCES_MEMOIRE_READ, version_of)
def comment(thing: OfVersion) -> type_answer:
    """Say something of a version."""
    form = RemarkForm()
    return answer(
        form,
        lambda: services.comment(thing.version, form.to_command(), by=current_principal()),
        again=lambda: memoire_screen(thing.memoire, remark=form),
        to=lambda: url_for("defences.memoire", memoire_id=thing.memoire.id, _anchor="versions"),
        done="Vos remarques sont envoyées.",
    )


def _aside_page(thing: OfVersion, form: Form) -> str:
    return render_template(
        "defences/aside.html",
        layout=layout_for(current_principal()),
        memoire=thing.memoire,
        enrolment=thing.enrolment,
        version=thing.version,
        form=form,
    )


@bp.get(f"{VERSION}/ecarter")
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, version_of)
def aside_form(thing: OfVersion) -> str:
    """What setting a version aside, or showing it again, will do."""
    return _aside_page(thing, ReasonForm())


@bp.post(f"{VERSION}/ecarter")
@commits
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, version_of)
def aside(thing: OfVersion) -> type_answer:
    """Hide a version that may name patients, or show it again."""
    form = ReasonForm()
    hidden = thing.version.is_hidden
    verb = services.show if hidden else services.hide
    return answer(
        form,
        lambda: verb(thing.version, form.reason.data or "", by=current_principal()),
        again=lambda: _aside_page(thing, form),
        to=to_memoire(thing.memoire.id),
        done="Cette version est de nouveau visible." if hidden else "Cette version est mise à l’écart.",
    )


@bp.post(f"{VERSION}/effacer")
@commits
@requires(Permission.DEFENCES_MEMOIRE_READ, version_of)
def erase(thing: OfVersion) -> type_answer:
    """Erase for good the file of a version set aside."""
    if ActForm().validate_on_submit():
        services.erase_hidden(thing.version, by=current_principal())
        flash("Le fichier de cette version est effacé.", "success")
    return redirect(to_memoire(thing.memoire.id), 303)
