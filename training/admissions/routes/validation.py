"""``/appels/<code>/financement``: what the funder validated of a call, and its act (R112)."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, render_template, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.admissions.file_uses import FUNDER_EVIDENCE
from training.admissions.forms.running import ValidationForm
from training.admissions.models import Call
from training.admissions.queries import settings as settings_queries
from training.admissions.routes import loaders
from training.admissions.services import validating
from training.common import clock
from training.common.declarations import file_use
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_validation", __name__, url_prefix="/appels/<code>/financement")


def _limits(_call: Call) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(FUNDER_EVIDENCE))}


def _page(call: Call, form: ValidationForm) -> str:
    return render_template(
        "admissions/validation/show.html",
        call=call,
        form=form,
        validation=settings_queries.validation(call.id),
        validates=can(Permission.ADMISSIONS_CALL_VALIDATE, call),
        transcribing=transcribes(current_principal(), call, Part.FUNDER),
        has_funder=any(played.part is Part.FUNDER for played in call.parts),
    )


@bp.get("")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.call_to_run)
def show(call: Call) -> str:
    """Show what stands, and to the funder or its transcriber the form."""
    transcribing = transcribes(current_principal(), call, Part.FUNDER)
    form = ValidationForm(places=call.cohort.places, decided_on=None if transcribing else clock.today())
    return _page(call, form)


@bp.post("")
@commits(files=_limits)
@requires(Permission.ADMISSIONS_CALL_VALIDATE, loaders.call_to_change)
def validate(call: Call) -> Answer:
    """Record the validation."""
    form = ValidationForm()
    return answer(
        form,
        lambda: validating.validate(call, form.to_command(), by=current_principal()),
        again=lambda: _page(call, form),
        to=url_for("admissions_validation.show", code=call.code),
        done="La validation du financeur est enregistrée.",
    )
