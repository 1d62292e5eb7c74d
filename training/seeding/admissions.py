"""The calls for applications: loaded once, published as their seed says, then compared; never overwritten."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from training.accounts.enums import Part, StructureKind
from training.accounts.models import Region
from training.admissions.enums import CallStatus, ProfileField, QuestionKind
from training.admissions.events import CallEvent
from training.admissions.models import (
    Call,
    CallDate,
    CallPart,
    CostLine,
    DeclarationRequirement,
    PieceRequirement,
    Question,
)
from training.admissions.services import calls
from training.admissions.standard import STANDARD_PIECES
from training.catalogue.enums import Provenance
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.dating import ahead_of
from training.seeding.report import Report

SWITCHES: Final = (
    "accepts_other_regions",
    "membership_required",
    "derogation_allowed",
    "has_preselection",
    "has_interviews",
    "has_school_step",
    "opinions_in_session",
)
WORDS: Final = ("title", "presentation", "contact_email")
PUBLISHED: Final = timedelta(days=7)
THURSDAY: Final = 3
DAYS: Final = ("opens_on", "closes_on", "reference_on")
LISTS: Final = ("pieces", "declarations", "questions", "costs", "dates")
KNOWN: Final = (
    "code",
    "cohort",
    "status",
    "structure_kinds",
    "regions",
    "opinion_parts",
    "provenance",
    "max_per_structure",
    "profile_fields",
    *SWITCHES,
    *WORDS,
    *DAYS,
    *LISTS,
)


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Create the reference calls that are missing, on the cohorts already there; report those that differ. Flushes."""
    load_calls(report, "calls", folder=folder)


def load_calls(report: Report, name: str, *, folder: Path = toml.SEEDS) -> None:
    """Load the calls of one seed file; raise ``SeedError`` for a cohort or a piece nobody knows."""
    present = {call.code: call for call in db.session.scalars(select(Call).order_by(Call.code))}
    for table in toml.read(name, folder=folder)["calls"]:
        where = f"{name}.toml, {table.get('code')}"
        toml.only(table, KNOWN, where=where)
        held = present.get(table["code"])
        if held is None:
            _create(table, where)
            report.created.append(f"call {table['code']}")
        else:
            wanted = _words(table)
            report.compare(f"call {held.code}", {key: getattr(held, key) for key in wanted}, wanted)


def day_of(value: date | int | str | None) -> date | None:
    """Return the day a seed names: a date, or one told from today (the demonstration's).

    A number counts days; "thursday+80" is the first Thursday from then on, "thursday+80+1" the day after it.
    """
    if isinstance(value, int):
        return clock.today() + timedelta(days=value)
    if isinstance(value, str):
        _weekday, first, *more = value.split("+")
        day = clock.today() + timedelta(days=int(first))
        return day + timedelta(days=(THURSDAY - day.weekday()) % 7 + sum(map(int, more)))
    return value


def _words(table: toml.Table) -> dict[str, Any]:
    return {key: table[key] for key in ("title", "presentation") if key in table}


def _create(table: toml.Table, where: str) -> None:
    cohort = db.session.scalar(select(Cohort).where(Cohort.code == table["cohort"]))
    if cohort is None:
        raise toml.SeedError(f"{where}: no cohort {table['cohort']}")
    opens_on, closes_on = day_of(table.get("opens_on")), day_of(table.get("closes_on"))
    finalised = CallStatus(table["status"]) is CallStatus.FINALISED
    call = Call(
        code=table["code"],
        edition=cohort.edition,
        cohort=cohort,
        # What the sources tell of a campaign already over is not an act of this house: it begins there.
        status=CallStatus.FINALISED if finalised else CallStatus.DRAFT,
        opens_at=clock.at_paris(opens_on) if opens_on else None,
        closes_at=clock.end_of_day(closes_on) if closes_on else None,
        reference_on=day_of(table.get("reference_on")),
        structure_kinds=[StructureKind(kind).value for kind in table["structure_kinds"]],
        regions=_regions(table["regions"], where),
        opinion_parts=[Part(part).value for part in table["opinion_parts"]],
        provenance=Provenance(table["provenance"]).value,
        parts=[
            CallPart(organisation_id=played.organisation_id, part=played.part, outside_tool=played.outside_tool)
            for played in cohort.parts
        ],
        pieces=[_piece(code, rank, table["provenance"], where) for rank, code in enumerate(table["pieces"], start=1)],
        declarations=[
            DeclarationRequirement(code=line["code"], text=line["text"], position=rank)
            for rank, line in enumerate(table.get("declarations", ()), start=1)
        ],
        questions=[_question(line, rank) for rank, line in enumerate(table.get("questions", ()), start=1)],
        max_per_structure=table.get("max_per_structure"),
        profile_fields=[ProfileField(name).value for name in table.get("profile_fields", ())],
        costs=[_cost(line, rank, table["provenance"]) for rank, line in enumerate(table["costs"], start=1)],
        dates=[_date(line, rank, table["provenance"]) for rank, line in enumerate(table["dates"], start=1)],
        **{key: table[key] for key in (*SWITCHES, *WORDS) if key in table},
    )
    db.session.add(call)
    db.session.flush()  # the journal names the row
    with ahead_of(opens_on, PUBLISHED):
        journal.record(call, CallEvent.PREPARED, by=WORKER)
        if CallStatus(table["status"]) is CallStatus.PUBLISHED:
            calls.publish(call, by=WORKER)


def _regions(codes: list[str], where: str) -> list[str]:
    known = set(db.session.scalars(select(Region.code)))
    if unknown := set(codes) - known:
        raise toml.SeedError(f"{where}: unknown region {', '.join(sorted(unknown))}")
    return list(codes)


def _piece(code: str, position: int, provenance: str, where: str) -> PieceRequirement:
    standard = next((piece for piece in STANDARD_PIECES if piece.code == code), None)
    if standard is None:
        raise toml.SeedError(f"{where}: unknown piece {code}")
    return PieceRequirement(
        code=standard.code,
        label=standard.label,
        hint=standard.hint,
        media_types=sorted(standard.media_types),
        max_bytes=standard.max_bytes,
        only_derogation=standard.only_derogation,
        hidden_in_review=standard.hidden_in_review,
        provided_by=standard.provided_by,
        position=position,
        provenance="exemple" if standard.only_derogation else provenance,
    )


def _question(line: toml.Table, position: int) -> Question:
    return Question(
        code=line["code"],
        label=line["label"],
        hint=line.get("hint", ""),
        kind=QuestionKind(line["kind"]),
        choices=list(line.get("choices", ())),
        mandatory=line.get("mandatory", True),
        frozen=line.get("frozen", True),
        position=position,
    )


def _cost(line: toml.Table, position: int, provenance: str) -> CostLine:
    return CostLine(
        label=line["label"],
        payer=line.get("payer"),
        note=line.get("note", ""),
        position=position,
        provenance=_told(line.get("payer"), line, provenance),
    )


def _date(line: toml.Table, position: int, provenance: str) -> CallDate:
    starts_on = day_of(line.get("starts_on"))
    return CallDate(
        code=line["code"],
        label=line["label"],
        starts_on=starts_on,
        ends_on=day_of(line.get("ends_on")),
        position=position,
        provenance=_told(starts_on, line, provenance),
    )


def _told(value: object, line: toml.Table, provenance: str) -> str:
    """Return where a line comes from; an unknown value is always “à confirmer”."""
    if value is None:
        return Provenance.TO_CONFIRM.value
    return Provenance(line.get("provenance", provenance)).value
