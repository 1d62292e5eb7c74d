"""The rules of the portfolio, without a database."""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from training.catalogue.enums import DepositPlace, Modality, ModuleType
from training.portfolio import rules
from training.portfolio.calendar import ModuleDates, Taught, dates_of
from training.portfolio.enums import Audience, Concern, EntryStatus, RequirementState, TracerStatus
from training.portfolio.rules import ModuleFacts, TracerFacts, differences
from training.portfolio.rules.requirements import _tracers, own_requirements

MSP, CPTS = uuid.uuid4(), uuid.uuid4()


def fact(code: str, **values: object) -> ModuleFacts:
    return ModuleFacts(uuid.uuid4(), code, code, ModuleType.CORE, True, **values)  # type: ignore[arg-type]  # fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rien de particulier, 12 réunions en 2026.", ()),
        ("Numéro 2 54 03 21 231 123 62", ()),
        ("NIR : 2 54 03 21 231 123 61", (Concern.NIR,)),
        ("NIR : 254032123112361", (Concern.NIR,)),
        ("1 85 05 2A 004 123", (Concern.NIR,)),
        ("Téléphone 03 80 12 34 56 78 91 23", ()),
        ("FINESS 210 000 123, SIRET 254 032 123 11232", ()),
        ("Mme Durand, née le 12/03/1954", (Concern.BIRTH_DATE,)),
        ("né le 3 mars 1947 : M. Petit", (Concern.BIRTH_DATE,)),
        ("DDN 01.02.1950 – Jeanne MARTIN", (Concern.BIRTH_DATE,)),
        ("La patiente Martin, date de naissance : 01/02/1950", (Concern.BIRTH_DATE,)),
        ("Notre MSP est née le 12/03/2014 d’un groupe de soignants.", ()),
        ("réunion du 12/03/2026 avec Mme Durand", ()),
        ("IPP 12345678", (Concern.STAY_NUMBER,)),
        ("n° de séjour : 240012345", (Concern.STAY_NUMBER,)),
        ("Numéro de dossier patient 0012345678", (Concern.STAY_NUMBER,)),
        ("dossier de candidature n° 20260012", ()),
        ("Mme Durand, née le 12/03/1954, IPP 12345678", (Concern.BIRTH_DATE, Concern.STAY_NUMBER)),
    ],
)
def test_what_looks_like_a_patient_is_pointed_out_r54(text: str, expected: tuple[Concern, ...]) -> None:
    assert rules.concerns_in(text) == expected


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1 h 30", 90), ("1h30", 90), ("1:30", 90), ("2 h", 120), ("2 heures", 120), ("45 min", 45), ("90mn", 90),
        ("1,5", 90), ("2", 120), ("0,25", 15), ("une heure", None), ("", None), ("1 h 75", None), ("-2", None),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_people_type_it(typed: str, minutes: int | None) -> None:
    assert rules.minutes_typed(typed) == minutes


@dataclass(frozen=True)
class Logged:
    modality: Modality
    minutes: int
    status: EntryStatus = EntryStatus.CONFIRMED


@pytest.mark.parametrize(
    ("required", "entries", "expected"),
    [
        (30, [], (0, 0, 30, False)),
        (30, [Logged(Modality.TEAM, 600)], (10, 0, 20, False)),
        (30, [Logged(Modality.TEAM, 2400)], (30, 0, 0, True)),
        (30, [Logged(Modality.TEAM, 600), Logged(Modality.E_LEARNING, 6000)], (10, 0, 20, False)),
        (30, [Logged(Modality.TEAM, 90, EntryStatus.DECLARED)], (0, Decimal("1.5"), 30, False)),
        (30, [Logged(Modality.TEAM, 90, EntryStatus.REFUSED)], (0, 0, 30, False)),
        (0, [], (0, 0, 0, True)),
        (None, [Logged(Modality.TEAM, 600)], (10, 0, None, False)),
    ],
)
def test_each_modality_counts_by_itself_up_to_what_it_asks_r50(
    required: int | None, entries: list[Logged], expected: tuple[Decimal, Decimal, Decimal | None, bool]
) -> None:
    count = rules.count_modality(entries, Modality.TEAM, required)

    assert (count.counted, count.waiting, count.missing, count.is_met) == expected


def test_a_module_at_choice_is_followed_once_chosen_r104() -> None:
    group = uuid.uuid4()
    core, first, second = fact("PF"), fact("A", group_id=group), fact("B", group_id=group)
    child = fact("A1", parent_id=first.id)
    asked = [core, first, child, second]

    assert [m.code for m in rules.expected_modules(asked, frozenset())] == ["PF"]
    assert rules.undecided_groups(asked, frozenset()) == [group]
    chosen = frozenset({first.id})
    assert [m.code for m in rules.expected_modules(asked, chosen)] == ["PF", "A", "A1"]
    assert rules.undecided_groups(asked, chosen) == []


def test_a_module_hung_on_one_of_another_variant_is_still_followed() -> None:
    lone = fact("DEC", parent_id=uuid.uuid4())

    assert rules.expected_modules([lone], frozenset()) == [lone]


@pytest.mark.parametrize(
    ("days", "ends_on", "due"),
    [
        (45, date(2026, 1, 30), date(2026, 3, 16)),
        (0, date(2026, 1, 30), date(2026, 1, 30)),
        (None, date(2026, 1, 30), None),
    ],
)
def test_a_tracer_is_due_so_long_after_the_end_of_its_seminar_r53(
    days: int | None, ends_on: date, due: date | None
) -> None:
    assert rules.due_on(days, ModuleDates(date(2026, 1, 29), ends_on)) == due
    assert rules.due_on(days, None) is None


def test_the_dates_of_a_module_are_those_of_ones_variant_r36() -> None:
    module = uuid.uuid4()
    taught = [
        Taught(module, frozenset(), date(2026, 3, 19), date(2026, 3, 19)),
        Taught(module, frozenset({CPTS}), date(2026, 3, 20), date(2026, 3, 20)),
    ]

    assert dates_of(taught, MSP)[module] == ModuleDates(date(2026, 3, 19), date(2026, 3, 19))
    assert dates_of(taught, CPTS)[module] == ModuleDates(date(2026, 3, 19), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("status", "today", "late"),
    [
        (TracerStatus.EXPECTED, date(2026, 3, 16), False),
        (TracerStatus.EXPECTED, date(2026, 3, 17), True),
        (TracerStatus.TO_REVISE, date(2026, 3, 17), True),
        (TracerStatus.QUARANTINED, date(2026, 3, 17), True),
        (TracerStatus.DEPOSITED, date(2026, 3, 17), False),
        (TracerStatus.ACCEPTED, date(2026, 3, 17), False),
    ],
)
def test_late_is_a_flag_on_what_awaits_the_learner_r53(status: TracerStatus, today: date, late: bool) -> None:
    assert rules.is_late(status, date(2026, 3, 16), today) is late
    assert rules.is_late(status, None, today) is False


def test_tracers_come_in_the_order_of_their_modules() -> None:
    first, second = fact("PF"), fact("PS")
    tracers = [
        TracerFacts(uuid.uuid4(), second.id, "Feuille de route", DepositPlace.HERE, 45, True),
        TracerFacts(uuid.uuid4(), first.id, "Fiche de poste", DepositPlace.HERE, 45, True),
        TracerFacts(uuid.uuid4(), uuid.uuid4(), "D’un module non suivi", DepositPlace.HERE, 45, True),
    ]

    expected = rules.expected_tracers(tracers, [first, second], {})

    assert [each.facts.label for each in expected] == ["Fiche de poste", "Feuille de route"]


def test_what_changed_is_told_line_by_line() -> None:
    changes = differences("Deux axes.\nSix actions.\n", "Deux   axes.\nSept actions.\nUn calendrier.")

    assert {(change.added, change.words) for change in changes} == {
        (False, "Six actions."), (True, "Sept actions."), (True, "Un calendrier."),
    }  # fmt: skip
    assert differences("a\n" * 5000, "b") == []


@dataclass(frozen=True)
class Owed:
    label: str
    status: TracerStatus
    mandatory: bool = True
    is_late: bool = False


@pytest.mark.parametrize(
    ("owed", "state"),
    [
        ([Owed("Fiche", TracerStatus.EXPECTED)], RequirementState.TO_COME),
        ([Owed("Fiche", TracerStatus.DEPOSITED)], RequirementState.UNDER_WAY),
        ([Owed("Fiche", TracerStatus.ACCEPTED)], RequirementState.MET),
        ([Owed("Fiche", TracerStatus.ACCEPTED), Owed("Note", TracerStatus.EXPECTED, mandatory=False)], RequirementState.MET),
        ([Owed("Fiche", TracerStatus.EXPECTED, is_late=True)], RequirementState.LATE),
        ([], RequirementState.TO_COME),
    ],
)  # fmt: skip
def test_the_requirement_on_documents_says_where_they_stand(owed: list[Owed], state: RequirementState) -> None:
    found = own_requirements(
        uuid.uuid4(),
        [],
        owed,
        Audience.LEARNER,
        forum=None,
        choices=["Une spécialisation"],
        choices_href="/choix",
        knows_presence=False,
    )

    assert [each.state for each in found] == [RequirementState.TO_COME, state]
    assert found[0].act is not None
    assert found[0].act.href == "/choix"
    assert found[0].label == "Choix à faire : Une spécialisation"


def test_late_documents_are_told_apart_from_the_commas_of_their_titles() -> None:
    late = [
        SimpleNamespace(mandatory=True, is_late=True, status=TracerStatus.EXPECTED, label=label)
        for label in ("Fiche de poste, rédigée ou mise à jour", "Feuille de route")
    ]
    assert (
        _tracers(late, Audience.LEARNER).detail
        == "En retard\u00a0: «\u202fFiche de poste, rédigée ou mise à jour\u202f» et «\u202fFeuille de route\u202f»."
    )


def test_a_requirement_speaks_to_its_reader() -> None:
    own, others = (
        {
            each.rule
            for each in own_requirements(
                uuid.uuid4(), [], [], audience, forum=False, choices=(), choices_href="", knows_presence=True
            )
        }
        for audience in (Audience.LEARNER, Audience.EMPLOYER)
    )
    assert any("la personne qui vous suit" in rule for rule in own)
    assert not any(re.search(r"\b(vous|votre)\b", rule) for rule in others)
