"""A cohort's year: what it shows, to whom, at which cost (R34, R35, R38)."""

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.common import clock
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.commands import SeminarPlan
from training.seminars.enums import ClashKind, SeminarAct, SeminarKind, StaffRole
from training.seminars.queries.year import year_of
from training.seminars.rules import year


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], (date(2026, 3, 1), date(2027, 2, 1))),
        ([None, date(2025, 12, 11)], (date(2025, 12, 1), date(2026, 11, 1))),
        ([date(2026, 1, 29), date(2027, 6, 30)], (date(2026, 1, 1), date(2027, 6, 1))),
        ([date(2026, 1, 29), date(2036, 6, 30)], (date(2026, 1, 1), date(2028, 12, 1))),
    ],
)
def test_the_course_shows_twelve_months_or_as_many_as_it_lasts(
    days: list[date | None], expected: tuple[date, date]
) -> None:
    assert year.span(days, date(2026, 3, 15)) == expected


def test_a_month_gathers_the_half_days_of_each_seminar_and_names_its_holidays() -> None:
    one, other = (SimpleNamespace(id=name, title=name) for name in ("S1", "S2"))
    half_days = [
        SimpleNamespace(
            seminar=seminar,
            seminar_id=seminar.id,
            starts_on=day,
            starts_at=make.half_day_plan(day).starts_at,
            is_off=False,
        )
        for seminar, day in ((one, date(2026, 5, 20)), (one, date(2026, 5, 21)), (other, date(2026, 6, 2)))
    ]

    may, june = year.months(date(2026, 5, 1), date(2026, 6, 1), half_days, date(2026, 5, 1))

    assert [(entry.seminar.title, entry.taking_place) for entry in may.entries] == [("S1", 2)]
    assert [name for _day, name in may.holidays] == ["1er mai", "8 mai", "Ascension", "lundi de Pentecôte"]
    assert [entry.seminar.title for entry in june.entries] == ["S2"]


def test_what_is_missing_is_named_to_whoever_plans(session: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    module, *others = cohort.edition.modules
    make.half_day(cohort, place="", modules=(module.id,))
    services.plan_seminar(cohort, SeminarPlan(SeminarKind.SEMINAR, "Sans date"), by=WORKER)
    seen = year_of(cohort, accounts.principal(cohort_rows.carrier_of(cohort)))

    told = {hole.words: [*hole.names, *(half_day.starts_on for half_day in hole.half_days)] for hole in seen.holes}

    assert told == {
        "Séminaires sans date": ["Sans date"],
        "Demi-journées sans lieu": [make.DAY],
        "Demi-journées sans formateur·rice": [make.DAY],
        "Modules jamais planifiés": [other.name for other in others],
    }
    assert [gap.planned.low for gap in seen.gaps] == [3, 3]
    school = accounts.principal(accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))
    assert (year_of(cohort, school).holes, year_of(cohort, school).clashes) == ([], [])


def test_what_lies_beyond_the_months_shown_is_listed(session: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    make.seminar(cohort, make.half_day_plan(date(2036, 4, 23)), title="Dans dix ans")

    seen = year_of(cohort, accounts.principal(cohort_rows.carrier_of(cohort)))

    assert [entry.seminar.title for entry in seen.later] == ["Dans dix ans"]
    assert len(seen.months) == year.MOST_MONTHS


def test_r35_a_trainer_and_a_room_wanted_twice_at_once_are_shown(session: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))
    trainer = accounts.person()
    staff = ((trainer.id, StaffRole.TRAINER),)
    make.half_day(cohort, variants=(msp,), staff=staff, room="Salle Battant")
    make.half_day(cohort, hours=(time(11), time(13)), variants=(cpts,), staff=staff, room="salle battant")

    seen = year_of(cohort, accounts.principal(cohort_rows.carrier_of(cohort)))

    assert [(clash.kind, clash.who) for clash in seen.clashes] == [
        (ClashKind.ROOM, ("Salle Battant, Beaune",)),
        (ClashKind.TRAINER, (trainer.name,)),
    ]


def test_r35_the_room_of_another_body_is_taken_and_nothing_more_is_told(session: Any) -> None:
    one, other = cohort_rows.cohort(), cohort_rows.cohort()
    make.half_day(other, room="Salle Battant")
    manager = accounts.principal(cohort_rows.carrier_of(one))

    (clash,) = services.clashes_with(one, [make.half_day_plan(room="Salle Battant")], by=manager)

    assert (clash.kind, clash.seminar, clash.cohort) == (ClashKind.ROOM, None, None)


def test_r35_what_is_past_clashes_with_nothing_any_more(session: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    for hours, code in ((make.MORNING, "MSP"), ((time(11), time(13)), "CPTS")):
        make.half_day(cohort, hours=hours, variants=(cohort_rows.variant(cohort, code).id,), room="Salle Battant")
    manager = accounts.principal(cohort_rows.carrier_of(cohort))

    assert len(year_of(cohort, manager).clashes) == 1
    frozen_clock.at(clock.at_paris(make.DAY, 14))
    assert year_of(cohort, manager).clashes == []


def test_a_learner_reads_the_year_of_her_variant(session: Any, client: Any, page: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))
    make.seminar(cohort, make.half_day_plan(variants=(msp,)), title="Pour les MSP")
    make.seminar(cohort, make.half_day_plan(variants=(cpts,)), title="Pour les CPTS")
    accounts.sign_in(client, cohort_rows.learner(cohort, code="MSP").person)

    shown = page(f"/promotions/{cohort.code}/annee").text

    assert "Pour les MSP" in shown
    assert "Pour les CPTS" not in shown
    assert "Heures de présentiel" not in shown
    accounts.sign_in(client, cohort_rows.learner(cohort_rows.cohort()).person)
    assert client.get(f"/promotions/{cohort.code}/annee").status_code == 404


def test_only_who_plans_may_drag_a_seminar_that_may_still_move(
    cohort: Any, client: Any, page: Any, frozen_clock: Any
) -> None:
    ahead = make.half_day(cohort)
    held = make.seminar(cohort, make.half_day_plan(make.DAY + timedelta(1)))
    for act in (SeminarAct.CONFIRM, SeminarAct.HOLD):
        services.advance(held, act, by=WORKER)
    address = f"/promotions/{cohort.code}/annee"

    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    shown = page(address).html
    accounts.sign_in(client, cohort_rows.animator(cohort))
    others = page(address).html

    assert shown.count("data-seminar=") == 1
    assert f'data-day="{make.DAY}" data-seminar="/seminaires/{ahead.seminar_id}/deplacer"' in shown
    assert "data-seminar=" not in others
    assert "data-drag" not in others


@pytest.mark.both_engines
def test_the_year_costs_the_same_whatever_it_holds(
    new_client: Any, selects: Any, session: Any, frozen_clock: Any
) -> None:
    counts = []
    for size in (1, 3):
        cohort = cohort_rows.cohort()
        trainer = cohort_rows.animator(cohort)
        for number in range(size):
            make.seminar(
                cohort,
                make.half_day_plan(
                    make.DAY + timedelta(number),
                    modules=(cohort.edition.modules[0].id,),
                    staff=((trainer.id, StaffRole.TRAINER),),
                ),
            )
        browser, address = new_client(), f"/promotions/{cohort.code}/annee"
        accounts.sign_in(browser, cohort_rows.carrier_of(cohort))
        with selects() as asked:
            assert browser.get(address).status_code == 200
        counts.append(asked.count)

    assert counts[0] == counts[1] <= 12
