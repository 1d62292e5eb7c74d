"""The catalogue's forms, one per page; each gives a frozen command."""

import uuid
from collections.abc import Iterable
from typing import Any, Final, cast

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, ValidationError

from training.accounts.enums import Part
from training.accounts.models import Organisation
from training.catalogue.commands import (
    AddResource,
    CarrierIdentity,
    CopyEdition,
    SaveGroup,
    SaveModule,
    SaveTracer,
    SchoolIdentity,
    SetHours,
    SetRules,
    SettleValue,
)
from training.catalogue.enums import MODALITIES, TRACER_WORKS, DepositPlace, Modality, ModuleType, TracerWork
from training.catalogue.facts import HOURS, RULE_FIELDS, Fact
from training.catalogue.fields import (
    CheckListField,
    WholeNumberField,
    lines,
    lines_field,
    shown,
    typed,
    value_field,
)
from training.catalogue.models import ChoiceGroup, Edition, Module, TracerType, Variant
from training.catalogue.rules import owned_types
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, WebAddress

OBJECTIVE_LENGTH: Final = 300


class _Sourced(Form):
    """A form that says on what its values rest."""

    source = StringField("Source", [Optional(), Longest(60)])

    @property
    def source_text(self) -> str:
        """The source given, or nothing."""
        return self.source.data or ""


class CopyForm(Form):
    """A new edition from an existing one."""

    code = StringField("Code", [Given("Donnez un code à la nouvelle édition."), Longest(40)])
    label = StringField("Nom de l’édition", [Given("Donnez un nom à la nouvelle édition."), Longest(160)])
    vintage = StringField("Session", [Optional(), Longest(40)])
    carrier = SlugField("Porteur", [Given("Choisissez l’organisme qui portera cette édition.")])
    variants = CheckListField("Parcours gardés", [Given("Gardez au moins un parcours.")])

    def offer(self, carriers: Iterable[Organisation], variants: Iterable[Variant]) -> None:
        """Set the choices."""
        self.carrier.offer([(str(body.id), body.name) for body in carriers])
        self.variants.offer([(variant.code, f"{variant.label} ({variant.code})") for variant in variants])

    def to_command(self) -> CopyEdition:
        """Return the command."""
        return CopyEdition(
            code=(self.code.data or "").upper(),
            label=self.label.data or "",
            vintage=self.vintage.data or None,
            carrier_id=uuid.UUID(self.carrier.data),
            variants=frozenset(self.variants.chosen),
        )


class CarrierIdentityForm(_Sourced):
    """The carrier's share of the identity."""

    label = StringField("Nom de l’édition", [Given("Donnez un nom à l’édition."), Longest(160)])
    vintage = StringField("Session", [Optional(), Longest(40)])
    acronym_expansion = StringField("Sens du sigle", [Optional(), Longest(200)])
    seminars_pattern = StringField("Rythme des séminaires", [Optional(), Longest(200)])

    def to_command(self) -> CarrierIdentity:
        """Return the command."""
        return CarrierIdentity(
            label=self.label.data or "",
            vintage=self.vintage.data or None,
            acronym_expansion=self.acronym_expansion.data or None,
            seminars_pattern=self.seminars_pattern.data or None,
            source=self.source_text,
        )


class SchoolIdentityForm(_Sourced):
    """The school's share of the identity."""

    diploma_title = StringField("Intitulé du diplôme", [Optional(), Longest(200)])
    mention_text = StringField("Mention au diplôme", [Optional(), Longest(200)])

    def to_command(self) -> SchoolIdentity:
        """Return the command."""
        return SchoolIdentity(
            diploma_title=self.diploma_title.data or None,
            mention_text=self.mention_text.data or None,
            source=self.source_text,
        )


class HoursForm(_Sourced):
    """Required hours; one field per variant and modality, added by :func:`hours_form`."""

    def cell(self, variant: Variant, modality: Modality) -> Any:
        """Return the field of a variant and modality."""
        return self[_hours_name(variant.code, modality)]

    def to_command(self, edition: Edition) -> SetHours:
        """Return the command."""
        hours = {(v.code, m): cast("int | None", self.cell(v, m).data) for v in edition.variants for m in MODALITIES}
        return SetHours(hours=hours, source=self.source_text)


def _hours_name(code: str, modality: Modality) -> str:
    return f"hours_{code.lower().replace('-', '_')}_{modality.value}"


def hours_form(edition: Edition) -> HoursForm:
    """Return the form of an edition's hours."""
    fields, data = {}, {}
    for variant in edition.variants:
        rows = {row.modality: row.hours for row in variant.hours}
        for modality in MODALITIES:
            name = _hours_name(variant.code, modality)
            fields[name] = value_field(HOURS, f"{modality.label}, parcours {variant.code}")
            data[name] = rows.get(modality)
    return cast("HoursForm", type("HoursForm", (HoursForm,), fields)(data=data))


class RulesForm(_Sourced):
    """The diploma's rules; their fields are added below, one per rule."""

    def to_command(self) -> SetRules:
        """Return the command."""
        values = {name: measure.stored(typed(measure, self[name].data)) for name, (_, measure) in RULE_FIELDS.items()}
        plain = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return SetRules(**cast("dict[str, Any]", plain), source=self.source_text)


for _name, (_label, _measure) in RULE_FIELDS.items():
    setattr(RulesForm, _name, value_field(_measure, _label))


def rules_form(facts: Iterable[Fact]) -> RulesForm:
    """Return the form of the diploma's rules, filled from their facts."""
    return RulesForm(data={fact.attribute: shown(fact.value) for fact in facts})


class ModuleForm(_Sourced):
    """A module and its objectives."""

    code = StringField("Code", [Given("Donnez un code court au module."), Longest(20)])
    title = StringField("Titre", [Optional(), Longest(160)])
    type = SlugField("Type", [Given("Choisissez le type du module.")])
    position = WholeNumberField("Rang", [Given("Donnez son rang dans l’édition."), NumberRange(1, 99, "De 1 à 99.")])
    blocking = BooleanField("Indispensable au diplôme")
    mandatory = CheckListField("Obligatoire pour")
    optional = CheckListField("Facultatif pour")
    parent = SlugField("Rattaché au module", [Optional()])
    group = SlugField("Au choix dans", [Optional()])
    objectives = lines_field("Objectifs, un par ligne")

    def prepare(self, edition: Edition, owner: Part, module: Module | None) -> None:
        """Set the choices for this edition and this owner."""
        self.type.offer([(kind.value, kind.label.capitalize()) for kind in owned_types(owner)])
        variants = [(variant.code, variant.label) for variant in edition.variants]
        self.mandatory.offer(variants)
        self.optional.offer(variants)
        others = [other for other in edition.modules if other is not module and other.parent is None]
        self.parent.offer([("", "Aucun"), *((other.code, other.name) for other in others)])
        groups = [group for group in edition.choice_groups if group.module_type.owner is owner]
        self.group.offer([("", "Aucun"), *((group.code, group.label) for group in groups)])

    def validate_optional(self, field: CheckListField) -> None:
        """A module concerns at least one variant, each once."""
        if not self.mandatory.chosen and not field.chosen:
            raise ValidationError("Cochez au moins un parcours, obligatoire ou facultatif.")
        if set(self.mandatory.chosen) & set(field.chosen):
            raise ValidationError("Un parcours est coché deux fois : choisissez obligatoire ou facultatif.")

    def validate_objectives(self, field: TextAreaField) -> None:
        """Each objective is a short sentence."""
        if any(len(text) > OBJECTIVE_LENGTH for text in lines(field.data)):
            raise ValidationError(f"Un objectif tient en {OBJECTIVE_LENGTH} caractères : raccourcissez le plus long.")

    def to_command(self) -> SaveModule:
        """Return the command."""
        return SaveModule(
            code=(self.code.data or "").upper(),
            title=self.title.data or None,
            type=ModuleType(self.type.data),
            blocking=bool(self.blocking.data),
            position=self.position.data or 1,
            parent_code=self.parent.data or None,
            group_code=self.group.data or None,
            variants=_variants(self.mandatory, self.optional),
            objectives=lines(self.objectives.data),
            source=self.source_text,
        )


def _variants(mandatory: CheckListField, optional: CheckListField) -> dict[str, bool]:
    return dict.fromkeys(optional.chosen, False) | dict.fromkeys(mandatory.chosen, True)


def module_form(edition: Edition, owner: Part, module: Module | None = None) -> ModuleForm:
    """Return the form of a module, filled if it exists."""
    data: dict[str, Any] = {"position": len(edition.modules) + 1, "blocking": owner is Part.SCHOOL}
    if module is not None:
        links = module.module_variants
        data = {
            "code": module.code,
            "title": module.title,
            "type": module.type.value,
            "position": module.position,
            "blocking": module.blocking,
            "mandatory": [link.variant.code for link in links if link.mandatory],
            "optional": [link.variant.code for link in links if not link.mandatory],
            "parent": module.parent.code if module.parent else "",
            "group": module.choice_group.code if module.choice_group else "",
            "objectives": "\n".join(objective.text for objective in module.objectives),
        }
    form = ModuleForm(data=data)
    form.prepare(edition, owner, module)
    return form


class GroupForm(_Sourced):
    """A choice among modules."""

    code = StringField("Code", [Given("Donnez un code court à ce choix."), Longest(40)])
    label = StringField("Nom", [Given("Dites ce qui est à choisir."), Longest(160)])
    type = SlugField("Modules concernés", [Given("Choisissez le type des modules proposés.")])
    min_choices = WholeNumberField("Au moins", [Given("Donnez le minimum."), NumberRange(0, 20, "De 0 à 20.")])
    max_choices = WholeNumberField("Au plus", [Given("Donnez le maximum."), NumberRange(1, 20, "De 1 à 20.")])
    decided_until = FrenchDateField("À choisir jusqu’au", [Optional()])

    def to_command(self) -> SaveGroup:
        """Return the command."""
        return SaveGroup(
            code=(self.code.data or "").upper(),
            label=self.label.data or "",
            module_type=ModuleType(self.type.data),
            min_choices=self.min_choices.data or 0,
            max_choices=self.max_choices.data or 1,
            decided_until=self.decided_until.day,
            source=self.source_text,
        )


def group_form(owner: Part, group: ChoiceGroup | None = None) -> GroupForm:
    """Return the form of a choice, filled if it exists."""
    data: dict[str, Any] = {"min_choices": 1, "max_choices": 1}
    if group is not None:
        data = {
            "code": group.code,
            "label": group.label,
            "type": group.module_type.value,
            "min_choices": group.min_choices,
            "max_choices": group.max_choices,
            "decided_until": group.decided_until,
        }
    form = GroupForm(data=data)
    form.type.offer([(kind.value, kind.heading) for kind in owned_types(owner)])
    return form


class TracerForm(_Sourced):
    """A tracer document."""

    code = StringField("Code", [Given("Donnez un code court au document."), Longest(40)])
    label = StringField("Document attendu", [Given("Dites ce que l’apprenant·e doit produire."), Longest(200)])
    due_days = WholeNumberField("Délai après le séminaire", [Optional(), NumberRange(0, 730, "De 0 à 730 jours.")])
    deposit = SlugField(
        "Où le déposer",
        [Given("Choisissez où le document se dépose.")],
        options=[(place.value, place.label.capitalize()) for place in DepositPlace],
    )
    work = SlugField(
        "Ce qui en tient lieu",
        [Given("Choisissez ce qui tient lieu de document.")],
        options=[(work.value, work.label.capitalize()) for work in TRACER_WORKS],
    )
    mandatory = CheckListField("Obligatoire pour")
    optional = CheckListField("Facultatif pour")

    validate_optional = ModuleForm.validate_optional

    def to_command(self) -> SaveTracer:
        """Return the command."""
        return SaveTracer(
            code=(self.code.data or "").lower(),
            label=self.label.data or "",
            due_days=self.due_days.data,
            deposit=DepositPlace(self.deposit.data),
            work=TracerWork(self.work.data),
            variants=_variants(self.mandatory, self.optional),
            source=self.source_text,
        )


def tracer_form(module: Module, tracer: TracerType | None = None) -> TracerForm:
    """Return the form of a tracer document, filled if it exists; only the module's variants are offered."""
    links = tracer.tracer_variants if tracer else module.module_variants
    data: dict[str, Any] = {
        "deposit": DepositPlace.HERE.value,
        "work": TracerWork.DOCUMENT.value,
        "mandatory": [link.variant.code for link in links if link.mandatory],
        "optional": [link.variant.code for link in links if not link.mandatory],
    }
    if tracer is not None:
        data |= {"code": tracer.code, "label": tracer.label, "due_days": tracer.due_days}
        data |= {"deposit": tracer.deposit.value, "work": tracer.work.value}
    form = TracerForm(data=data)
    variants = [(link.variant.code, link.variant.label) for link in module.module_variants]
    form.mandatory.offer(variants)
    form.optional.offer(variants)
    return form


class ResourceForm(_Sourced):
    """An e-learning resource."""

    title = StringField("Titre", [Given("Donnez un titre à la ressource."), Longest(160)])
    url = StringField("Adresse", [Optional(), Longest(500), WebAddress()])
    minutes = WholeNumberField("Durée", [Optional(), NumberRange(1, 100_000, "Au moins une minute.")])

    def to_command(self) -> AddResource:
        """Return the command."""
        return AddResource(
            title=self.title.data or "", url=self.url.data or None, minutes=self.minutes.data, source=self.source_text
        )


class SettleForm(_Sourced):
    """A value of a published edition; ``value`` is added by :func:`settle_form`, typed after the fact."""

    reason = TextAreaField("Motif", [Given("Indiquez le motif : il sera conservé dans l’historique."), Longest(2000)])

    def to_command(self, fact: Fact) -> SettleValue:
        """Return the command."""
        return SettleValue(
            path=fact.path,
            value=typed(fact.measure, self["value"].data),
            reason=self.reason.data or "",
            source=self.source_text,
        )


def settle_form(fact: Fact) -> SettleForm:
    """Return the form in which a fact is set or rectified, filled with its present value."""
    fields = {"value": value_field(fact.measure, fact.label)}
    data = {"value": shown(fact.value)}
    return cast("SettleForm", type("SettleForm", (SettleForm,), fields)(data=data))
