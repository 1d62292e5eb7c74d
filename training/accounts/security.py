"""Who is behind the request, on Flask-Login: one row per device, told again at each request.

The session cookie carries the id of a :class:`SignIn` row and nothing that lasts longer. A
second factor still to be given is a *pending* sign-in, kept in the same signed cookie for
minutes; nothing is open to it but the pages that finish it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from training.accounts import bearers, queries, rules
from training.accounts.enums import STRONG_FACTORS, CodeKind, SecondFactorKind, SignInMethod
from training.accounts.models import Person
from training.accounts.passkeys import Site
from training.accounts.queries import LiveSignIn
from training.accounts.secrecy import Cipher, Passwords
from training.accounts.services import factors, sign_ins
from training.common import clock, guard, held, throttle
from training.common.access import apart
from training.common.held import LAST_PERSON, sign_in_first
from training.common.policy import NOBODY, Principal
from training.common.throttle import Limit
from training.config import SecondFactor
from training.database import db, writing
from training.extensions import settings

__all__ = ["SECURITY_ENDPOINTS", "install", "sign_in_first"]

SECURITY_ENDPOINTS: Final = frozenset(
    {
        "accounts.sign_in",
        "accounts.ask_magic_link",
        "accounts.give_code",
        "accounts.give_second_factor",
        "accounts.give_passkey",
        "accounts.open_account",
        "accounts.ask_password_reset",
        "accounts.sign_out",
        "accounts.confirm_identity",
        "accounts.resend_code",
        "accounts.send_confirmation",
        "accounts.use_link",
        "accounts.renew_link",
        "accounts.set_new_password",
        "accounts.change_password",
    }
)
"""The acts that sign in or out. They hold a transaction of their own (:func:`acting`) instead of ``@commits``:
limits are counted and passwords hashed before the database is held, and a wrong code costs one of its tries
although the answer is a refusal."""

PENDING: Final = "pending"
PENDING_FOR: Final = timedelta(minutes=15)

QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
WRONG_HERE: Final = Limit("sign_in_pair", 8, QUARTER)
"""Wrong passwords for one account from one address: the only limit a stranger reaches quickly, and only for himself."""
WRONG_ACCOUNT: Final = Limit("sign_in_account", 60, QUARTER)
WRONG_ADDRESS: Final = Limit("sign_in_address", 60, QUARTER)
MAIL_HERE: Final = Limit("mail_pair", 5, QUARTER)
MAIL_ACCOUNT: Final = Limit("mail_account", 20, HOUR)
MAIL_ADDRESS: Final = Limit("mail_address", 30, HOUR)
CODE_HERE: Final = Limit("code_pair", 12, QUARTER)
CODE_ACCOUNT: Final = Limit("code_account", 30, QUARTER)
"""Codes of a second factor for one account, from anywhere: only who gave the first factor reaches this limit."""
CODE_ADDRESS: Final = Limit("code_address", 40, QUARTER)
LINK_ADDRESS: Final = Limit("link_address", 60, QUARTER)


class SessionUser(UserMixin):
    """What Flask-Login keeps of a device: the id of its row."""

    def __init__(self, live: LiveSignIn) -> None:
        self.live = live

    def get_id(self) -> str:
        """Return what the session carries."""
        return str(self.live.id)


@dataclass(slots=True)
class Pending:
    """A first factor given, the second awaited."""

    person_id: str
    method: str
    own_device: bool
    next_address: str | None
    until: float
    challenge: str | None = None


# --- reading ---------------------------------------------------------------------------------------------------------


def _load(sign_in_id: str) -> SessionUser | None:
    try:
        key = uuid.UUID(sign_in_id)
    except ValueError:
        return None
    live = queries.live_sign_in(key)
    return SessionUser(live) if live else None


def live_sign_in() -> LiveSignIn | None:
    """Return the device behind the request, read once per request, or null."""
    if "_user_id" not in session:  # what Flask-Login keeps there: without it, nobody has signed in
        return None
    user = current_user
    return cast("LiveSignIn", user.live) if user and user.is_authenticated else None


def read_principal() -> Principal:
    """Return the person behind the request with all her functions (R97), or a link's bearer; one SELECT, two with a link.

    Where a second factor is required, a device without one does not carry the guarded functions (R100).
    """
    _forget_user()
    live = live_sign_in()
    link = bearers.present()
    if live is None:
        return Principal(link=link) if link else NOBODY
    if request.method in {"GET", "HEAD"}:
        _see(live)
    strong = live.second_factor in STRONG_FACTORS
    withheld = second_factor_required() and not strong
    capacities = tuple(c for c in live.capacities if not (withheld and rules.is_guarded([c.function])))
    g.must_enrol = len(capacities) < len(live.capacities)
    return Principal(
        person_id=live.person_id,
        name=live.name,
        email=live.email,
        capacities=capacities,
        has_second_factor=live.second_factor is not None,
        link=link,
    )


def _forget_user() -> None:
    """Make Flask-Login read the device again: the transaction it was read in may be over."""
    g.pop("_login_user", None)


def _see(live: LiveSignIn) -> None:
    now = clock.now()
    if now - live.last_seen_at >= rules.SEEN_EVERY:
        with apart() as own:
            sign_ins.see(own, live.id, at=now)


def second_factor_required() -> bool:
    """Whether guarded functions must hold a second factor here (R100)."""
    return settings().second_factor is SecondFactor.REQUIRED


def is_fresh() -> bool:
    """Whether the person proved who she is lately enough to change her means of signing in."""
    live = live_sign_in()
    return live is not None and clock.now() - live.confirmed_at < rules.FRESH


def own_person(*, lock: bool = False) -> Person:
    """Return the signed-in person's row."""
    person_id = guard.current_principal().person_id
    if person_id is None:
        raise guard.SignInRequired
    return queries.person(person_id, lock=lock)


# --- acting ----------------------------------------------------------------------------------------------------------


@contextmanager
def acting() -> Iterator[None]:
    """Open one writing transaction, committed when the block ends, rolled back if it raises."""
    db.session.rollback()
    with writing():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def client_address() -> str:
    """Return the network the request comes from, as limits count it."""
    return rules.network_of(request.remote_addr)


def stop_if_reached(*limits: tuple[Limit, str]) -> None:
    """Raise ``TooManyTries`` (429) if one of the limits is reached, counting nothing."""
    for limit, who in limits:
        if throttle.is_reached(limit, who):
            throttle.count(limit, who)


def count(*limits: tuple[Limit, str]) -> None:
    """Count one try for each limit; raises ``TooManyTries`` past one. Never inside a transaction."""
    for limit, who in limits:
        throttle.count(limit, who)


def count_mail(account: str) -> None:
    """Count one mail asked for an account from this address; raises ``TooManyTries`` past a limit."""
    here = client_address()
    count((MAIL_ADDRESS, here), (MAIL_HERE, f"{account}|{here}"), (MAIL_ACCOUNT, account))


def count_code(account: str) -> None:
    """Count one code given for an account from this address; raises ``TooManyTries`` past a limit."""
    here = client_address()
    count((CODE_ADDRESS, here), (CODE_HERE, f"{account}|{here}"))


def passwords() -> Passwords:
    """Return the house's password hasher."""
    return cast("Passwords", current_app.extensions["passwords"])


def cipher() -> Cipher:
    """Return what encrypts second-factor secrets."""
    return cast("Cipher", current_app.extensions["cipher"])


def site() -> Site:
    """Return the host passkeys are bound to: the public one; on a developer's machine, the one in the address bar."""
    public = urlsplit(settings().public_url)
    if settings().development or settings().testing:
        return Site(host=request.host.partition(":")[0], origin=request.host_url.rstrip("/"))
    return Site(host=public.hostname or "", origin=f"{public.scheme}://{public.netloc}")


# --- signing in ------------------------------------------------------------------------------------------------------


def _renew_session() -> None:
    """Start the session anew, so that nothing planted before signing in survives; what was typed does."""
    kept = {key: session[key] for key in (held.SESSION_KEY,) if key in session}
    session.clear()
    session.update(kept)
    g.pop("csrf_token", None)  # the token of the page answered belongs to the new session


def first_factor_given(
    person: Person,
    method: SignInMethod,
    *,
    next_address: str | None = None,
    own_device: bool = False,
    bearer_verified: bool = False,
) -> str:
    """Sign in, or await the second factor; return the address to go to. The caller commits.

    ``bearer_verified``: a passkey that asked for a fingerprint or a code is both factors at once.
    """
    following = rules.safe_address(next_address)
    if bearer_verified:
        return complete(person, method, SecondFactorKind.PASSKEY, own_device=own_device, next_address=following)
    strong = bool(person.totp_secret) or bool(queries.passkeys_of(person.id))
    by_mail = (
        method in {SignInMethod.PASSWORD, SignInMethod.ONE_TIME_CODE}
        and second_factor_required()
        and rules.is_occasional(queries.functions_of(person.id))
    )
    if not strong and not by_mail:
        return complete(person, method, None, own_device=own_device, next_address=following)
    _renew_session()
    pending = Pending(
        person_id=str(person.id),
        method=method.value,
        own_device=own_device,
        next_address=following,
        until=(clock.now() + PENDING_FOR).timestamp(),
    )
    session[PENDING] = asdict(pending)
    if not strong:
        factors.send_code(person, CodeKind.SECOND_FACTOR)
    return "/connexion/second-facteur"


def pending_sign_in() -> Pending | None:
    """Return the sign-in that awaits its second factor, or null if there is none or it waited too long."""
    kept = session.get(PENDING)
    if not isinstance(kept, dict):
        return None
    pending = Pending(**kept)
    if datetime.fromtimestamp(pending.until, tz=clock.now().tzinfo) < clock.now():
        session.pop(PENDING, None)
        return None
    return pending


def keep_challenge(challenge: str) -> None:
    """Remember what the browser is asked to sign with a passkey."""
    session["challenge"] = challenge


def take_challenge() -> str:
    """Return the challenge asked, which serves once; an empty one matches nothing."""
    return str(session.pop("challenge", ""))


def second_factor_given(person: Person, kind: SecondFactorKind, pending: Pending) -> str:
    """Finish a pending sign-in; return the address to go to. The caller commits."""
    return complete(
        person,
        SignInMethod(pending.method),
        kind,
        own_device=pending.own_device,
        next_address=pending.next_address,
    )


def complete(
    person: Person,
    method: SignInMethod,
    second_factor: SecondFactorKind | None,
    *,
    own_device: bool,
    next_address: str | None,
) -> str:
    """Write the device's row, renew the session, and return the address to go to."""
    former = live_sign_in()
    if former is not None:
        sign_ins.end(former.id, person_id=former.person_id)
    row = sign_ins.start(
        person,
        method=method,
        device=rules.device_label(request.headers.get("User-Agent", "")),
        second_factor=second_factor,
        own_device=own_device,
    )
    live = queries.live_sign_in(row.id)
    if live is None:
        raise guard.SignInRequired
    _renew_session()
    login_user(SessionUser(live))
    session[LAST_PERSON] = str(person.id)
    session.permanent = own_device
    guard.forget_principal()
    following = held.RESUME if held.waiting(person.id) is not None else next_address
    if not (person.first_name or person.last_name):
        session["after_welcome"] = following
        return "/compte/bienvenue"
    return following or "/"


def sign_out() -> None:
    """End this device's row and empty the session. The caller commits."""
    live = live_sign_in()
    if live is not None:
        sign_ins.end(live.id, person_id=live.person_id)
    session.clear()
    _forget_user()
    g.pop("csrf_token", None)
    guard.forget_principal()


# --- installing ------------------------------------------------------------------------------------------------------

ALWAYS_OPEN: Final = ("/compte", "/connexion", "/deconnexion", "/acces/", "/statique/", "/static/", "/sante", "/suivi/")


def _lead_to_enrolment() -> Response | None:
    """Lead whoever must hold a second factor, and has none on this device, from a page to the one that sets it up (R100)."""
    if request.method != "GET" or request.path.startswith(ALWAYS_OPEN) or request.endpoint is None:
        return None
    if "_user_id" not in session:
        return None
    guard.current_principal()
    if not g.get("must_enrol", False):
        return None
    flash("Vos fonctions demandent un second facteur de connexion : choisissez le vôtre pour continuer.", "urgent")
    return redirect("/compte/securite", 303)


def install(app: Flask) -> None:
    """Set the accounts up: hashing, Flask-Login, the reader of principals, the way to a second factor."""
    house = app.extensions["settings"]
    app.extensions["passwords"] = Passwords(cheap=house.testing)
    app.extensions["cipher"] = Cipher([house.secret_key, *house.secret_key_fallbacks])
    app.config["PERMANENT_SESSION_LIFETIME"] = rules.OWN_DEVICE
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager: Any = LoginManager(app)
    manager.session_protection = None  # the device's row is the truth; a telephone changes its network address
    manager.user_loader(_load)
    guard.install_principal_reader(read_principal)
    held.install(app)
    app.before_request(_lead_to_enrolment)
