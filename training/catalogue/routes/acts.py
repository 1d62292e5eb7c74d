"""Acts on an edition as a whole: copy, publish, archive, set or rectify a value (R102, R103)."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from training.catalogue import queries, services
from training.catalogue.comparison import departures
from training.catalogue.enums import EditionAct, Section
from training.catalogue.facts import Fact, facts
from training.catalogue.forms import CopyForm, SettleForm, settle_form
from training.catalogue.models import Edition
from training.catalogue.routes.blueprint import EDITION, bp
from training.catalogue.routes.loaders import Piece, address, edition_of, fact_of, published_only
from training.catalogue.rules import PROCEDURE, blocks_publication, owns
from training.common.forms import ActForm, ReasonForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits

type_answer = str | Response | tuple[str, int]


def to_edition(found: Edition, message: str) -> Response:
    """Return to the edition's page with a word of what was done."""
    flash(message, "success")
    return redirect(url_for("catalogue.edition", **address(found)), 303)


def _copy_form(source: Edition) -> CopyForm:
    principal = current_principal()
    carriers = queries.possible_carriers(source, principal)
    form = CopyForm(
        data={
            "label": source.label,
            "carrier": str(carriers[0].id) if len(carriers) == 1 else None,
            "variants": [variant.code for variant in source.variants],
        }
    )
    form.offer(carriers, source.variants)
    return form


@bp.get(f"{EDITION}/nouvelle-edition")
@requires(Permission.CATALOGUE_EDITION_COPY, edition_of)
def copy_edition_form(source: Edition) -> str:
    """The form of a new edition from this one."""
    return render_template("catalogue/copy.html", edition=source, form=_copy_form(source))


@bp.post(f"{EDITION}/nouvelle-edition")
@commits
@requires(Permission.CATALOGUE_EDITION_COPY, edition_of)
def copy_edition(source: Edition) -> type_answer:
    """Prepare a draft from this edition."""
    form = _copy_form(source)
    made: list[Edition] = []

    def act() -> None:
        made.append(services.copy_edition(source, form.to_command(), by=current_principal()))

    if form.validate_on_submit() and attempt(form, act):
        new = made[0]
        flash("Le brouillon est prêt : relisez-le section par section.", "success")
        return redirect(url_for("catalogue.edition", programme=source.programme.code, edition=new.code), 303)
    return render_template("catalogue/copy.html", edition=source, form=form), 422


def _publish_page(found: Edition, form: ActForm) -> str:
    return render_template(
        "catalogue/publish.html",
        edition=found,
        form=form,
        lacking=blocks_publication(found),
        unknown=[fact for fact in facts(found) if fact.is_unknown],
        departures=departures(found, found.parent) if found.parent else [],
    )


@bp.get(f"{EDITION}/publier")
@requires(Permission.CATALOGUE_EDITION_PUBLISH, edition_of)
def publish_form(found: Edition) -> str:
    """What publishing will do."""
    PROCEDURE.check(found, EditionAct.PUBLISH, by=current_principal())
    return _publish_page(found, ActForm())


@bp.post(f"{EDITION}/publier")
@commits
@requires(Permission.CATALOGUE_EDITION_PUBLISH, edition_of)
def publish(found: Edition) -> type_answer:
    """Publish the draft: the school's act (R102)."""
    form = ActForm()
    if form.validate_on_submit() and attempt(form, lambda: services.publish(found, by=current_principal())):
        return to_edition(found, "L’édition est publiée : tout le monde peut la lire, et son contenu ne change plus.")
    return _publish_page(found, form), 422


@bp.get(f"{EDITION}/classer")
@requires(Permission.CATALOGUE_EDITION_PUBLISH, edition_of)
def archive_form(found: Edition) -> str:
    """What archiving will do."""
    PROCEDURE.check(found, EditionAct.ARCHIVE, by=current_principal(), reason="-")
    return render_template("catalogue/archive.html", edition=found, form=ReasonForm())


@bp.post(f"{EDITION}/classer")
@commits
@requires(Permission.CATALOGUE_EDITION_PUBLISH, edition_of)
def archive(found: Edition) -> type_answer:
    """Move the edition to the history."""
    form = ReasonForm()

    def act() -> None:
        services.archive(found, by=current_principal(), reason=form.reason.data or "")

    if form.validate_on_submit() and attempt(form, act):
        return to_edition(found, "L’édition est classée dans l’historique.")
    return render_template("catalogue/archive.html", edition=found, form=form), 422


@bp.get(f"{EDITION}/valeurs")
@requires(Permission.CATALOGUE_EDITION_SETTLE, edition_of)
@published_only
def values(found: Edition) -> str:
    """The values this person's body owns, unknown ones first (R103)."""
    principal = current_principal()
    own = [fact for fact in facts(found) if fact.is_settable and owns(principal, found, fact.owner)]
    return render_template(
        "catalogue/values.html",
        edition=found,
        unknown=[fact for fact in own if fact.is_unknown],
        sections=[(section, [f for f in own if f.section is section and not f.is_unknown]) for section in Section],
    )


def _settle_page(piece: Piece[Fact], form: SettleForm) -> str:
    context: dict[str, Any] = {"edition": piece.edition, "fact": piece.item, "form": form}
    return render_template("catalogue/settle.html", **context)


@bp.get(f"{EDITION}/valeurs/<path:path>")
@requires(Permission.CATALOGUE_EDITION_SETTLE, fact_of)
@published_only
def settle_value_form(piece: Piece[Fact]) -> str:
    """The form in which one value is set or rectified."""
    return _settle_page(piece, settle_form(piece.item))


@bp.post(f"{EDITION}/valeurs/<path:path>")
@commits
@requires(Permission.CATALOGUE_EDITION_SETTLE, fact_of)
@published_only
def settle_value(piece: Piece[Fact]) -> type_answer:
    """Set an unknown value, or rectify a wrong one (R103)."""
    form = settle_form(piece.item)
    verb = services.set_unknown_value if piece.item.is_unknown else services.rectify_value

    def act() -> None:
        verb(piece.edition, form.to_command(piece.item), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La valeur est enregistrée, et la modification figure dans l’historique de l’édition.", "success")
        return redirect(url_for("catalogue.values", **address(piece.edition)), 303)
    return _settle_page(piece, form), 422
