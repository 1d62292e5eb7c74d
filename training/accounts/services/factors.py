"""Second factors: code application, passkeys, recovery codes, short codes."""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from training.accounts import mails, passkeys, queries, rules, secrecy
from training.accounts.enums import GUARDED_FUNCTIONS, CodeKind, Function
from training.accounts.models import Passkey, Person, SignInCode
from training.accounts.passkeys import KnownKey, NewKey
from training.accounts.secrecy import Cipher
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db

CODE_LIFETIME: Final = timedelta(minutes=10)
HANDED_LIFETIME: Final = timedelta(minutes=15)
TRIES: Final = 5
MAXIMUM_PASSKEYS: Final = 10
NOT_KNOWN: Final = (
    "Aucune personne de vos équipes ni de vos dossiers n’a de compte ouvert à cette adresse. Vérifiez-la avec elle ; "
    "sinon, seule l’administration peut lui remettre un code."
)
"""The same words whether the account is another body's or does not exist."""


# --- code application ------------------------------------------------------------------------------------------------


def add_totp(person: Person, secret: str, code: str, *, cipher: Cipher, by: Principal) -> None:
    """Tie a code application to the account once it has given a right code; ``Refused`` otherwise."""
    counter = secrecy.totp_counter(secret, secrecy.plain(code), at=clock.now(), last=None)
    if counter is None:
        raise Refused(
            "Ce code ne correspond pas. Vérifiez l’heure du téléphone, puis saisissez le code affiché maintenant.",
            field="code",
        )
    person.totp_secret = cipher.seal(secret)
    person.totp_last_counter = counter
    db.session.flush()
    _factor_added(person, "totp", "Une application de codes a été ajoutée à votre compte.", by=by)


def use_totp(person: Person, code: str, *, cipher: Cipher) -> bool:
    """Whether the code is right and new; it never works twice. The caller holds the person's row."""
    secret = cipher.open(person.totp_secret) if person.totp_secret else None
    if secret is None:
        return False
    counter = secrecy.totp_counter(secret, secrecy.plain(code), at=clock.now(), last=person.totp_last_counter)
    if counter is None:
        return False
    person.totp_last_counter = counter
    db.session.flush()
    return True


def remove_totp(person: Person, *, by: Principal) -> None:
    """Untie the code application."""
    person.totp_secret = None
    person.totp_last_counter = None
    db.session.flush()
    journal.record(person, "accounts.factor_removed", by=by, codes={"factor": "totp"})
    mails.security_notice(person, "L’application de codes a été retirée de votre compte.")


# --- recovery codes --------------------------------------------------------------------------------------------------


def make_recovery_codes(person: Person, *, by: Principal) -> list[str]:
    """Replace the recovery codes and return the new ones, which are shown once and never again."""
    codes = secrecy.new_recovery_codes()
    person.recovery_codes = [secrecy.code_digest(person.id, code) for code in codes]
    db.session.flush()
    journal.record(person, "accounts.recovery_codes_made", by=by)
    return codes


def use_recovery_code(person: Person, code: str) -> bool:
    """Whether the code is one of those left; it is then spent. The caller holds the person's row."""
    given = secrecy.code_digest(person.id, code)
    left = [kept for kept in person.recovery_codes if not secrecy.same(kept, given)]
    if len(left) == len(person.recovery_codes):
        return False
    person.recovery_codes = left
    db.session.flush()
    mails.security_notice(person, f"Un code de secours a servi à vous connecter. Il vous en reste {len(left)}.")
    return True


# --- passkeys --------------------------------------------------------------------------------------------------------


def known_keys(person_id: uuid.UUID) -> list[KnownKey]:
    """Return a person's passkeys as the browser is asked for them."""
    return [known(key) for key in queries.passkeys_of(person_id)]


def known(key: Passkey) -> KnownKey:
    """Return a passkey as checks need it."""
    return KnownKey(key.credential_id, key.public_key, key.sign_count, key.transports)


def handle_of(person: Person) -> str:
    """Return the name under which the person's passkeys know her, unrelated to her address."""
    return person.passkey_handle or person.id.hex


def add_passkey(person: Person, key: NewKey, name: str, *, by: Principal) -> Passkey:
    """Register a passkey; one already known breaks ``uq_passkey_credential_id``."""
    if len(queries.passkeys_of(person.id)) >= MAXIMUM_PASSKEYS:
        raise Refused(f"{MAXIMUM_PASSKEYS} clés au plus : retirez-en une avant d’en ajouter une autre.", field="name")
    person.passkey_handle = handle_of(person)
    row = Passkey(
        person_id=person.id,
        name=name,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        transports=list(key.transports),
    )
    db.session.add(row)
    db.session.flush()
    _factor_added(person, "passkey", f"La clé d’accès « {name} » a été ajoutée à votre compte.", by=by)
    return row


def use_passkey(key: Passkey, sign_count: int) -> None:
    """Note that a passkey was used; the caller holds its row."""
    key.sign_count = sign_count
    key.last_used_at = clock.now()
    db.session.flush()


def remove_passkey(key: Passkey, *, person: Person, by: Principal) -> None:
    """Take a passkey away."""
    name = key.name
    db.session.execute(delete(Passkey).where(Passkey.id == key.id))
    journal.record(person, "accounts.factor_removed", by=by, codes={"factor": "passkey"}, text={"name": name})
    mails.security_notice(person, f"La clé d’accès « {name} » a été retirée de votre compte.")


def remove_all(person: Person, reason: str, *, by: Principal) -> None:
    """Take every second factor away, for someone who has lost them all; she sets new ones at her next sign-in."""
    person.totp_secret = None
    person.totp_last_counter = None
    person.recovery_codes = []
    db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))
    db.session.flush()
    journal.record(person, "accounts.factors_reset", by=by, text={"reason": reason})
    mails.security_notice(person, "L’administration a retiré vos seconds facteurs de connexion, à votre demande.")


def _factor_added(person: Person, factor: str, sentence: str, *, by: Principal) -> None:
    journal.record(person, "accounts.factor_added", by=by, codes={"factor": factor})
    mails.security_notice(person, sentence)


# --- short codes -----------------------------------------------------------------------------------------------------


def send_code(person: Person, kind: CodeKind) -> None:
    """Send a six-digit code by mail; the one before stops working."""
    code = secrecy.new_digits()
    _keep_code(person, kind, code, CODE_LIFETIME)
    mails.sign_in_code(person, code)


Acquaintance = Callable[[Principal, Person], bool]
_acquaintances: list[Acquaintance] = []
_bars: list[Acquaintance] = []


def add_acquaintance(check: Acquaintance) -> None:
    """Let a higher room say whom else a manager has before her: ``check(by, person)``. Called once at start."""
    if check not in _acquaintances:
        _acquaintances.append(check)


def add_bar(check: Acquaintance) -> None:
    """Let a higher room say whom a manager never vouches for: ``check(by, person)``. Called once at start."""
    if check not in _bars:
        _bars.append(check)


def knows(by: Principal, person: Person) -> bool:
    """Whether ``by`` may stand for this person's identity without being of the administration (R100).

    Whoever holds any function outside the bodies ``by`` manages, or whom a higher room's bar names, is never hers to
    vouch for. Otherwise she knows the members of those bodies, and whomever a higher room's check accepts.
    """
    held = queries.bodies_of(person.id)
    if held - rules.managed_bodies(by) or any(check(by, person) for check in _bars):
        return False
    return bool(held) or any(check(by, person) for check in _acquaintances)


def hand_over_code(person: Person, *, by: Principal) -> str:
    """Return a code to read to the person in front of one; she is told by mail who handed it (R100).

    Only the administrator opens this door to a guarded function, or to someone ``by`` does not know
    (:func:`knows`); ``Refused`` otherwise.
    """
    if not by.holds(Function.ADMINISTRATOR):
        if not knows(by, person):
            raise Refused(NOT_KNOWN, field="email")
        functions: Sequence[Function] = queries.functions_of(person.id)
        if any(function in GUARDED_FUNCTIONS for function in functions):
            raise Refused(
                "Cette personne gère des dossiers : seule l’administration peut lui remettre un code.", field="email"
            )
    code = secrecy.new_words()
    _keep_code(person, CodeKind.HANDED_OVER, code, HANDED_LIFETIME, by=by)
    journal.record(person, "accounts.code_handed_over", by=by)
    mails.security_notice(person, f"{by.name} vous a remis en main propre un code de connexion, valable 15 minutes.")
    return code


def _keep_code(person: Person, kind: CodeKind, code: str, lifetime: timedelta, *, by: Principal | None = None) -> None:
    now = clock.now()
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.person_id == person.id, SignInCode.kind == kind, SignInCode.used_at.is_(None))
        .values(used_at=now)
    )
    db.session.add(
        SignInCode(
            person_id=person.id,
            kind=kind,
            code_hash=secrecy.code_digest(person.id, code),
            tries_left=TRIES,
            created_at=now,
            created_by=by.person_id if by else None,
            expires_at=now + lifetime,
        )
    )
    db.session.flush()


def has_live_code(person_id: uuid.UUID, kind: CodeKind) -> bool:
    """Whether a code of this kind still works."""
    return _live_code(person_id, kind) is not None


def _live_code(person_id: uuid.UUID, kind: CodeKind, *, lock: bool = False) -> SignInCode | None:
    query = (
        select(SignInCode)
        .where(
            SignInCode.person_id == person_id,
            SignInCode.kind == kind,
            SignInCode.used_at.is_(None),
            SignInCode.tries_left > 0,
            SignInCode.expires_at > clock.now(),
        )
        .order_by(SignInCode.created_at.desc(), SignInCode.id)
        .limit(1)
    )
    return db.session.scalar(query.with_for_update() if lock else query)


def use_code(person: Person, kind: CodeKind, code: str) -> bool:
    """Whether the code is right; it is then spent. A wrong one costs one of its five tries: the caller commits either way."""
    row = _live_code(person.id, kind, lock=True)
    if row is None:
        return False
    right = secrecy.same(row.code_hash, secrecy.code_digest(person.id, code))
    if right:
        row.used_at = clock.now()
    else:
        row.tries_left -= 1
    db.session.flush()
    return right


def site_check(site: passkeys.Site, key: Passkey, *, challenge: str, answer: str, verified_bearer: bool) -> None:
    """Check the browser's answer for this key and note its use; raise ``PasskeyRefused``."""
    count = passkeys.check_sign_in(
        site, known(key), challenge=challenge, answer=answer, verified_bearer=verified_bearer
    )
    use_passkey(key, count)
