"""Partnerships for tests, made by the real verbs; in ``db.session``, flushed."""

import itertools
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from tests.factories import accounts
from training.accounts.models import Organisation, Person
from training.common.policy import NOBODY, WORKER, Principal
from training.config import ROOT
from training.cooperation.commands import AssessmentPlan, BodyWords, PartnershipWords, Seating, Settlement
from training.cooperation.enums import AssessmentAct, Cadence, DispositifCategory, Occasion, Role, Voice
from training.cooperation.grid import read_grid
from training.cooperation.models import (
    Assessment,
    DispositifKind,
    Grid,
    Participant,
    PartnerBody,
    PartnerMember,
    Partnership,
    PartnershipShare,
)
from training.cooperation.services import assessments, grids, partnerships, seats
from training.database import db

GRIDS: Final = ROOT / "seeds" / "grids"
OFFICIAL: Final = Path(GRIDS / "cooperation.toml").read_text("utf-8")
DAY: Final = date(2026, 3, 2)
_numbers = itertools.count(1)


def grid(text: str = OFFICIAL) -> Grid:
    """The grid of eleven items, made once, or another."""
    file = read_grid(text)
    held = db.session.scalar(select(Grid).where(Grid.code == file.code, Grid.version == file.version))
    return held or grids.keep(file)


def kind(code: str = "cpts") -> DispositifKind:
    """A kind of bodies, made once."""
    held = db.session.get(DispositifKind, code)
    if held is None:
        held = DispositifKind(code=code, name=code.upper(), category=DispositifCategory.DEVICE, position=0, missions=[])
        db.session.add(held)
        db.session.flush()
    return held


def words(**values: Any) -> PartnershipWords:
    """What a partnership is called, in Bourgogne-Franche-Comté unless said otherwise."""
    return PartnershipWords(
        **{
            "name": f"Partenariat {next(_numbers)}",
            "aim": "",
            "region_code": "BFC",
            "territories": ("Val d’Essai",),
            "cadence": Cadence.YEARLY,
            **values,
        }
    )


def partnership(someone: Person | None = None, *, bodies: int = 2, **values: Any) -> Partnership:
    """A partnership of some bodies, facilitated by ``someone`` or by a new person."""
    accounts.region()
    kind()
    by = accounts.principal(someone or accounts.person())
    made = partnerships.open_partnership(words(**values), by=by)
    for number in range(1, bodies + 1):
        body(made, f"CPTS {number}")
    return made


def body(there: Partnership, name: str, kind_code: str = "cpts") -> PartnerBody:
    """A body of the partnership."""
    kind(kind_code)
    return partnerships.add_body(there, BodyWords(kind_code=kind_code, name=name), by=WORKER)


def member(
    there: Partnership, role: Role = Role.PARTNER, someone: Person | None = None, of: PartnerBody | None = None
) -> Person:
    """A person in the partnership."""
    someone = someone or accounts.person()
    row = PartnerMember(partnership_id=there.id, person_id=someone.id, role=role, body_id=of.id if of else None)
    db.session.add(row)
    db.session.flush()
    db.session.expire(there, ["members"])
    return someone


def facilitator_of(there: Partnership) -> Person:
    """The person who facilitates it."""
    return next(each.person for each in there.present_members if each.role is Role.FACILITATOR)


def leader(there: Partnership) -> Principal:
    """The facilitator as services receive her."""
    return accounts.principal(facilitator_of(there))


def assessment(there: Partnership, of: Grid | None = None, **values: Any) -> Assessment:
    """An assessment in preparation, on the grid of eleven items unless said otherwise."""
    plan = {"grid_id": (of or grid()).id, "occasion": Occasion.FOLLOW_UP, "held_on": DAY, "expected": 2, **values}
    return assessments.prepare(there, AssessmentPlan(**plan), by=leader(there))


def answers(*choices: str) -> dict[str, str]:
    """The eleven answers, the last one repeated as need be."""
    codes = [item.code for item in read_grid(OFFICIAL).definition.items]
    return dict(zip(codes, [*choices, *[choices[-1]] * (len(codes) - len(choices))], strict=True))


def settle(made: Assessment, given: Mapping[str, str | None]) -> Assessment:
    """Settle items of an assessment, opened or not."""
    by = leader(made.partnership)
    if not made.is_final and made.status.value in ("draft", "open"):
        assessments.advance(made, AssessmentAct.SETTLE, by=by)
    for item, choice in given.items():
        assessments.settle(made, Settlement(item, choice), by=by)
    return made


def finalised(there: Partnership, given: Mapping[str, str | None] | None = None, **values: Any) -> Assessment:
    """A finalised assessment."""
    made = settle(assessment(there, **values), given or answers("partiellement"))
    assessments.advance(made, AssessmentAct.FINALISE, by=leader(there))
    return made


def seat(made: Assessment, of: PartnerBody | None = None, given: Mapping[str, str] | None = None) -> Participant:
    """Somebody in the room, for a body or as a guest, with answers."""
    seating = Seating(Voice.BODIES, (of.id,)) if of else Seating(Voice.GUEST)
    participant = seats.take(made, seating, by=NOBODY)
    for item, choice in (given or {}).items():
        seats.answer(participant, made, item, choice)
    return participant


def share(there: Partnership, with_body: Organisation) -> PartnershipShare:
    """The reports shared with a body."""
    return partnerships.share(there, with_body, by=leader(there))


def revoke(row: PartnershipShare) -> None:
    """A sharing taken back."""
    partnerships.revoke_share(row, by=leader(row.partnership))
