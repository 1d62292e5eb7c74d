"""The second step of signing in, passkeys, and proving again who one is."""

import uuid

from flask import flash, render_template, session
from werkzeug.wrappers import Response

from training.accounts import passkeys, queries, security
from training.accounts.enums import CodeKind, SecondFactorKind, SignInMethod
from training.accounts.forms import ConfirmForm, PasskeyForm, SecondFactorForm, typed
from training.accounts.models import Person
from training.accounts.passkeys import PasskeyRefused
from training.accounts.routes.blueprint import bp, load_self, next_address, see_other, type_page
from training.accounts.security import Pending, acting
from training.accounts.services import factors, sign_ins
from training.common.forms import ActForm
from training.common.guard import requires
from training.common.policy import Permission

WAITED_TOO_LONG = "Cette connexion a attendu trop longtemps : recommencez."
WRONG_CODE = "Ce code ne correspond pas, a expiré ou a déjà servi. Saisissez le code affiché ou reçu en dernier."
KEY_REFUSED = "Cette clé d’accès n’a pas été reconnue. Essayez-en une autre, ou connectez-vous autrement."


def _start_again() -> Response:
    flash(WAITED_TOO_LONG, "warning")
    return see_other("/connexion")


def _page(pending: Pending, form: SecondFactorForm) -> str:
    person = queries.person(uuid.UUID(pending.person_id))
    keys = factors.known_keys(person.id)
    options = None
    if keys:
        challenge = passkeys.new_challenge()
        security.keep_challenge(challenge)
        options = passkeys.sign_in_options(security.site(), challenge=challenge, known=keys)
    return render_template(
        "accounts/second_factor.html",
        form=form,
        passkey_form=PasskeyForm(formdata=None),
        options=options,
        has_totp=bool(person.totp_secret),
        has_recovery=bool(person.recovery_codes),
        by_mail=not keys and not person.totp_secret,
        email=person.email,
        resend_form=ActForm(formdata=None),
    )


@bp.get("/connexion/second-facteur")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def second_factor_page() -> type_page:
    """Ask for the second factor."""
    pending = security.pending_sign_in()
    return _page(pending, SecondFactorForm()) if pending else _start_again()


def _count_codes(person_id: str) -> None:
    security.count_code(f"second:{person_id}")
    security.count((security.CODE_ACCOUNT, person_id))


@bp.post("/connexion/second-facteur")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def give_second_factor() -> type_page:
    """Finish signing in with a code: of the application, by mail, or a recovery code."""
    pending = security.pending_sign_in()
    if pending is None:
        return _start_again()
    form = SecondFactorForm()
    if not form.validate_on_submit():
        return _page(pending, form), 422
    _count_codes(pending.person_id)
    address = None
    with acting():
        person = queries.person(uuid.UUID(pending.person_id), lock=True)
        kind = _which(person, typed(form.code)) if person.active else None
        if kind is not None:
            address = security.second_factor_given(person, kind, pending)
    if address is None:
        form.add_error("code", WRONG_CODE)
        return _page(pending, form), 422
    return see_other(address)


def _which(person: Person, code: str) -> SecondFactorKind | None:
    """Return what the code is, spent, or null. A code by mail serves only those who have nothing stronger."""
    if person.totp_secret and factors.use_totp(person, code, cipher=security.cipher()):
        return SecondFactorKind.TOTP
    if person.recovery_codes and factors.use_recovery_code(person, code):
        return SecondFactorKind.RECOVERY_CODE
    strong = bool(person.totp_secret) or bool(queries.passkeys_of(person.id))
    if not strong and factors.use_code(person, CodeKind.SECOND_FACTOR, code):
        return SecondFactorKind.MAIL_CODE
    return None


@bp.post("/connexion/second-facteur/courriel")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def resend_code() -> Response:
    """Send another code by mail to whoever has no stronger factor."""
    pending = security.pending_sign_in()
    if pending is None:
        return _start_again()
    security.count_mail(f"second:{pending.person_id}")
    with acting():
        person = queries.person(uuid.UUID(pending.person_id), lock=True)
        if not person.totp_secret and not queries.passkeys_of(person.id):
            factors.send_code(person, CodeKind.SECOND_FACTOR)
    flash("Un nouveau code vous a été envoyé par courriel. Le précédent ne marche plus.", "success")
    return see_other("/connexion/second-facteur")


# --- passkeys --------------------------------------------------------------------------------------------------------


@bp.get("/connexion/cle-d-acces")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def passkey_page() -> str:
    """Ask the browser for a passkey it holds."""
    return _passkey_page(PasskeyForm())


def _passkey_page(form: PasskeyForm) -> str:
    challenge = passkeys.new_challenge()
    security.keep_challenge(challenge)
    options = passkeys.sign_in_options(security.site(), challenge=challenge)
    return render_template("accounts/passkey.html", form=form, options=options, following=next_address())


@bp.post("/connexion/cle-d-acces")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def give_passkey() -> type_page:
    """Sign in with a passkey: alone it is both factors; after a password it is the second."""
    pending = security.pending_sign_in()
    security.count((security.CODE_ADDRESS, security.client_address()))
    form = PasskeyForm()
    challenge = security.take_challenge()
    try:
        with acting():
            address = _use_key(form.credential.data or "", challenge, pending)
    except PasskeyRefused:
        form.add_error("form", KEY_REFUSED)
        if pending is None:
            return _passkey_page(form), 422
        flash(KEY_REFUSED, "error")
        return see_other("/connexion/second-facteur")
    return see_other(address)


def _use_key(answer: str, challenge: str, pending: Pending | None) -> str:
    key = queries.passkey_by_credential(passkeys.credential_of(answer))
    if key is None or not challenge or not key.person.active or key.person.anonymised_at is not None:
        raise PasskeyRefused
    if pending is not None and str(key.person_id) != pending.person_id:
        raise PasskeyRefused
    factors.site_check(security.site(), key, challenge=challenge, answer=answer, verified_bearer=pending is None)
    if pending is not None:
        return security.second_factor_given(key.person, SecondFactorKind.PASSKEY, pending)
    return security.first_factor_given(
        key.person, SignInMethod.PASSKEY, next_address=next_address(), bearer_verified=True
    )


# --- proving again ---------------------------------------------------------------------------------------------------


@bp.get("/compte/confirmation")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def confirmation_page(person: Person) -> str:
    """Ask for the password, or a code, before the means of signing in are changed."""
    return _confirmation(person, ConfirmForm())


def _confirmation(person: Person, form: ConfirmForm) -> str:
    by_mail = not person.password and not person.totp_secret
    return render_template(
        "accounts/confirmation.html",
        form=form,
        has_password=bool(person.password),
        by_mail=by_mail,
        code_sent=session.get("confirmation_sent") is not None,
        send_form=ActForm(formdata=None),
        following=next_address(),
    )


@bp.post("/compte/confirmation")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def confirm_identity(person: Person) -> type_page:
    """Check the proof; then lead back to the change that was wanted."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _confirmation(person, form), 422
    person_id = person.id
    live = security.live_sign_in()
    security.count_code(f"confirm:{person_id}")
    security.count((security.CODE_ACCOUNT, f"confirm:{person_id}"))
    by_password = security.passwords().verify(person.password, typed(form.proof))
    right = False
    with acting():
        person = queries.person(person_id, lock=True)
        right = by_password or _which_proof(person, typed(form.proof))
        if right and live is not None:
            sign_ins.confirm(live.id)
    if not right:
        form.add_error("proof", WRONG_CODE if not person.password else "Ce n’est pas votre mot de passe actuel.")
        return _confirmation(person, form), 422
    session.pop("confirmation_sent", None)
    return see_other(next_address() or "/compte/securite")


def _which_proof(person: Person, proof: str) -> bool:
    if person.totp_secret and factors.use_totp(person, proof, cipher=security.cipher()):
        return True
    return factors.use_code(person, CodeKind.CONFIRMATION, proof)


@bp.post("/compte/confirmation/code")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def send_confirmation(person: Person) -> Response:
    """Send the code by mail to whoever has neither password nor code application."""
    person_id = person.id
    security.count_mail(f"confirm:{person_id}")
    with acting():
        factors.send_code(queries.person(person_id, lock=True), CodeKind.CONFIRMATION)
    session["confirmation_sent"] = 1
    flash("Un code vous a été envoyé par courriel. Il sert une fois, pendant 10 minutes.", "success")
    following = next_address()
    return see_other(f"/compte/confirmation?suite={following}" if following else "/compte/confirmation")
