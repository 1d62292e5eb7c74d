"""Verbs on editions as a whole: copy, edit their sections, publish, archive, settle a value.

Each verb does its whole act or nothing, flushes at most and never commits. Editing asks
for a draft and raises ``PublishedIsImmutable`` (409) otherwise.
"""

import re
from typing import Final

from training.catalogue import copying
from training.catalogue.commands import (
    CarrierIdentity,
    CopyEdition,
    SchoolIdentity,
    SetHours,
    SetRules,
    SettleValue,
)
from training.catalogue.enums import EditionAct, Modality, Provenance
from training.catalogue.facts import RULE_FIELDS, Fact, fact_at
from training.catalogue.immutability import PublishedIsImmutable, settling
from training.catalogue.models import Edition, HoursRequirement, SourcedFields
from training.catalogue.rules import (
    PROCEDURE,
    Hours,
    blocks_publication,
    carriers_for_copy,
    owns,
    parent_of_copy,
)
from training.common import clock, journal
from training.common.errors import Conflict, Forbidden, NotFound, Refused
from training.common.policy import Principal
from training.database import db

CODE: Final = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def require_draft(edition: Edition) -> None:
    """Raise ``PublishedIsImmutable`` unless the edition is a draft."""
    if not edition.is_draft:
        raise PublishedIsImmutable


def require_public(edition: Edition) -> None:
    """Raise ``Conflict`` (409) if the edition is still a draft, which is edited and not settled."""
    if edition.is_draft:
        raise Conflict("Cette édition est un brouillon : modifiez-la directement, section par section.")


def check_code(code: str) -> None:
    """Raise ``Refused`` unless the code may stand in an address: capitals, figures and hyphens."""
    if not CODE.fullmatch(code):
        raise Refused("Écrivez le code en majuscules sans accent, chiffres et tirets : PACTE-BFC-P9.", field="code")


def copy_edition(source: Edition, command: CopyEdition, *, by: Principal) -> Edition:
    """Prepare a draft that holds everything ``source`` holds, but for the variants left out (R1, R102).

    Its carrier is the body chosen; its schools and partners are those of the source. A
    national edition taken up by another carrier becomes its parent. Raises ``Refused``.
    """
    check_code(command.code)
    known = {variant.code for variant in source.variants}
    if not command.variants or not command.variants <= known:
        raise Refused("Gardez au moins un des parcours de l’édition de départ.", field="variants")
    if command.carrier_id not in carriers_for_copy(source, by):
        raise Refused("Choisissez comme porteur un organisme que vous représentez.", field="carrier")
    edition = copying.duplicate(source, command, parent=parent_of_copy(source, [command.carrier_id]))
    db.session.add(edition)
    db.session.flush()  # the journal names the row, and a code already taken must be told now
    journal.record(edition, "edition.copied", by=by, codes={"source": source.code})
    return edition


def edit_carrier_identity(edition: Edition, command: CarrierIdentity, *, by: Principal) -> None:
    """Set the carrier’s share of a draft’s identity (R102)."""
    require_draft(edition)
    for name in ("label", "vintage", "acronym_expansion", "seminars_pattern"):
        assign(edition, name, getattr(command, name), source=command.source)
    journal.record(edition, "edition.identity_edited", by=by)


def edit_school_identity(edition: Edition, command: SchoolIdentity, *, by: Principal) -> None:
    """Set the school’s share of a draft’s identity: the diploma’s title and mention (R71, R102)."""
    require_draft(edition)
    for name in ("diploma_title", "mention_text"):
        assign(edition, name, getattr(command, name), source=command.source)
    journal.record(edition, "edition.diploma_edited", by=by)


def set_hours(edition: Edition, command: SetHours, *, by: Principal) -> None:
    """Set a draft’s required hours (R3); values that do not change keep their origin."""
    require_draft(edition)
    for variant in edition.variants:
        rows = {row.modality: row for row in variant.hours}
        for modality in Modality:
            row = rows.get(modality)
            if row is None:
                row = HoursRequirement(modality=modality, provenance=Provenance.TO_CONFIRM, source="")
                variant.hours.append(row)
            hours = command.hours.get((variant.code, modality))
            if hours is not None or row.low == row.high:  # an untouched range stays a range
                _assign_hours(row, hours, source=command.source)
    journal.record(edition, "edition.hours_edited", by=by)


def set_rules(edition: Edition, command: SetRules, *, by: Principal) -> None:
    """Set a draft’s diploma rules; null = unknown, which blocks nobody (R3)."""
    require_draft(edition)
    low, high = command.memoire_pages_min, command.memoire_pages_max
    if low is not None and high is not None and low > high:
        raise Refused(
            "La longueur maximale doit être au moins égale à la longueur minimale.", field="memoire_pages_max"
        )
    for name in RULE_FIELDS:
        value = getattr(command, name)
        assign(edition.rules, name, list(value) if isinstance(value, tuple) else value, source=command.source)
    journal.record(edition, "edition.rules_edited", by=by)


def publish(edition: Edition, *, by: Principal) -> None:
    """Publish a draft: from now on its content is immutable but for R103 (R1, R102). Raises ``Refused``."""
    PROCEDURE.check(edition, EditionAct.PUBLISH, by=by)
    lacking = blocks_publication(edition)
    if lacking:
        raise Refused(" ".join(lacking))
    edition.published_at, edition.published_by = clock.now(), by.person_id
    PROCEDURE.advance(edition, EditionAct.PUBLISH, by=by)


def archive(edition: Edition, *, by: Principal, reason: str) -> None:
    """Move a published edition to the history: no new call uses it; running cohorts keep it."""
    PROCEDURE.advance(edition, EditionAct.ARCHIVE, by=by, reason=reason)


def set_unknown_value(edition: Edition, command: SettleValue, *, by: Principal) -> None:
    """Give a published edition’s unknown value, by the body that owns it (R103). Journaled.

    Raises ``NotFound`` for a value the edition does not have, ``Forbidden`` for another body’s,
    ``Conflict`` if it is no longer unknown or the edition is a draft.
    """
    fact = _settable(edition, command, by)
    if not fact.is_unknown:
        raise Conflict(f"Cette valeur est maintenant connue : {fact.words}. Pour la changer, rectifiez-la.")
    _settle(edition, fact, command, by, kind="edition.value_set")


def rectify_value(edition: Edition, command: SettleValue, *, by: Principal) -> None:
    """Replace a wrong value of a published edition, by the body that owns it (R103). Journaled, with the reason.

    Raises as :func:`set_unknown_value`, and ``Refused`` if nothing would change.
    """
    fact = _settable(edition, command, by)
    if fact.is_unknown:
        raise Conflict("Cette valeur est inconnue : renseignez-la.")
    if fact.value == _comparable(fact, command):
        raise Refused("C’est déjà la valeur en vigueur : rien n’est à rectifier.", field="value")
    _settle(edition, fact, command, by, kind="edition.value_rectified")


def _settable(edition: Edition, command: SettleValue, by: Principal) -> Fact:
    require_public(edition)
    fact = fact_at(edition, command.path)
    if fact is None or not fact.is_settable:
        raise NotFound
    if not owns(by, edition, fact.owner):
        raise Forbidden
    if command.value is None or command.value in ("", ()):
        raise Refused("Saisissez la valeur.", field="value")
    if not command.reason.strip():
        raise Refused("Indiquez le motif : il sera conservé dans l’historique.", field="reason")
    return fact


def _comparable(fact: Fact, command: SettleValue) -> object:
    if fact.attribute == "hours" and isinstance(command.value, int):
        return Hours(command.value, command.value)
    return command.value


def _settle(edition: Edition, fact: Fact, command: SettleValue, by: Principal, *, kind: str) -> None:
    before = fact.words
    with settling(edition.id):
        if isinstance(fact.row, HoursRequirement):
            _assign_hours(fact.row, command.value if isinstance(command.value, int) else None, source=command.source)
        else:
            assign(fact.row, fact.attribute, fact.measure.stored(command.value), source=command.source)
        db.session.flush()  # while the lock is open
    after = fact.measure.words(command.value)
    sentence = f"{fact.label} : « {after} », au lieu de « {before} ». {command.reason.strip()}"
    text = {"reason": sentence, "before": before, "after": after}
    journal.record(edition, kind, by=by, codes={"path": fact.path}, text=text)


def assign(row: SourcedFields, name: str, value: object, *, source: str) -> None:
    """Write one field of a row and its origin: what a body of the edition writes is official.

    A value that does not change keeps its origin.
    """
    if getattr(row, name) == value:
        return
    setattr(row, name, value)
    row.field_sources = {**(row.field_sources or {}), name: [Provenance.OFFICIAL.value, source]}


def _assign_hours(row: HoursRequirement, hours: int | None, *, source: str) -> None:
    if row.hours == hours and row.low == row.high:
        return
    row.hours = hours
    row.provenance = Provenance.TO_CONFIRM if hours is None else Provenance.OFFICIAL
    row.source = "" if hours is None else source
