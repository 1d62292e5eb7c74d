"""Sharing, by explicit and revocable choice; the anonymous figures of a region (R84)."""

import uuid
from typing import Final

from flask import render_template, url_for

from training.cohorts.models import Cohort
from training.cohorts.queries import find_cohort
from training.common.errors import Refused
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.partnerships import CountedForm, ShareForm
from training.cooperation.models import Partnership, PartnershipShare
from training.cooperation.queries import cohorts as cohort_queries
from training.cooperation.queries import figures as figure_queries
from training.cooperation.queries import partnerships as queries
from training.cooperation.routes.blueprint import PARTNERSHIP, ROOM, bp
from training.cooperation.routes.loaders import partnership_of, share_of
from training.cooperation.services import partnerships as services

SHARING: Final = f"{PARTNERSHIP}/partage"
GRID: Final = "cooperation"
STEPS: Final = (
    Column("step", "Étape"),
    Column("start", "Au départ", numeric=True),
    Column("end", "À l’arrivée", numeric=True),
    Column("maximum", "Sur", numeric=True),
)


def _forms(partnership: Partnership) -> tuple[ShareForm, CountedForm]:
    form = ShareForm()
    offered = queries.bodies_to_share_with(partnership)
    form.organisation.offer([("", "Choisir"), *((str(body.id), body.name) for body in offered)])
    return form, CountedForm(data={"counted": partnership.counted_at is not None})


def _page(partnership: Partnership, form: ShareForm, counted: CountedForm) -> str:
    return render_template(
        "cooperation/sharing.html",
        partnership=partnership,
        form=form,
        counted=counted,
        act=ActForm(),
        fewest=figure_queries.FEWEST,
    )


@bp.get(SHARING)
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def sharing(partnership: Partnership) -> str:
    """With whom the finalised reports are shared, and whether one is counted."""
    return _page(partnership, *_forms(partnership))


@bp.post(SHARING)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def share(partnership: Partnership) -> Answer:
    """Share with one more body."""
    form, counted = _forms(partnership)

    def act() -> None:
        bodies = {str(body.id): body for body in queries.bodies_to_share_with(partnership)}
        chosen = bodies.get(str(uuid.UUID(form.organisation.data or "")))
        if chosen is None:
            raise Refused("Choisissez un Guichet, une fédération ou une ARS.", field="organisation")
        services.share(partnership, chosen, by=current_principal())

    return answer(
        form,
        act,
        again=lambda: _page(partnership, form, counted),
        to=lambda: url_for(".sharing", partnership_id=partnership.id),
        done="Les rapports finalisés sont partagés. Vous pouvez y mettre fin à tout moment.",
    )


@bp.post(f"{SHARING}/<uuid:share_id>/arreter")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, share_of)
def revoke_share(row: PartnershipShare) -> Answer:
    """Take a sharing back."""
    form = ActForm()
    return answer(
        form,
        lambda: services.revoke_share(row, by=current_principal()),
        again=lambda: _page(row.partnership, *_forms(row.partnership)),
        to=lambda: url_for(".sharing", partnership_id=row.partnership_id),
        done=f"{row.organisation.short_name} ne lit plus vos rapports.",
    )


@bp.post(f"{SHARING}/chiffres")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_MANAGE, partnership_of)
def set_counted(partnership: Partnership) -> Answer:
    """Enter the anonymous figures of the region, or leave them."""
    form = CountedForm()
    return answer(
        form,
        lambda: services.set_counted(partnership, counted=bool(form.counted.data), by=current_principal()),
        again=lambda: _page(partnership, _forms(partnership)[0], form),
        to=lambda: url_for(".sharing", partnership_id=partnership.id),
        done="Votre choix est enregistré.",
    )


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person sees."""
    return find_cohort(principal, code)


@bp.get("/promotions/<code>/cooperation")
@requires(Permission.COOPERATION_COHORT_READ, cohort_of)
def cohort_figures(cohort: Cohort) -> str:
    """Where the territories of a cohort's learners stood, and stand: without names, from five up (R86, R132)."""
    found = cohort_queries.cohort_figures(cohort)
    return render_template(
        "cooperation/cohort_figures.html", cohort=cohort, found=found, fewest=figure_queries.FEWEST, columns=STEPS
    )


@bp.get(f"{ROOM}/chiffres")
@requires(Permission.COOPERATION_FIGURES_READ)
def figures() -> str:
    """The anonymous figures of each region, from five territories up."""
    return render_template(
        "cooperation/figures.html", regions=figure_queries.figures(GRID), fewest=figure_queries.FEWEST
    )
