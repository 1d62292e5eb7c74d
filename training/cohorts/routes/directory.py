"""``/promotions/<code>/annuaire``: who is in the cohort, and how to reach those who agreed to it (R113, R118)."""

from flask import render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.queries.directory import directory_of
from training.cohorts.registration_forms import DirectoryForm
from training.cohorts.routes.blueprint import COHORT, bp
from training.cohorts.routes.loaders import cohort_of
from training.cohorts.services import registration
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer


def _page(cohort: Cohort, form: DirectoryForm | None = None) -> str:
    principal = current_principal()
    shown = directory_of(cohort, principal.person_id)
    own = next((each for each in shown.learners if each.person_id == principal.person_id), None)
    return render_template(
        "cohorts/directory.html",
        layout=layout_for(principal),
        cohort=cohort,
        shown=shown,
        form=form or DirectoryForm(obj=shown.own),
        shows_face=own is not None and own.portrait_id is not None,
        act_form=ActForm(),
    )


@bp.get(f"{COHORT}/annuaire")
@requires(Permission.COHORTS_DIRECTORY_READ, cohort_of)
def directory(cohort: Cohort) -> str:
    """Who is in the cohort; whoever is of it says there what she shows."""
    return _page(cohort)


@bp.post(f"{COHORT}/annuaire")
@commits
@requires(Permission.COHORTS_DIRECTORY_JOIN, cohort_of)
def join_directory(cohort: Cohort) -> Answer:
    """Say what one shows of oneself."""
    form, principal = DirectoryForm(), current_principal()
    return answer(
        form,
        lambda: registration.show_address(
            cohort,
            email=bool(form.shows_email.data),
            phone=bool(form.shows_phone.data),
            by=principal,
        ),
        again=lambda: _page(cohort, form),
        to=url_for(".directory", code=cohort.code),
        done="C’est enregistré. Vous pouvez changer d’avis à tout moment.",
    )


@bp.post(f"{COHORT}/annuaire/photo")
@commits
@requires(Permission.COHORTS_DIRECTORY_JOIN, cohort_of)
def hide_face(cohort: Cohort) -> Answer:
    """Take one’s photo back: it is erased."""
    form, principal = ActForm(), current_principal()
    return answer(
        form,
        lambda: registration.hide_portrait(cohort.id, principal.person_id) if principal.person_id else None,
        again=lambda: _page(cohort),
        to=url_for(".directory", code=cohort.code),
        done="Votre photo n’est plus montrée : elle est effacée.",
    )
