"""What the yearly figures need, said by the carrier."""

from typing import Any

from training.cohorts.models import Cohort
from training.common import journal
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.commands import FiguresData
from training.quality.models import CohortInFigures, Speciality, Trainee
from training.quality.queries.bpf import settled_of
from training.seminars.rules.attendance import carrier_of


def settle(cohort: Cohort, command: FiguresData, *, by: Principal) -> None:
    """Keep the role of a cohort, the speciality of its programme and what each learner is; nothing said = to confirm."""
    if not policy.allows(by, Permission.QUALITY_BPF_EDIT, cohort):
        raise Forbidden
    carrier = carrier_of(cohort)
    if carrier is None:
        raise Refused("Cette promotion n’a pas de porteur.")
    settled = settled_of(cohort, carrier.id)
    _keep(CohortInFigures, cohort.id, "role", command.role)
    _keep(Speciality, (carrier.id, cohort.edition.programme_id), "nsf_code", command.nsf or None)
    for enrolment, _trainee in settled.learners:
        _keep(Trainee, enrolment.id, "type", command.trainees.get(enrolment.id))
    db.session.flush()
    journal.record(cohort, "cohort.figures_settled", by=by)


def _keep(model: Any, key: Any, column: str, value: object) -> None:
    row = db.session.get(model, key)
    if value is None:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        names = [each.name for each in model.__table__.primary_key]
        values = key if isinstance(key, tuple) else (key,)
        row = model(**dict(zip(names, values, strict=True)))
        db.session.add(row)
    setattr(row, column, value)
