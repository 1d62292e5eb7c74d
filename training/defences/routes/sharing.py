"""Sharing a mémoire, and the library of those that are (R127)."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common import access
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Page, page_number
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import answer
from training.defences.forms.memoires import AgreementForm
from training.defences.models import Memoire
from training.defences.queries import library as queries
from training.defences.routes.blueprint import MEMOIRE, bp, type_answer
from training.defences.routes.loaders import asked_of, memoire_of
from training.defences.routes.memoires import to_memoire
from training.defences.services import sharing as services

LIBRARY: Final = "/memoires"


@bp.get(LIBRARY)
@requires(Permission.DEFENCES_LIBRARY_READ)
def library() -> str:
    """The mémoires their author and structure agreed to share; words of the address narrow them."""
    words = " ".join(request.args.get("q", "").split())[:100]
    programme = request.args.get("programme") or None
    kind = request.args.get("structure") or None
    number = page_number(request.args.get("page"))
    rows, total = queries.library(words, programme=programme, kind=kind, number=number)
    kept: dict[str, Any] = {"q": words or None, "programme": programme, "structure": kind}
    return render_template(
        "defences/library.html",
        layout=layout_for(current_principal()),
        words=words,
        programme=programme,
        kind=kind,
        choices=queries.choices(),
        page=Page(rows, number, total, PER_PAGE, lambda to: url_for(".library", page=to, **kept)),
    )


@bp.get(f"{LIBRARY}/bibliotheque/<uuid:memoire_id>")
@requires(Permission.DEFENCES_LIBRARY_READ, queries.find_shared)
def shared(subject: Memoire) -> str:
    """A mémoire of the library: what it is about, and its final version."""
    access.note(current_principal(), "memoire.library_read", subject)
    return render_template(
        "defences/shared.html", layout=layout_for(current_principal()), memoire=subject, final=subject.final
    )


@bp.post(f"{MEMOIRE}/partage")
@commits
@requires(Permission.DEFENCES_SHARING_ASK, memoire_of)
def offer(subject: Memoire) -> type_answer:
    """Agree to share one’s mémoire, or no longer."""
    form = ActForm()
    if form.validate_on_submit():
        shares = subject.author_agreed_at is None
        told = services.offer(subject, shared=shares, by=current_principal())
        if not shares:
            flash("Votre mémoire n’est plus proposé à la bibliothèque.", "success")
        elif told:
            flash("Votre accord est noté ; la structure est invitée à donner le sien.", "success")
        else:
            flash("Votre accord est noté. Celui de la structure peut aussi être transcrit par le porteur.", "success")
    return redirect(to_memoire(subject.id), 303)


@bp.post(f"{MEMOIRE}/partage/transcrire")
@commits
@requires(Permission.DEFENCES_SHARING_TRANSCRIBE, memoire_of)
def transcribe(subject: Memoire) -> type_answer:
    """Note the agreement the structure gave outside the tool."""
    form = AgreementForm()
    return answer(
        form,
        lambda: services.agree(subject, form.signatory.data or "", by=current_principal(), transcribed=True),
        again=lambda: _agreement_page(subject, form, transcribed=True),
        to=to_memoire(subject.id),
        done="L’accord de la structure est noté.",
    )


@bp.get(f"{MEMOIRE}/partage/transcrire")
@requires(Permission.DEFENCES_SHARING_TRANSCRIBE, memoire_of)
def transcribe_form(subject: Memoire) -> str:
    """Who, in the structure, gave its agreement outside the tool."""
    return _agreement_page(subject, AgreementForm(), transcribed=True)


def _agreement_page(subject: Memoire, form: AgreementForm, *, transcribed: bool) -> str:
    return render_template(
        "defences/agreement.html",
        layout=layout_for(current_principal()) if transcribed else "layouts/public.html",
        memoire=subject,
        form=form,
        transcribed=transcribed,
    )


@bp.get(f"{MEMOIRE}/accord")
@requires(Permission.DEFENCES_SHARING_AGREE, asked_of)
def agreement(subject: Memoire) -> str:
    """What the structure is asked."""
    return _agreement_page(subject, AgreementForm(), transcribed=False)


@bp.post(f"{MEMOIRE}/accord")
@commits
@requires(Permission.DEFENCES_SHARING_AGREE, asked_of)
def agree(subject: Memoire) -> type_answer:
    """Give the structure’s agreement."""
    form = AgreementForm()
    return answer(
        form,
        lambda: services.agree(subject, form.signatory.data or "", by=current_principal()),
        again=lambda: _agreement_page(subject, form, transcribed=False),
        to=url_for(".agreement", memoire_id=subject.id),
        done="Merci : l’accord de la structure est noté.",
    )
