"""Why a learner may not be proposed: tables of cases, each reason alone and together, without a database (R67–R69)."""

import dataclasses
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from training.catalogue.enums import Modality, ModuleType
from training.cohorts.enums import EnrolmentStatus
from training.diplomas.enums import ReasonKind, Settler, WaiverScope
from training.diplomas.rules import (
    ChoiceFacts,
    HoursFacts,
    LearnerFacts,
    ModuleProgress,
    TracerFacts,
    WaiverKey,
    judge,
    module_key,
)
from training.portfolio.enums import TracerStatus
from training.seminars.rules.tally import ModuleTally

K, S = ReasonKind, Settler
WHOLE = ModuleTally(total=4, satisfied=4)
GROUP = uuid.UUID(int=900)


def tracer(number: int = 1, status: TracerStatus = TracerStatus.ACCEPTED) -> TracerFacts:
    return TracerFacts(uuid.UUID(int=500 + number), f"Document {number}", status)


def module(number: int, **values: Any) -> ModuleProgress:
    """A core module, validated unless said otherwise."""
    facts = {"type": ModuleType.CORE, "is_asked": True, "half_days": WHOLE, "tracers": (tracer(number),), **values}
    return ModuleProgress(uuid.UUID(int=number), f"Module {number}", **facts)


def complementary(number: int, **values: Any) -> ModuleProgress:
    """A complementary module, which blocks nobody, of which nothing was done."""
    undone: dict[str, Any] = {"half_days": ModuleTally(total=2, ahead=2), "tracers": ()}
    return module(number, **{"type": ModuleType.ELECTIVE, "is_asked": False, **undone, **values})


def option(number: int, **values: Any) -> ModuleProgress:
    """A module she chose, which blocks (the historical edition’s choice, MOSAIC’s tracks)."""
    return module(number, **{"type": ModuleType.ELECTIVE, "group_id": GROUP, **values})


def choice(chosen: int = 1, **values: Any) -> ChoiceFacts:
    return ChoiceFacts(GROUP, "Un module sur trois", values.pop("at_least", 1), chosen, **values)


def hours(
    in_person: int | None = 96,
    e_learning: int | None = 30,
    team: int | None = 30,
    *,
    less: dict[Modality, str] | None = None,
) -> list[HoursFacts]:
    """The hours asked, all there but for what ``less`` says."""
    asked = {Modality.IN_PERSON: in_person, Modality.E_LEARNING: e_learning, Modality.TEAM: team}
    return [
        HoursFacts(modality, required, Decimal(required or 0) - Decimal((less or {}).get(modality, "0")))
        for modality, required in asked.items()
    ]


CORE = tuple(module(number) for number in range(1, 6))


def learner(**values: Any) -> LearnerFacts:
    """Someone who has done everything: an MSP coordinator of the national edition."""
    facts: dict[str, Any] = {"modules": CORE, "hours": hours(), "memoire": "passed", **values}
    return LearnerFacts(uuid.UUID(int=7), "ARA-1", **facts)


def kinds(facts: LearnerFacts) -> list[ReasonKind]:
    return [reason.kind for reason in judge(facts).reasons]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("MSP, 156 h", learner()),
        ("CDS, 156 h", learner(modules=(*CORE[:4], module(6)))),
        ("CPTS, 224 h", learner(modules=CORE, hours=hours(124, 50, 50))),
        ("BFC’s 5 + 2", learner(modules=(*CORE, complementary(6), complementary(7)))),
        (
            "HdF’s choice",
            learner(modules=(*CORE, option(8)), choices=[choice()], hours=hours(None, None, None), forum=True),
        ),
        (
            "MOSAIC, whose hours and mémoire nobody knows",
            learner(
                modules=(module(1, tracers=()), option(2)),
                choices=[choice()],
                hours=hours(None, None, None),
                memoire=None,
                asks_memoire=None,
            ),
        ),
    ],
)
def test_whoever_has_done_everything_may_be_proposed(name: str, facts: LearnerFacts) -> None:
    assert judge(facts).reasons == [], name


ALONE: Sequence[tuple[str, dict[str, Any], ReasonKind, Sequence[Settler]]] = [
    ("suspended", {"status": EnrolmentStatus.SUSPENDED}, K.ENROLMENT, [S.CARRIER]),
    ("withdrawn", {"status": EnrolmentStatus.WITHDRAWN}, K.ENROLMENT, [S.CARRIER]),
    ("postponed", {"status": EnrolmentStatus.POSTPONED}, K.ENROLMENT, [S.CARRIER]),
    ("derogation not lifted", {"held_from": date(2026, 1, 29)}, K.DEROGATION, [S.CARRIER]),
    (
        "half-day missed",
        {"modules": (*CORE[:4], module(5, half_days=ModuleTally(total=4, satisfied=3)))},
        K.MODULE,
        [S.CARRIER],
    ),
    (
        "half-day to come",
        {"modules": (*CORE[:4], module(5, half_days=ModuleTally(total=4, satisfied=3, ahead=1)))},
        K.MODULE,
        [S.LEARNER],
    ),
    (
        "sheet not countersigned",
        {"modules": (*CORE[:4], module(5, half_days=ModuleTally(total=4, satisfied=3, unlocked=1)))},
        K.MODULE,
        [S.TRAINER],
    ),
    *(
        (
            f"document {status.value}",
            {"modules": (*CORE[:4], module(5, tracers=(tracer(1), tracer(2, status))))},
            K.MODULE,
            [settler],
        )
        for status, settler in (
            (TracerStatus.EXPECTED, S.LEARNER),
            (TracerStatus.TO_REVISE, S.LEARNER),
            (TracerStatus.QUARANTINED, S.LEARNER),
            (TracerStatus.DEPOSITED, S.TRAINER),
            (TracerStatus.IN_REVIEW, S.TRAINER),
        )
    ),
    ("e-learning not followed", {"modules": (*CORE[:4], module(5, minutes_asked=90))}, K.MODULE, [S.LEARNER]),
    (
        "e-learning not confirmed",
        {"modules": (*CORE[:4], module(5, minutes_asked=90, minutes_confirmed=30, minutes_waiting=60))},
        K.MODULE,
        [S.TRAINER],
    ),
    ("track not chosen", {"modules": CORE, "choices": [choice(0, until=date(2026, 3, 1))]}, K.CHOICE, [S.LEARNER]),
    (
        "chosen module not validated",
        {"modules": (*CORE, option(8, tracers=(tracer(8, TracerStatus.EXPECTED),))), "choices": [choice()]},
        K.MODULE,
        [S.LEARNER],
    ),
    ("hours in class", {"hours": hours(less={Modality.IN_PERSON: "3.5"})}, K.HOURS, [S.CARRIER]),
    ("hours of e-learning", {"hours": hours(less={Modality.E_LEARNING: "10"})}, K.HOURS, [S.LEARNER]),
    ("hours of team work", {"hours": hours(less={Modality.TEAM: "0.5"})}, K.HOURS, [S.LEARNER]),
    ("forum", {"forum": False}, K.FORUM, [S.TRAINER]),
    *(
        (f"mémoire {step}", {"memoire": step}, K.MEMOIRE, [settler])
        for step, settler in (
            (None, S.LEARNER),
            ("subject_proposed", S.TRAINER),
            ("subject_returned", S.LEARNER),
            ("subject_approved", S.LEARNER),
            ("drafting", S.LEARNER),
            ("final_deposited", S.TRAINER),
            ("cleared", S.CARRIER),
            ("scheduled", S.JURY),
            ("defended", S.JURY),
            ("corrections_due", S.LEARNER),
            ("deferred", S.CARRIER),
            ("no_show", S.CARRIER),
        )
    ),
]


@pytest.mark.parametrize(("name", "values", "kind", "settlers"), ALONE)
def test_each_reason_alone(name: str, values: dict[str, Any], kind: ReasonKind, settlers: Sequence[Settler]) -> None:
    facts = learner(**values)
    found = judge(facts)
    assert [reason.kind for reason in found.reasons] == [kind], name
    (reason,) = found.reasons
    assert reason.settlers == list(settlers) == found.settlers
    assert reason.sentence
    assert all(part.words.endswith(".") and part.act and facts.address(part).startswith("/") for part in reason.parts)


@pytest.mark.parametrize("first", range(len(ALONE)))
def test_reasons_together_are_all_told(first: int) -> None:
    _name, values, kind, _settlers = ALONE[first]
    for _other, more, other_kind, _ in ALONE:
        if values.keys() & more.keys():
            continue
        found = kinds(learner(**values, **more))
        assert sorted(found) == sorted([kind, other_kind])


def test_everything_at_once_is_told_in_the_order_of_the_course() -> None:
    nothing = learner(
        status=EnrolmentStatus.SUSPENDED,
        held_from=date(2026, 1, 29),
        modules=tuple(
            module(number, half_days=ModuleTally(total=4), tracers=(tracer(number, TracerStatus.EXPECTED),))
            for number in range(1, 6)
        ),
        choices=[choice(0)],
        hours=[dataclasses.replace(each, counted=Decimal(0)) for each in hours()],
        forum=False,
        memoire=None,
    )
    assert kinds(nothing) == [
        K.ENROLMENT, K.DEROGATION, K.CHOICE, *[K.MODULE] * 5, *[K.HOURS] * 3, K.FORUM, K.MEMOIRE,
    ]  # fmt: skip
    assert judge(nothing).settlers == [S.LEARNER, S.TRAINER, S.CARRIER]
    assert judge(nothing).validated == []


# --- what is unknown, what exceeds -----------------------------------------------------------------------------------


def test_what_nobody_knows_blocks_nobody_and_is_told_to_be_confirmed() -> None:
    found = judge(learner(hours=hours(None, None, None), memoire=None, asks_memoire=None))
    assert found.is_met
    assert len(found.to_confirm) == 4
    assert "Mémoire et soutenance" in found.to_confirm


def test_an_asked_module_of_which_nothing_is_planned_is_to_be_confirmed() -> None:
    found = judge(learner(modules=(*CORE, module(6, half_days=ModuleTally(), tracers=()))))
    assert found.is_met
    assert uuid.UUID(int=6) not in {module.id for module in found.validated}
    assert any("Module 6" in words for words in found.to_confirm)


def test_a_thesis_begun_blocks_even_where_the_edition_says_nothing() -> None:
    assert kinds(learner(memoire="drafting", asks_memoire=None)) == [K.MEMOIRE]


def test_hours_beyond_one_modality_fill_no_other() -> None:
    counts = [
        HoursFacts(Modality.IN_PERSON, 96, Decimal(200)),
        HoursFacts(Modality.E_LEARNING, 30, Decimal(29)),
        HoursFacts(Modality.TEAM, 30, Decimal(300)),
    ]
    assert kinds(learner(hours=counts)) == [K.HOURS]


@pytest.mark.parametrize(("possible", "settler"), [("96", S.LEARNER), ("95", S.CARRIER)])
def test_hours_in_class_are_hers_while_the_calendar_still_gives_them(possible: str, settler: Settler) -> None:
    count = HoursFacts(Modality.IN_PERSON, 96, Decimal(60), possible=Decimal(possible))
    assert judge(learner(hours=[count])).settlers == [settler]


def test_hours_logged_wait_for_who_confirms_them() -> None:
    count = HoursFacts(Modality.TEAM, 30, Decimal(20), waiting=Decimal(10))
    assert judge(learner(hours=[count])).settlers == [S.TRAINER]


@pytest.mark.parametrize(("rate", "is_met"), [(100, False), (76, False), (75, True), (0, True)])
def test_the_edition_says_which_share_of_half_days_is_asked(rate: int, *, is_met: bool) -> None:
    absent = module(5, half_days=ModuleTally(total=4, satisfied=3), asked_rate=rate)
    assert judge(learner(modules=(*CORE[:4], absent))).is_met is is_met


# --- complementary modules and choices -------------------------------------------------------------------------------


def test_complementary_modules_block_nobody_unless_they_are_chosen_among() -> None:
    assert judge(learner(modules=(*CORE, complementary(6)))).is_met
    undone = option(8, half_days=ModuleTally(total=2))
    assert kinds(learner(modules=(*CORE, undone), choices=[choice()])) == [K.MODULE]


def test_one_validated_of_two_chosen_is_enough_when_one_is_asked() -> None:
    undone = option(9, half_days=ModuleTally(total=2))
    assert judge(learner(modules=(*CORE, option(8), undone), choices=[choice(2)])).is_met
    assert kinds(learner(modules=(*CORE, option(8), undone), choices=[choice(2, at_least=2)])) == [K.MODULE]


def test_a_choice_among_modules_that_do_not_block_is_no_reason() -> None:
    assert judge(learner(choices=[choice(0, is_asked=False)])).is_met


# --- waivers ---------------------------------------------------------------------------------------------------------

UNDONE = module(5, half_days=ModuleTally(total=4), tracers=(tracer(5, TracerStatus.EXPECTED),), minutes_asked=60)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"modules": (*CORE[:4], UNDONE)}, module_key(UNDONE)),
        (
            {"modules": (*CORE[:4], module(5, tracers=(tracer(5, TracerStatus.EXPECTED),)))},
            WaiverKey(WaiverScope.TRACER, str(tracer(5).type_id)),
        ),
        ({"hours": hours(less={Modality.TEAM: "30"})}, WaiverKey(WaiverScope.HOURS, "team")),
        ({"forum": False}, WaiverKey(WaiverScope.FORUM)),
        ({"choices": [choice(0)]}, WaiverKey(WaiverScope.CHOICE, str(GROUP))),
    ],
)
def test_a_waiver_takes_its_reason_away_and_is_shown(values: dict[str, Any], key: WaiverKey) -> None:
    before = judge(learner(**values))
    assert not before.is_met
    assert key in {reason.waiver for reason in before.reasons} | {p.waiver for r in before.reasons for p in r.parts}
    after = judge(learner(**values, waived={key}))
    assert after.is_met
    assert [waived.key for waived in after.waived] == [key]


def test_a_waiver_of_one_thing_leaves_the_others() -> None:
    values = {"modules": (*CORE[:4], UNDONE), "hours": hours(less={Modality.TEAM: "30"}), "forum": False}
    assert kinds(learner(**values, waived={module_key(UNDONE)})) == [K.HOURS, K.FORUM]


def test_a_waiver_of_what_is_done_is_not_shown() -> None:
    found = judge(learner(waived={module_key(CORE[0]), WaiverKey(WaiverScope.HOURS, "team")}))
    assert found.is_met
    assert found.waived == []


@pytest.mark.parametrize("kind", [K.ENROLMENT, K.DEROGATION, K.MEMOIRE])
def test_nothing_dispenses_from_being_enrolled_nor_from_the_thesis(kind: ReasonKind) -> None:
    values: dict[ReasonKind, dict[str, Any]] = {
        K.ENROLMENT: {"status": EnrolmentStatus.SUSPENDED},
        K.DEROGATION: {"held_from": date(2026, 1, 29)},
    }
    (reason,) = judge(learner(**values.get(kind, {"memoire": None}))).reasons
    assert reason.waiver is None
    assert all(part.waiver is None for part in reason.parts)
