"""Preparing a call, publishing it, declaring it over (R13–R18)."""

import uuid

from training.accounts.enums import Part
from training.admissions import rules
from training.admissions.commands import NewCall
from training.admissions.enums import CallAct
from training.admissions.events import CallEvent
from training.admissions.models import Call, CallPart
from training.admissions.procedure import CALL
from training.admissions.services import revising
from training.cohorts.models import Cohort
from training.common import journal
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db


def prepare(command: NewCall, *, by: Principal) -> Call:
    """Prepare a call for a cohort; the bodies that carry, fund and teach the cohort play the same parts in it (R95)."""
    cohort = db.session.get(Cohort, command.cohort_id)
    if cohort is None:
        raise NotFound
    played_parts = {played.part for played in cohort.parts}
    call = Call(
        id=uuid.uuid4(),
        code=command.code,
        title=command.title,
        edition=cohort.edition,
        cohort=cohort,
        structure_kinds=sorted({kind for variant in cohort.edition.variants for kind in variant.structure_kinds}),
        regions=[],
        opinion_parts=[part.value for part in (Part.CARRIER, Part.FUNDER) if part in played_parts],
        provenance=cohort.provenance.value,
        parts=[
            CallPart(organisation_id=played.organisation_id, part=played.part, outside_tool=played.outside_tool)
            for played in cohort.parts
        ],
    )
    db.session.add(call)
    db.session.flush()
    journal.record(call, CallEvent.PREPARED, by=by)
    return call


def publish(call: Call, *, by: Principal) -> None:
    """Make the call public; it opens and closes by its window (R15). Its first version is what it says now."""
    CALL.advance(call, CallAct.PUBLISH, by=by)
    revising.keep_version(call, rules.call_content(call), [], told=0, by=by)


def finalise(call: Call, *, by: Principal) -> None:
    """Declare the campaign over."""
    CALL.advance(call, CallAct.FINALISE, by=by)
