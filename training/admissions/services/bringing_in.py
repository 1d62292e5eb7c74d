"""Bringing in a candidate whose file came before the tool, or by mail: a submitted file, marked as brought in (R101)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.accounts import queries as people_known
from training.accounts.commands import Identity, StructureCommand
from training.accounts.models import Person, Structure
from training.accounts.services import people, structures
from training.admissions import mails, rules
from training.admissions.enums import ApplicationAct, Situation
from training.admissions.models import Application, Call
from training.admissions.procedure import APPLICATION
from training.admissions.services import filing
from training.common import clock
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a spreadsheet tells of a candidate; ``received_on`` null = today."""

    email: str
    first_name: str
    last_name: str
    phone: str | None
    post_title: str
    situation: Situation
    post_on: date | None
    received_on: date | None


def enter_structure(values: Mapping[str, Any], *, by: Principal) -> Structure:
    """Enter in the register the structure a row names."""
    return structures.add(
        StructureCommand(
            name=values["name"],
            kind=values["kind"],
            departement_code=values["departement"],
            city=values["city"] or "",
            address="",
            finess=None,
            email=None,
            phone=None,
        ),
        by=by,
    )


def bring_in(call: Call, candidate: Candidate, structure: Structure, *, by: Principal) -> Application:
    """Write a submitted file for a candidate, her account too if she has none; she is told and finds it there (R87).

    Its pieces are asked afterwards: what it lacks does not keep it out. Raises ``Refused`` for a structure whose kind
    the course does not serve.
    """
    variant = rules.variant_for(call.edition.variants, structure.kind)
    if variant is None:
        raise Refused(f"La formation n’a pas de parcours pour {structure.name}.")
    application = Application(
        id=uuid.uuid4(),
        call=call,
        person=_person(candidate),
        structure=structure,
        variant=variant,
        post_title=candidate.post_title,
        situation=candidate.situation,
        post_on=candidate.post_on,
        brought_in_at=clock.now(),
    )
    db.session.add(application)
    db.session.flush()
    filing.number_brought_in(application)
    APPLICATION.advance(application, ApplicationAct.BRING_IN, by=by)
    received_at = clock.at_paris(candidate.received_on, 12) if candidate.received_on else clock.now()
    filing.freeze_as_brought_in(application, received_at)
    mails.brought_in(application)
    return application


def _person(candidate: Candidate) -> Person:
    """Return whoever holds this address, or someone new."""
    identity = Identity(candidate.first_name, candidate.last_name, candidate.phone)
    return people_known.person_by_email(candidate.email) or people.create(candidate.email, identity=identity)
