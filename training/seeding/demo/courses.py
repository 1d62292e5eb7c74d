"""The demonstration's courses nearly done: documents and hours brought in, so that each lacks one thing (R67, R114)."""

from typing import Final

from sqlalchemy import select

from training.catalogue.enums import Modality
from training.catalogue.models import HoursRequirement, Module, ModuleVariant, TracerType, TracerVariant
from training.cohorts.models import Enrolment
from training.common.policy import Principal
from training.database import db
from training.defences.commands import TakenOver
from training.defences.enums import MemoireStatus
from training.defences.services import memoires
from training.portfolio.commands import HoursTakenOver, TracerTakenOver
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Tracer
from training.portfolio.services import taking_over
from training.seeding import toml
from training.seeding.demo.people import Cast, at
from training.seeding.demo.portfolio import enrolment_of

DOCUMENT: Final = "document"
READER: Final = "Thomas Berger"


def load_courses(cast: Cast) -> None:
    """Bring in what these learners had done before the tool; once, with the rest."""
    for table in toml.read("demo/memoires")["courses"]:
        by = cast.principal(table["by"])
        for line in table["learners"]:
            enrolment = enrolment_of(cast, line["who"])
            lacks = line.get("lacks", "")
            with at(table["on"], 10):
                _documents(enrolment, table, by, but_one=lacks == DOCUMENT)
                _hours(enrolment, table, by, lacks)
                if "passed" in line:
                    memoires.record_state(enrolment, TakenOver(line["passed"], MemoireStatus.PASSED), by=by)


def _documents(enrolment: Enrolment, table: toml.Table, by: Principal, *, but_one: bool) -> None:
    begun = select(Tracer.type_id).where(Tracer.enrolment_id == enrolment.id)
    kinds = db.session.scalars(
        select(TracerType)
        .join(TracerVariant, TracerVariant.tracer_id == TracerType.id)
        .join(Module, Module.id == TracerType.module_id)
        .where(TracerVariant.variant_id == enrolment.variant_id, TracerVariant.mandatory, TracerType.id.not_in(begun))
        .order_by(Module.position, TracerType.position)
    ).all()
    for kind in kinds[1:] if but_one else kinds:
        taking_over.tracer(enrolment, kind, TracerTakenOver(TracerStatus.ACCEPTED, table["on"], None, READER), by=by)


def _hours(enrolment: Enrolment, table: toml.Table, by: Principal, lacks: str) -> None:
    """Give the hours asked in each modality but the one that lacks, on the first module."""
    module = db.session.scalars(
        select(Module.id)
        .join(ModuleVariant, ModuleVariant.module_id == Module.id)
        .where(ModuleVariant.variant_id == enrolment.variant_id)
        .order_by(Module.position)
    ).first()
    asked = select(HoursRequirement).where(HoursRequirement.variant_id == enrolment.variant_id)
    lines = [
        HoursTakenOver(
            requirement.modality, module, table["on"], requirement.hours * 60, "Repris du tableau de suivi",
            f"demo-{requirement.modality.value}", READER,
        )
        for requirement in db.session.scalars(asked)
        if requirement.modality is not Modality.IN_PERSON
        and requirement.modality.value != lacks
        and requirement.hours is not None
        and module is not None
    ]  # fmt: skip
    if lines:
        taking_over.hours(enrolment, lines, by=by)
