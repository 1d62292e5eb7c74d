"""The verbs of the catalogue on real rows."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.catalogue import acting_for, make_edition, make_organisation, saved
from training.accounts.enums import OrganisationKind, Part
from training.catalogue import module_services, queries, services
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
from training.catalogue.comparison import departures
from training.catalogue.declarations import SENTENCES
from training.catalogue.enums import (
    DepositPlace,
    EditionStatus,
    Modality,
    ModuleType,
    Provenance,
    ReferentRule,
    TracerWork,
)
from training.catalogue.facts import RULE_FIELDS
from training.catalogue.immutability import PublishedIsImmutable
from training.catalogue.models import Edition
from training.catalogue.rules import Hours, total_hours
from training.common import journal
from training.common.errors import ActUnavailable, Conflict, Forbidden, NotFound, ReasonRequired, Refused
from training.common.policy import Principal

pytestmark = pytest.mark.both_engines


class Cast:
    """An edition, its bodies and the people who act for them."""

    def __init__(self, status: EditionStatus = EditionStatus.DRAFT) -> None:
        self.carrier, self.school = make_organisation(), make_organisation(OrganisationKind.SCHOOL)
        self.edition = saved(make_edition(carrier=self.carrier, school=self.school), status=status)
        self.by_carrier, self.by_school = acting_for(self.carrier), acting_for(self.school)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in journal.timeline(self.edition, sentences=SENTENCES)]


@pytest.fixture
def draft(session: Session) -> Cast:
    return Cast()


@pytest.fixture
def published(session: Session) -> Cast:
    return Cast(EditionStatus.PUBLISHED)


def copying(carrier: Any, **values: Any) -> CopyEdition:
    command = CopyEdition("ED-NEW", "Nouvelle", "2027", carrier.id, frozenset({"MSP", "CPTS"}))
    return replace(command, **values)


def settle(path: str, value: Any, **values: Any) -> SettleValue:
    return replace(SettleValue(path, value, "Courrier de l’école", "Courrier"), **values)


def rules(**values: Any) -> SetRules:
    return SetRules(**{**dict.fromkeys(RULE_FIELDS), "source": "", **values})


def module(code: str = "NEW", **values: Any) -> SaveModule:
    command = SaveModule(
        code, "Nouveau", ModuleType.CORE, True, 3, None, None, {"MSP": True}, ("Premier", "Second"), "S9"
    )
    return replace(command, **values)


def test_a_new_edition_holds_everything_the_first_one_does(published: Cast, session: Session) -> None:
    """R1: a change is a new edition copied from the published one."""
    copy = services.copy_edition(published.edition, copying(published.carrier), by=published.by_carrier)
    session.commit()
    whole = queries.whole_editions(["ED-NEW", published.edition.code])
    new, old = whole["ED-NEW"], whole[published.edition.code]
    assert [line.path for line in departures(new, old)] == ["edition/label", "edition/vintage"]
    assert new.is_draft
    assert new.published_at is None
    assert new.parent is None
    assert {part.organisation_id for part in new.parts} == {part.organisation_id for part in old.parts}
    assert new.modules[1].choice_group is new.choice_groups[0]
    assert journal.timeline(copy, sentences=SENTENCES)[0].kind == "edition.copied"


def test_another_carrier_derives_a_regional_edition_with_fewer_variants(published: Cast, session: Session) -> None:
    """R102."""
    other = make_organisation()
    session.add(other)
    command = copying(other, variants=frozenset({"CPTS"}))
    copy = services.copy_edition(published.edition, command, by=acting_for(other))
    assert copy.parent_id == published.edition.id
    assert [variant.code for variant in copy.variants] == ["CPTS"]
    assert {(part.part, part.organisation_id) for part in copy.parts} == {
        (Part.CARRIER, other.id),
        (Part.SCHOOL, published.school.id),
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"variants": frozenset()}, "variants"),
        ({"variants": frozenset({"DAC"})}, "variants"),
        ({"code": "pas bon"}, "code"),
        ({"carrier_id": uuid.uuid4()}, "carrier"),
    ],
)
def test_a_copy_is_refused_under_its_field(published: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.copy_edition(published.edition, copying(published.carrier, **values), by=published.by_carrier)
    assert refusal.value.field == field


def test_what_changes_becomes_official_and_the_rest_keeps_its_origin(draft: Cast) -> None:
    draft.edition.field_sources = {"vintage": ["deduit", "S2"]}
    command = CarrierIdentity("Autre nom", draft.edition.vintage, None, "5 séminaires", "Plaquette")
    services.edit_carrier_identity(draft.edition, command, by=draft.by_carrier)
    assert draft.edition.origin("label") == (Provenance.OFFICIAL, "Plaquette")
    assert draft.edition.origin("vintage") == (Provenance.DEDUCED, "S2")
    assert draft.edition.origin("acronym_expansion") == (Provenance.TO_CONFIRM, "")
    services.edit_school_identity(draft.edition, SchoolIdentity("Coordinateur", None, ""), by=draft.by_school)
    assert draft.edition.diploma_title == "Coordinateur"
    assert draft.kinds() == ["edition.diploma_edited", "edition.identity_edited"]


def test_hours_are_set_and_totals_follow(draft: Cast, session: Session) -> None:
    """R3."""
    hours: dict[tuple[str, Modality], int | None] = {("MSP", modality): 50 for modality in Modality}
    services.set_hours(draft.edition, SetHours(hours, "S9"), by=draft.by_school)
    session.flush()
    msp, cpts = draft.edition.variants
    assert total_hours(msp.hours) == Hours(150, 150)
    assert total_hours(cpts.hours) is None
    assert {row.provenance for row in cpts.hours} == {Provenance.TO_CONFIRM}
    assert {row.source for row in msp.hours} == {"S9"}


def test_a_range_left_empty_stays_a_range(draft: Cast) -> None:
    row = draft.edition.variants[0].hours[0]
    row.low, row.high = 60, 72
    services.set_hours(draft.edition, SetHours({}, ""), by=draft.by_school)
    assert (row.low, row.high) == (60, 72)


def test_rules_are_set_and_unknown_ones_stay_null(draft: Cast, session: Session) -> None:
    command = rules(referent=ReferentRule.OPTIONAL, jury_bodies=("school",), quorum=2, source="S9")
    services.set_rules(draft.edition, command, by=draft.by_school)
    session.commit()
    held = draft.edition.rules
    assert (held.referent, held.jury_bodies, held.attendance_threshold) == (ReferentRule.OPTIONAL, ["school"], None)
    with pytest.raises(Refused, match="longueur"):
        services.set_rules(draft.edition, rules(memoire_pages_min=20, memoire_pages_max=10), by=draft.by_school)


def test_a_module_is_added_edited_and_removed(draft: Cast, session: Session) -> None:
    """R2."""
    new = module_services.add_module(draft.edition, module(parent_code="PF"), owner=Part.SCHOOL, by=draft.by_school)
    kept = new.objectives[1]
    kept.source = "S2"
    command = module(title="Titre revu", variants={"MSP": False, "CPTS": True}, objectives=("Second", "Troisième"))
    module_services.edit_module(new, command, owner=Part.SCHOOL, by=draft.by_school)
    session.commit()
    assert new.parent is None
    assert [(o.text, o.source) for o in new.objectives] == [("Second", "S2"), ("Troisième", "S9")]
    assert {link.variant.code: link.mandatory for link in new.module_variants} == {"MSP": False, "CPTS": True}
    module_services.remove_module(new, owner=Part.SCHOOL, by=draft.by_school)
    session.commit()
    assert [held.code for held in draft.edition.modules] == ["PF", "COM"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "PF"}, "code"),
        ({"code": "é"}, "code"),
        ({"type": ModuleType.ELECTIVE}, "type"),
        ({"variants": {}}, "variants"),
        ({"objectives": ("Même", "Même")}, "objectives"),
        ({"group_code": "OPTION"}, "group"),
    ],
)
def test_a_module_is_refused_under_its_field(draft: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        module_services.add_module(draft.edition, module(**values), owner=Part.SCHOOL, by=draft.by_school)
    assert refusal.value.field == field


def test_neither_body_touches_the_other_s_modules(draft: Cast) -> None:
    """R102."""
    core, elective = draft.edition.modules
    with pytest.raises(Refused):
        module_services.remove_module(core, owner=Part.CARRIER, by=draft.by_carrier)
    with pytest.raises(Refused):
        module_services.edit_module(elective, module(), owner=Part.SCHOOL, by=draft.by_school)
    command = AddResource("Page", None, 10, "")
    with pytest.raises(Refused):
        module_services.add_resource(core, command, owner=Part.CARRIER, by=draft.by_carrier)
    with pytest.raises(Refused):
        module_services.remove_group(draft.edition.choice_groups[0], owner=Part.SCHOOL, by=draft.by_school)


def test_a_choice_is_written_again_and_removed(draft: Cast, session: Session) -> None:
    """R104."""
    group = draft.edition.choice_groups[0]
    command = SaveGroup("OPTION", "Deux modules", ModuleType.ELECTIVE, 1, 2, None, "S9")
    with pytest.raises(Refused, match="autre choix"):
        module_services.save_group(draft.edition, command, owner=Part.CARRIER, by=draft.by_carrier)
    module_services.save_group(draft.edition, command, owner=Part.CARRIER, by=draft.by_carrier, group=group)
    assert (group.label, group.max_choices) == ("Deux modules", 2)
    wrong = replace(command, code="AUTRE", min_choices=3)
    with pytest.raises(Refused, match="maximum"):
        module_services.save_group(draft.edition, wrong, owner=Part.CARRIER, by=draft.by_carrier)
    module_services.remove_group(group, owner=Part.CARRIER, by=draft.by_carrier)
    session.commit()
    assert draft.edition.choice_groups == []
    assert draft.edition.modules[1].choice_group is None


def test_a_tracer_is_added_written_again_and_removed(draft: Cast, session: Session) -> None:
    """R51, R53, R124."""
    core = draft.edition.modules[0]
    command = SaveTracer("budget", "Budget", 30, DepositPlace.SCHOOL_PLATFORM, TracerWork.EITHER, {"MSP": True}, "S9")
    tracer = module_services.save_tracer(core, command, by=draft.by_school)
    later = replace(command, due_days=None, variants={"CPTS": False})
    module_services.save_tracer(core, later, by=draft.by_school, tracer=tracer)
    session.commit()
    assert tracer.origin("due_days") == (Provenance.TO_CONFIRM, "")
    assert {link.variant.code: link.mandatory for link in tracer.tracer_variants} == {"CPTS": False}
    with pytest.raises(Refused, match="autre document"):
        module_services.save_tracer(core, replace(command, code="fiche_poste"), by=draft.by_school)
    module_services.remove_tracer(tracer, by=draft.by_school)
    session.commit()
    assert [held.code for held in core.tracers] == ["fiche_poste"]


def test_a_resource_is_added_and_removed(draft: Cast, session: Session) -> None:
    """R47."""
    core = draft.edition.modules[0]
    command = AddResource("Page", "https://example.org/", 20, "S9")
    resource = module_services.add_resource(core, command, owner=Part.SCHOOL, by=draft.by_school)
    with pytest.raises(Refused, match="titre"):
        module_services.add_resource(core, command, owner=Part.SCHOOL, by=draft.by_school)
    session.commit()
    module_services.remove_resource(resource, owner=Part.SCHOOL, by=draft.by_school)
    session.commit()
    assert core.resources == []


def test_publishing_is_the_school_s_act_and_is_dated(draft: Cast, session: Session) -> None:
    """R102."""
    with pytest.raises(Forbidden):
        services.publish(draft.edition, by=draft.by_carrier)
    services.publish(draft.edition, by=Principal(is_worker=True, name="Traitement"))
    assert draft.edition.status is EditionStatus.PUBLISHED
    assert draft.edition.published_at is not None
    with pytest.raises(ActUnavailable):
        services.publish(draft.edition, by=draft.by_school)
    assert draft.kinds() == ["edition.publish"]


def test_an_incomplete_draft_is_not_published(draft: Cast) -> None:
    draft.edition.choice_groups[0].max_choices = 2
    with pytest.raises(Refused, match="n’en propose que 1"):
        services.publish(draft.edition, by=draft.by_school)
    assert draft.edition.is_draft


def test_archiving_needs_a_reason(published: Cast) -> None:
    with pytest.raises(ReasonRequired):
        services.archive(published.edition, by=published.by_school, reason=" ")
    services.archive(published.edition, by=published.by_school, reason="Remplacée")
    assert published.edition.status is EditionStatus.HISTORICAL


def test_no_section_of_a_published_edition_is_edited(published: Cast) -> None:
    edition, by = published.edition, published.by_school
    core = edition.modules[0]
    acts: list[Callable[[], object]] = [
        lambda: services.edit_carrier_identity(edition, CarrierIdentity("X", None, None, None, ""), by=by),
        lambda: services.edit_school_identity(edition, SchoolIdentity("X", None, ""), by=by),
        lambda: services.set_hours(edition, SetHours({}, ""), by=by),
        lambda: services.set_rules(edition, rules(), by=by),
        lambda: module_services.add_module(edition, module(), owner=Part.SCHOOL, by=by),
        lambda: module_services.edit_module(core, module(), owner=Part.SCHOOL, by=by),
        lambda: module_services.remove_module(core, owner=Part.SCHOOL, by=by),
        lambda: module_services.remove_tracer(core.tracers[0], by=by),
    ]
    for act in acts:
        with pytest.raises(PublishedIsImmutable):
            act()


def value_of(edition: Edition, name: str) -> Any:
    return getattr(edition.rules, name)


def test_an_unknown_value_is_set_by_the_body_that_owns_it(published: Cast, session: Session) -> None:
    """R103."""
    services.set_unknown_value(published.edition, settle("rules/quorum", 3), by=published.by_school)
    session.commit()
    assert value_of(published.edition, "quorum") == 3
    assert published.edition.rules.origin("quorum") == (Provenance.OFFICIAL, "Courrier")
    entry = journal.timeline(published.edition, sentences=SENTENCES)[0]
    assert (entry.kind, entry.codes["path"]) == ("edition.value_set", "rules/quorum")
    assert entry.reason is not None
    assert "au lieu de «\u202fà confirmer\u202f»" in entry.reason
    with pytest.raises(Conflict, match="rectifiez"):
        services.set_unknown_value(published.edition, settle("rules/quorum", 4), by=published.by_school)


@pytest.mark.parametrize(
    ("path", "value", "held"),
    [
        ("rules/referent", "none", ReferentRule.NONE),
        ("rules/jury_bodies", ("school", "funder"), ["school", "funder"]),
        ("rules/forum_required", False, False),
    ],
)
def test_each_kind_of_value_is_kept_as_its_column_wants(
    published: Cast, session: Session, path: str, value: Any, held: Any
) -> None:
    services.set_unknown_value(published.edition, settle(path, value), by=published.by_school)
    session.commit()
    assert value_of(published.edition, path.removeprefix("rules/")) == held


def test_a_wrong_value_is_rectified_with_a_reason(published: Cast, session: Session) -> None:
    """R103."""
    path = "variant/CPTS/hours/team"
    services.rectify_value(published.edition, settle(path, 60), by=published.by_school)
    session.commit()
    assert total_hours(published.edition.variants[1].hours) == Hours(234, 234)
    with pytest.raises(Refused, match="déjà"):
        services.rectify_value(published.edition, settle(path, 60), by=published.by_school)
    with pytest.raises(Refused, match="motif"):
        services.rectify_value(published.edition, settle(path, 61, reason=" "), by=published.by_school)
    with pytest.raises(Refused, match="Saisissez"):
        services.rectify_value(published.edition, settle(path, None), by=published.by_school)
    with pytest.raises(Conflict, match="renseignez"):
        services.rectify_value(published.edition, settle("rules/quorum", 3), by=published.by_school)


def test_only_the_owner_settles_and_only_values(published: Cast, draft: Cast) -> None:
    """R102, R103."""
    with pytest.raises(Forbidden):
        services.set_unknown_value(published.edition, settle("rules/quorum", 3), by=published.by_carrier)
    with pytest.raises(Forbidden):
        services.rectify_value(published.edition, settle("edition/label", "X"), by=published.by_school)
    services.rectify_value(published.edition, settle("edition/label", "X"), by=published.by_carrier)
    with pytest.raises(NotFound):
        services.rectify_value(published.edition, settle("module/PF", "X"), by=published.by_school)
    with pytest.raises(Conflict, match="brouillon"):
        services.set_unknown_value(draft.edition, settle("rules/quorum", 3), by=draft.by_school)
