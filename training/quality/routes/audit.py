"""``/promotions/<code>/preuves``: the evidence by indicator, and its zip."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart
from training.common import access
from training.common.attachments import ZIP_TYPE, attachment, file_name
from training.common.batches import BatchStatus
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.quality.enums import EvidenceList
from training.quality.evidence import EVIDENCE
from training.quality.models import EvidenceBatch
from training.quality.queries import audit as queries
from training.quality.queries import evidence_lists as lists
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import cohort_of
from training.quality.services import audit as services

AT: Final = f"{COHORT}/preuves"


def _screen(cohort: Cohort, form: ActForm) -> str:
    batches = queries.batches_of(cohort)
    indicators = queries.audit_of(cohort)
    return render_template(
        "quality/audit.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        indicators=indicators,
        lacking=sum(bool(each.lacks) for each in indicators),
        batches=batches,
        waiting=any(batch.status is BatchStatus.WAITING for batch in batches),
        may_bundle=can(Permission.QUALITY_AUDIT_BUNDLE, cohort),
        form=form,
    )


@bp.get(AT)
@requires(Permission.QUALITY_AUDIT_READ, cohort_of)
def audit(cohort: Cohort) -> str:
    """What the tool holds for each indicator, and what is missing."""
    return _screen(cohort, ActForm())


@bp.post(AT)
@commits
@requires(Permission.QUALITY_AUDIT_BUNDLE, cohort_of)
def request_evidence(cohort: Cohort) -> type_answer:
    """Ask the worker for the zip."""
    form = ActForm()

    def act() -> None:
        services.request_evidence(cohort, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est demandé. La préparation commence dans quelques secondes.", "success")
        return redirect(url_for(".audit", code=cohort.code), 303)
    return _screen(cohort, form), 422


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of a cohort."""

    cohort: Cohort
    kind: EvidenceList

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def list_of(principal: Principal, code: str, evidence_list: str) -> Listed:
    """Return a list of a cohort this person sees."""
    cohort = cohort_of(principal, code)
    if evidence_list not in set(EvidenceList):
        raise NotFound
    return Listed(cohort, EvidenceList(evidence_list))


@bp.get(f"{AT}/<evidence_list>")
@requires(Permission.QUALITY_AUDIT_READ, list_of)
def evidence_rows(listed: Listed) -> str:
    """The very rows that an indicator counts; names are read, which is noted."""
    access.note(current_principal(), f"evidence.{listed.kind.name.lower()}", listed.cohort)
    return render_template(
        "quality/audit_rows.html",
        layout=layout_for(current_principal()),
        cohort=listed.cohort,
        kind=listed.kind,
        columns=[Column(label, label) for label in listed.kind.columns],
        rows=lists.rows_of(listed.cohort, listed.kind),
    )


@dataclass(frozen=True, slots=True)
class Ready:
    """A zip of a cohort."""

    cohort: Cohort
    batch: EvidenceBatch

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def batch_of(principal: Principal, code: str, evidence_id: uuid.UUID) -> Ready:
    """Return a zip of a cohort this person sees."""
    cohort = cohort_of(principal, code)
    return Ready(cohort, queries.find_batch(cohort, evidence_id))


@bp.get(f"{AT}/<uuid:evidence_id>.zip")
@requires(Permission.QUALITY_AUDIT_BUNDLE, batch_of)
def evidence_file(ready: Ready) -> Response:
    """The zip, its taking away noted."""
    content = EVIDENCE.content_of(ready.batch)
    access.note(current_principal(), "evidence_zip", ready.cohort)
    return attachment(content, ZIP_TYPE, f"{file_name('preuves', ready.cohort.code)}.zip")
