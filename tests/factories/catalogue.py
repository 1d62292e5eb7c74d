"""Editions for tests: a small whole one, its bodies, and the principals that act for them."""

import itertools
import uuid
from typing import Any

from training.accounts.enums import Function, OrganisationKind, Part
from training.accounts.models import Organisation
from training.catalogue.enums import DepositPlace, EditionStatus, Modality, ModuleType, Provenance, TracerWork
from training.catalogue.models import (
    ChoiceGroup,
    DiplomaRules,
    Edition,
    EditionPart,
    HoursRequirement,
    Module,
    ModuleVariant,
    Objective,
    Programme,
    Resource,
    TracerType,
    TracerVariant,
    Variant,
)
from training.common import clock
from training.common.policy import Capacity, Principal
from training.database import db

_numbers = itertools.count(1)
_OFFICIAL = {"provenance": Provenance.OFFICIAL, "source": "S1"}


def make_organisation(kind: OrganisationKind = OrganisationKind.FEDERATION, **values: Any) -> Organisation:
    """Return a body, not yet in any session."""
    number = next(_numbers)
    defaults = {"id": uuid.uuid4(), "code": f"ORG-{number}", "name": f"Organisme {number}", "short_name": f"O{number}"}
    return Organisation(**{**defaults, "kind": kind, **values})


def acting_for(*bodies: Organisation, function: Function = Function.MANAGER) -> Principal:
    """Return someone who holds the function in each of the bodies."""
    capacities = tuple(
        Capacity(function.value, function.label, organisation_id=body.id, body_kind=body.kind.value) for body in bodies
    )
    return Principal(person_id=uuid.uuid4(), name="Camille Roy", email="camille@example.org", capacities=capacities)


def make_programme(**values: Any) -> Programme:
    """Return a programme."""
    number = next(_numbers)
    defaults = {
        "code": f"PROG{number}",
        "label": f"Programme {number}",
        "summary": "Une formation.",
        "position": number,
    }
    return Programme(**{**defaults, **_OFFICIAL, **values})


def make_variant(code: str, *hours: int | None, kinds: tuple[str, ...] | None = None, position: int = 1) -> Variant:
    """Return a variant with its présentiel, e-learning and team hours; null = unknown."""
    rows = [
        HoursRequirement(
            modality=modality,
            low=value,
            high=value,
            provenance=Provenance.TO_CONFIRM if value is None else Provenance.OFFICIAL,
            source="" if value is None else "S1",
        )
        for modality, value in zip((Modality.IN_PERSON, Modality.E_LEARNING, Modality.TEAM), hours, strict=True)
    ]
    kinds = (code.lower(),) if kinds is None else kinds
    return Variant(
        code=code, label=f"Variante {code}", structure_kinds=list(kinds), position=position, hours=rows, **_OFFICIAL
    )


def make_module(
    code: str,
    variants: dict[Variant, bool],
    *,
    kind: ModuleType = ModuleType.CORE,
    objectives: tuple[str, ...] = ("Situer son rôle",),
    tracers: tuple[str, ...] = (),
    **values: Any,
) -> Module:
    """Return a module followed by these variants (mandatory or not), with its objectives and tracers."""
    return Module(
        **{"code": code, "title": f"Module {code}", "type": kind, "blocking": True, "position": 1, **values},
        field_sources={},
        module_variants=[ModuleVariant(variant=variant, mandatory=must) for variant, must in variants.items()],
        objectives=[Objective(position=n, text=text, **_OFFICIAL) for n, text in enumerate(objectives, start=1)],
        tracers=[
            TracerType(
                code=tracer,
                label=f"Document {tracer}",
                due_days=45,
                deposit=DepositPlace.HERE,
                work=TracerWork.DOCUMENT,
                position=n,
                field_sources={},
                tracer_variants=[TracerVariant(variant=variant, mandatory=must) for variant, must in variants.items()],
                **_OFFICIAL,
            )
            for n, tracer in enumerate(tracers, start=1)
        ],
        resources=[],
        **_OFFICIAL,
    )


def make_rules(**values: Any) -> DiplomaRules:
    """Return diploma rules, unknown but for what is given."""
    return DiplomaRules(**values, field_sources={}, **_OFFICIAL)


def make_edition(*, carrier: Organisation | None = None, school: Organisation | None = None, **values: Any) -> Edition:
    """Return a draft: MSP (156 h) and CPTS (224 h), a core module, a complementary one at choice, rules."""
    number = next(_numbers)
    carrier, school = carrier or make_organisation(), school or make_organisation(OrganisationKind.SCHOOL)
    msp = make_variant("MSP", 96, 30, 30, position=1)
    cpts = make_variant("CPTS", 124, 50, 50, position=2)
    group = ChoiceGroup(
        code="OPTION", label="Un module", module_type=ModuleType.ELECTIVE, min_choices=1, max_choices=1, **_OFFICIAL
    )
    elective = make_module("COM", {msp: False, cpts: False}, kind=ModuleType.ELECTIVE, position=2, blocking=False)
    elective.choice_group = group
    elective.resources = [
        Resource(title="Introduction", url=None, minutes=30, position=1, field_sources={}, **_OFFICIAL)
    ]
    defaults = {
        "code": f"ED-{number}",
        "label": f"Édition {number}",
        "vintage": "2025-2027",
        "status": EditionStatus.DRAFT,
        "field_sources": {},
    }
    edition = Edition(**{**defaults, **_OFFICIAL, **values})
    edition.programme = values.get("programme") or make_programme()
    edition.parts = [
        EditionPart(part=part, organisation=body, organisation_id=body.id, outside_tool=False)
        for part, body in ((Part.CARRIER, carrier), (Part.SCHOOL, school))
    ]
    edition.variants = [msp, cpts]
    edition.choice_groups = [group]
    edition.modules = [make_module("PF", {msp: True, cpts: True}, tracers=("fiche_poste",)), elective]
    edition.rules = make_rules(attendance_threshold=100)
    return edition


def saved(edition: Edition, *, status: EditionStatus = EditionStatus.DRAFT) -> Edition:
    """Add an edition to the session as a draft, then give it its status, as publication does."""
    db.session.add(edition)
    db.session.flush()
    if status is not EditionStatus.DRAFT:
        edition.status, edition.published_at = status, clock.now()
        db.session.flush()
    return edition
