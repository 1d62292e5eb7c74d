"""A person's rights over what is known of her: copy, anonymisation, purge (R87, R89–R91)."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select, update

from training.accounts import rules
from training.accounts.mergers import KnownApart, Merger
from training.accounts.models import Dues, Invitation, Membership, Passkey, Person, SignIn, SignInCode
from training.accounts.services import people, sign_ins, twins
from training.accounts.twin_queries import ids_of
from training.common import clock, journal, xlsx
from training.common.declarations import registry
from training.common.errors import Refused
from training.common.held import HeldForm
from training.common.policy import Principal
from training.database import db

SIGN_INS_KEPT: Final = timedelta(days=365)
INVITATIONS_KEPT: Final = timedelta(days=365)
ANONYMOUS: Final = "Personne anonymisée"


# --- the copy --------------------------------------------------------------------------------------------------------


def own_copy(person: Person, *, by: Principal) -> bytes:
    """Return a zip of everything the rooms declare about a person: one JSON file, one spreadsheet (R91)."""
    ids = ids_of(person.id)
    data = {
        declared.label: [row for each in ids for row in declared.export(each)] for declared in registry.personal_data
    }
    journal.record(person, "accounts.data_exported", by=by)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("donnees.json", json.dumps(data, ensure_ascii=False, indent=2, default=_plain))
        sheet = io.BytesIO()
        columns = [xlsx.Column("Rubrique"), xlsx.Column("Ligne"), xlsx.Column("Donnée"), xlsx.Column("Valeur")]
        xlsx.write_rows(columns, _lines(data), title="Mes données", stream=sheet)
        archive.writestr("donnees.xlsx", sheet.getvalue())
    return buffer.getvalue()


def _lines(data: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, int, str, str]]:
    for label, rows in data.items():
        for number, row in enumerate(rows, start=1):
            for key, value in row.items():
                yield label, number, key, "" if value is None else str(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return clock.in_paris(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return value if isinstance(value, str) else str(value)


# --- anonymisation ---------------------------------------------------------------------------------------------------


def ask_anonymisation(person: Person, *, by: Principal) -> None:
    """Ask to be forgotten; the administration answers after checking what the funder must keep (R91)."""
    if person.anonymisation_asked_at is None:
        person.anonymisation_asked_at = clock.now()
        db.session.flush()
        journal.record(person, "accounts.anonymisation_asked", by=by)


def withdraw_anonymisation(person: Person, *, by: Principal) -> None:
    """Take the request back."""
    if person.anonymisation_asked_at is not None and person.anonymised_at is None:
        person.anonymisation_asked_at = None
        db.session.flush()
        journal.record(person, "accounts.anonymisation_withdrawn", by=by)


def anonymise(person: Person, reason: str, *, by: Principal) -> dict[str, int]:
    """Empty what identifies a person in every room; return how many rows each table changed. Cannot be undone."""
    if person.anonymised_at is not None:
        raise Refused("Ce compte est déjà anonymisé.")
    if person.id == by.person_id:
        raise Refused("Demandez à un autre membre de l’administration d’anonymiser votre compte.", field="reason")
    journal.record(person, "accounts.anonymised", by=by, text={"reason": reason})
    sign_ins.end_others(person.id, keep=None)
    people.revoke_links(person)
    ids = ids_of(person.id)
    touched = {declared.table: sum(map(declared.anonymise, ids)) for declared in registry.personal_data}
    db.session.flush()
    return touched


def _count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))


def anonymise_person(person_id: uuid.UUID) -> int:
    """Empty a person's row: the account can never be opened again."""
    return _count(
        db.session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(
                email=f"{person_id.hex}@{people.NO_ADDRESS}",
                email_key=f"{person_id.hex}@{people.NO_ADDRESS}",
                first_name="",
                last_name=ANONYMOUS,
                sort_key=rules.sort_key(ANONYMOUS),
                phone=None,
                active=False,
                password=None,
                totp_secret=None,
                totp_last_counter=None,
                recovery_codes=[],
                passkey_handle=None,
                anonymised_at=clock.now(),
            )
        )
    )


def anonymise_memberships(person_id: uuid.UUID) -> int:
    """End a person's functions; that someone held them stays."""
    return _count(
        db.session.execute(
            update(Membership)
            .where(Membership.person_id == person_id, Membership.until.is_(None))
            .values(until=clock.now())
        )
    )


def anonymise_invitations(person_id: uuid.UUID) -> int:
    """Empty the address of the invitations a person accepted or was sent."""
    address = f"{person_id.hex}@{people.NO_ADDRESS}"
    key = select(Person.email_key).where(Person.id == person_id).scalar_subquery()
    return _count(
        db.session.execute(
            update(Invitation)
            .where(or_(Invitation.accepted_by == person_id, Invitation.email_key == key))
            .values(email=address, email_key=address)
            .execution_options(synchronize_session=False)
        )
    )


def forget_sign_ins(person_id: uuid.UUID) -> int:
    """Delete a person's devices."""
    return _count(db.session.execute(delete(SignIn).where(SignIn.person_id == person_id)))


def forget_codes(person_id: uuid.UUID) -> int:
    """Delete a person's codes, and her name from those she handed over."""
    db.session.execute(update(SignInCode).where(SignInCode.created_by == person_id).values(created_by=None))
    return _count(db.session.execute(delete(SignInCode).where(SignInCode.person_id == person_id)))


def forget_passkeys(person_id: uuid.UUID) -> int:
    """Delete a person's passkeys."""
    return _count(db.session.execute(delete(Passkey).where(Passkey.person_id == person_id)))


def forget_dues(person_id: uuid.UUID) -> int:
    """Keep the dues she entered: the author stays as an account without a name."""
    return len(db.session.scalars(select(Dues.id).where(Dues.entered_by == person_id)).all())


# --- exports ---------------------------------------------------------------------------------------------------------


def export_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return a person's own row in French words, without her secrets."""
    person = db.session.get(Person, person_id)
    if person is None:
        return []
    return [
        {
            "Adresse électronique": person.email,
            "Prénom": person.first_name,
            "Nom": person.last_name,
            "Téléphone": person.phone,
            "Compte ouvert le": person.created_at,
            "Adresse vérifiée le": person.confirmed_at,
            "Mot de passe": "oui" if person.password else "non",
            "Application de codes": "oui" if person.totp_secret else "non",
        }
    ]


def export_memberships(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return a person's functions, present and former."""
    rows = db.session.scalars(
        select(Membership).where(Membership.person_id == person_id).order_by(Membership.since, Membership.id)
    )
    return [
        {
            "Fonction": row.function.label,
            "Organisme": row.body_name,
            "Depuis": row.since,
            "Jusqu’à": row.until,
        }
        for row in rows
    ]


def export_sign_ins(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the devices a person signed in on."""
    rows = db.session.scalars(
        select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.started_at, SignIn.id)
    )
    return [
        {
            "Appareil": row.device,
            "Moyen": row.method.label,
            "Second facteur": row.second_factor.label if row.second_factor else None,
            "Début": row.started_at,
            "Dernier usage": row.last_seen_at,
            "Fin": row.ended_at or row.expires_at,
        }
        for row in rows
    ]


def export_passkeys(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return a person's passkeys by name."""
    rows = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at))
    return [{"Clé": row.name, "Ajoutée le": row.created_at, "Dernier usage": row.last_used_at} for row in rows]


def export_codes(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return when codes were made for a person; the codes themselves are not kept."""
    rows = db.session.scalars(
        select(SignInCode).where(SignInCode.person_id == person_id).order_by(SignInCode.created_at, SignInCode.id)
    )
    return [{"Code créé le": row.created_at, "Utilisé le": row.used_at} for row in rows]


def export_invitations(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the invitations a person sent or accepted."""
    rows = db.session.scalars(
        select(Invitation)
        .where(or_(Invitation.accepted_by == person_id, Invitation.invited_by == person_id))
        .order_by(Invitation.invited_at, Invitation.id)
    )
    return [
        {
            "Fonction": row.function.label,
            "Organisme": row.body_name,
            "Envoyée le": row.invited_at,
            "Acceptée le": row.accepted_at,
            "Rôle": "acceptée par vous" if row.accepted_by == person_id else "envoyée par vous",
        }
        for row in rows
    ]


def export_dues(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the dues a person entered."""
    rows = db.session.scalars(select(Dues).where(Dues.entered_by == person_id).order_by(Dues.entered_at, Dues.id))
    return [{"Année": row.year, "Payée le": row.paid_on, "Saisie le": row.entered_at} for row in rows]


# --- purges ----------------------------------------------------------------------------------------------------------


def purge_sign_ins() -> int:
    """Delete the sign-ins over for a year; return how many went."""
    limit = clock.now() - SIGN_INS_KEPT
    return _count(db.session.execute(delete(SignIn).where(or_(SignIn.ended_at < limit, SignIn.expires_at < limit))))


def purge_codes() -> int:
    """Delete the codes that no longer work; return how many went."""
    return _count(db.session.execute(delete(SignInCode).where(SignInCode.expires_at < clock.now() - timedelta(days=1))))


def purge_invitations() -> int:
    """Delete the invitations nobody accepted for a year; return how many went."""
    limit = clock.now() - INVITATIONS_KEPT
    return _count(
        db.session.execute(delete(Invitation).where(Invitation.accepted_at.is_(None), Invitation.expires_at < limit))
    )


def purge_accounts() -> int:
    """Delete what outlived its retention in accounts; return how many rows went."""
    return purge_codes() + purge_sign_ins() + purge_invitations() + twins.forget_moves()


# --- what was typed and waits (training.common.held) ------------------------------------------------------------------


def export_held(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the pages on which something a person typed waits for her."""
    rows = db.session.scalars(select(HeldForm).where(HeldForm.person_id == person_id).order_by(HeldForm.at))
    return [{"Page": row.path, "Conservé le": row.at} for row in rows]


def forget_held(person_id: uuid.UUID) -> int:
    """Delete what a person typed and has not sent."""
    return _count(db.session.execute(delete(HeldForm).where(HeldForm.person_id == person_id)))


# --- records met twice (R101) ----------------------------------------------------------------------------------------


def export_mergers(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the accounts of this person that were made one."""
    rows = db.session.scalars(
        select(Merger).where(or_(Merger.kept_id == person_id, Merger.merged_id == person_id)).order_by(Merger.done_at)
    )
    return [{"Comptes réunis le": row.done_at, "Défait le": row.undone_at} for row in rows]


def forget_mergers(person_id: uuid.UUID) -> int:
    """Forget what moved between the accounts of a person."""
    named = or_(Merger.kept_id == person_id, Merger.merged_id == person_id)
    return _count(db.session.execute(update(Merger).where(named).values(changes=[], reason="")))


def export_apart(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return when this person was told apart from someone who looks like her."""
    named = or_(KnownApart.first_id == person_id, KnownApart.second_id == person_id)
    rows = db.session.scalars(select(KnownApart).where(named).order_by(KnownApart.said_at))
    return [{"Distinguée d’une autre personne le": row.said_at} for row in rows]


def forget_apart(person_id: uuid.UUID) -> int:
    """Forget what this person was told apart from."""
    named = or_(KnownApart.first_id == person_id, KnownApart.second_id == person_id)
    return _count(db.session.execute(delete(KnownApart).where(named)))
