"""One's own account: who one is, where one is signed in, by which means."""

import uuid
from dataclasses import dataclass

from flask import flash, render_template, session
from markupsafe import Markup
from werkzeug.wrappers import Response

from training.accounts import passkeys, queries, rules, secrecy, security
from training.accounts.enums import SecondFactorKind
from training.accounts.forms import IdentityForm, NewAddressForm, NewPasskeyForm, SecondFactorForm, WelcomeForm, typed
from training.accounts.models import Passkey, Person
from training.accounts.passkeys import PasskeyRefused
from training.accounts.routes.blueprint import ask_who, bp, columns, load_self, see_other, type_page
from training.accounts.services import factors, letters, people, sign_ins
from training.common import held, qr
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.extensions import settings

ISSUER = "Tesselle"
NEW_TOTP = "new_totp"


@bp.get("/compte")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def account(person: Person) -> str:
    """Show one's account, with every function one holds (R97)."""
    return render_template(
        "accounts/account.html",
        person=person,
        memberships=[m for m in queries.memberships_of(person.id) if m.until is None],
    )


@bp.get("/compte/identite")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def identity_page(person: Person) -> str:
    """Show one's name and telephone to change."""
    return render_template("accounts/identity.html", form=IdentityForm(obj=person))


@bp.post("/compte/identite")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def change_identity(person: Person) -> type_page:
    """Change one's name or telephone."""
    form = IdentityForm()
    if not form.validate_on_submit():
        return render_template("accounts/identity.html", form=form), 422
    people.rename(person, form.to_command(), by=current_principal())
    flash("Vos coordonnées sont enregistrées.", "success")
    return see_other("/compte")


@bp.get("/compte/bienvenue")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def welcome_page(person: Person) -> str:
    """Ask a new person's name, and a password if she wants one."""
    return render_template("accounts/welcome.html", form=WelcomeForm(obj=None), email=person.email)


@bp.post("/compte/bienvenue")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def welcome(person: Person) -> type_page:
    """Complete a new account, then lead where she was going."""
    form = WelcomeForm()
    form.email_of_account = person.email
    if not form.validate_on_submit():
        return render_template("accounts/welcome.html", form=form, email=person.email), 422
    people.rename(person, form.to_command(), by=current_principal())
    if typed(form.password) and person.password is None:
        asked = ask_who()
        if asked is not None:
            flash("Votre nom est enregistré. Prouvez votre identité, puis choisissez votre mot de passe.", "warning")
            return asked
        live = security.live_sign_in()
        hashed = security.passwords().hash(typed(form.password))
        people.set_password(person, hashed, by=current_principal(), keep=live.id if live else None)
    return see_other(rules.safe_address(session.pop("after_welcome", None)) or "/")


@bp.get("/compte/adresse")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def address_page(person: Person) -> type_page:
    """Ask for a new address."""
    return ask_who() or render_template("accounts/address.html", form=NewAddressForm(), email=person.email)


@bp.post("/compte/adresse")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def change_address(person: Person) -> type_page:
    """Send to the new address the link that makes it the account's."""
    asked = ask_who()
    if asked is not None:
        return asked
    form = NewAddressForm()
    if not form.validate_on_submit() or not attempt(form, lambda: letters.address_link(person, typed(form.email))):
        return render_template("accounts/address.html", form=form, email=person.email), 422
    flash(
        "Un lien vient de partir à la nouvelle adresse. Elle remplacera l’ancienne quand vous l’aurez ouvert.",
        "success",
    )
    return see_other("/compte")


# --- devices ---------------------------------------------------------------------------------------------------------


@bp.get("/compte/appareils")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def devices(person: Person) -> str:
    """List the devices signed in."""
    live = security.live_sign_in()
    return render_template(
        "accounts/devices.html",
        devices=queries.devices_of(person.id),
        columns=columns("Appareil", "Connexion", "Dernier usage", "Fin prévue", "Action"),
        present=live.id if live else None,
        form=ActForm(formdata=None),
    )


@bp.post("/compte/appareils/<uuid:sign_in_id>/fin")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE)
def end_device(sign_in_id: uuid.UUID) -> Response:
    """Sign one of one's devices out, at once."""
    person_id = current_principal().person_id
    if person_id is None or not sign_ins.end(sign_in_id, person_id=person_id):
        raise NotFound
    flash("Cet appareil est déconnecté.", "success")
    return see_other("/compte/appareils")


@bp.post("/compte/appareils/fin")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def end_other_devices(person: Person) -> Response:
    """Sign every other device out."""
    live = security.live_sign_in()
    ended = sign_ins.end_others(person.id, keep=live.id if live else None)
    flash("Vos autres appareils sont déconnectés." if ended else "Aucun autre appareil n’était connecté.", "success")
    return see_other("/compte/appareils")


# --- means of signing in ---------------------------------------------------------------------------------------------


@bp.get("/compte/securite")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def means(person: Person) -> str:
    """Show the means of signing in, and what one's functions ask for (R100)."""
    functions = queries.functions_of(person.id)
    return render_template(
        "accounts/means.html",
        person=person,
        keys=queries.passkeys_of(person.id),
        guarded=rules.is_guarded(functions),
        required=security.second_factor_required() and rules.is_guarded(functions),
        occasional=rules.is_occasional(functions),
        form=ActForm(formdata=None),
    )


@bp.get("/compte/application-de-codes")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def totp_page(person: Person) -> type_page:
    """Show the secret to scan."""
    asked = ask_who()
    if asked is not None:
        return asked
    if NEW_TOTP not in session:
        session[NEW_TOTP] = security.cipher().seal(secrecy.new_totp_secret())
    return _totp_page(person, SecondFactorForm())


def _totp_page(person: Person, form: SecondFactorForm) -> str:
    secret = _new_secret()
    address = secrecy.totp_address(secret, person.email, ISSUER)
    drawing = qr.inline_svg(address, title="Code à scanner avec votre application de codes")
    return render_template(
        "accounts/totp.html",
        form=form,
        drawing=drawing.replace("<svg ", Markup('<svg width="240" height="240" '), 1),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        replaces=bool(person.totp_secret),
    )


def _new_secret() -> str:
    secret = security.cipher().open(session.get(NEW_TOTP, ""))
    if secret is None:
        secret = secrecy.new_totp_secret()
        session[NEW_TOTP] = security.cipher().seal(secret)
    return secret


@bp.post("/compte/application-de-codes")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def add_totp(person: Person) -> type_page:
    """Tie the application once it has given a right code; this device then counts as proved twice."""
    asked = ask_who()
    if asked is not None:
        return asked
    form = SecondFactorForm()
    secret = _new_secret()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(
        form, lambda: factors.add_totp(person, secret, typed(form.code), cipher=security.cipher(), by=by)
    ):
        return _totp_page(person, form), 422
    session.pop(NEW_TOTP, None)
    return _enrolled(person, SecondFactorKind.TOTP, "Votre application de codes est prête.")


def _enrolled(person: Person, kind: SecondFactorKind, message: str) -> Response:
    live = security.live_sign_in()
    if live is not None:
        sign_ins.confirm(live.id, second_factor=kind)
    flash(message, "success")
    return see_other("/compte/securite" if person.recovery_codes else "/compte/codes-de-secours")


@bp.post("/compte/application-de-codes/retrait")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def remove_totp(person: Person) -> Response:
    """Untie the code application."""
    asked = ask_who()
    if asked is not None:
        return asked
    factors.remove_totp(person, by=current_principal())
    flash("L’application de codes est retirée.", "success")
    return see_other("/compte/securite")


@bp.get("/compte/codes-de-secours")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def recovery_page(person: Person) -> type_page:
    """Offer to make recovery codes."""
    return ask_who() or render_template(
        "accounts/recovery_codes.html", form=ActForm(formdata=None), left=len(person.recovery_codes), codes=None
    )


@bp.post("/compte/codes-de-secours")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def make_recovery_codes(person: Person) -> type_page:
    """Make new recovery codes and show them, this once."""
    asked = ask_who()
    if asked is not None:
        return asked
    codes = factors.make_recovery_codes(person, by=current_principal())
    return render_template("accounts/recovery_codes.html", form=ActForm(formdata=None), left=len(codes), codes=codes)


@dataclass(frozen=True, slots=True)
class _Key:
    """A passkey and the person who owns it."""

    person: Person
    passkey: Passkey


def load_key(principal: Principal, passkey_id: uuid.UUID) -> _Key:
    """Return one of the person's passkeys."""
    person = load_self(principal)
    found = next((key for key in queries.passkeys_of(person.id) if key.id == passkey_id), None)
    if found is None:
        raise NotFound
    return _Key(person, found)


@bp.get("/compte/cles-d-acces")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def new_passkey_page(person: Person) -> type_page:
    """Offer to add a passkey."""
    return ask_who() or _new_passkey_page(person, NewPasskeyForm())


def _new_passkey_page(person: Person, form: NewPasskeyForm) -> str:
    challenge = passkeys.new_challenge()
    security.keep_challenge(challenge)
    options = passkeys.registration_options(
        security.site(),
        challenge=challenge,
        handle=factors.handle_of(person),
        account=person.email,
        name=person.name,
        known=factors.known_keys(person.id),
    )
    return render_template("accounts/new_passkey.html", form=form, options=options, public_url=settings().public_url)


@bp.post("/compte/cles-d-acces")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def add_passkey(person: Person) -> type_page:
    """Register the passkey the browser made."""
    asked = ask_who()
    if asked is not None:
        return asked
    form = NewPasskeyForm()
    challenge = security.take_challenge()
    if not form.validate_on_submit():
        return _new_passkey_page(person, form), 422
    try:
        key = passkeys.check_registration(security.site(), challenge=challenge, answer=form.credential.data or "")
    except PasskeyRefused:
        form.add_error("form", "Le navigateur n’a pas donné de clé. Recommencez, ou choisissez l’application de codes.")
        return _new_passkey_page(person, form), 422
    by = current_principal()
    if not attempt(form, lambda: factors.add_passkey(person, key, typed(form.name), by=by)):
        return _new_passkey_page(person, form), 422
    return _enrolled(person, SecondFactorKind.PASSKEY, "Votre clé d’accès est prête.")


@bp.post("/compte/cles-d-acces/<uuid:passkey_id>/retrait")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_key)
def remove_passkey(key: _Key) -> Response:
    """Take a passkey away."""
    asked = ask_who()
    if asked is not None:
        return asked
    factors.remove_passkey(key.passkey, person=key.person, by=current_principal())
    flash("La clé d’accès est retirée.", "success")
    return see_other("/compte/securite")


# --- what was typed before signing in --------------------------------------------------------------------------------


@bp.get("/compte/reprise")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def resume_page(person: Person) -> type_page:
    """Offer to send again what was typed before signing in."""
    kept = held.waiting(person.id)
    if kept is None:
        return see_other("/")
    return render_template("accounts/resume.html", held=kept, form=ActForm(formdata=None))


@bp.post("/compte/reprise/abandon")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE)
def give_up_held() -> Response:
    """Drop what was typed."""
    held.forget()
    flash("Cette saisie n’est pas conservée.", "success")
    return see_other("/")
