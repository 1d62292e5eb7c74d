"""``/appels/<code>/reconduction``: a call prepared from an earlier one, its dates moved."""

from typing import Final

from flask import Blueprint, render_template, url_for

from training.admissions import queries
from training.admissions.forms.running import RenewalForm
from training.admissions.models import Call
from training.admissions.routes import loaders
from training.admissions.services import renewing
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_renewal", __name__, url_prefix="/appels/<code>/reconduction")


def _form() -> RenewalForm:
    form = RenewalForm()
    waiting = queries.cohorts_without_call(current_principal())
    form.cohort.offer((str(cohort.id), f"{cohort.label} ({cohort.code})") for cohort in waiting)
    return form


def _page(call: Call, form: RenewalForm) -> str:
    return render_template(
        "admissions/settings/renewal.html", call=call, form=form, has_cohorts=bool(form.cohort.choices)
    )


@bp.get("")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def ask(call: Call) -> str:
    """Ask for which cohort the call is renewed, and when it opens."""
    return _page(call, _form())


@bp.post("")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def renew(call: Call) -> Answer:
    """Prepare the new call."""
    form = _form()
    return answer(
        form,
        lambda: renewing.renew(call, form.to_command(), by=current_principal()),
        again=lambda: _page(call, form),
        to=lambda: url_for("admissions_settings.index", code=form.to_command().code),
        done="L’appel est en préparation, avec ses dates déplacées. Relisez-le, puis publiez-le.",
    )
