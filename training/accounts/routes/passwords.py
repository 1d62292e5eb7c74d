"""Choosing, changing and recovering a password. The hash is made before the database is held."""

import uuid

from flask import flash, render_template, session
from werkzeug.wrappers import Response

from training.accounts import queries, rules, security
from training.accounts.enums import SignInMethod
from training.accounts.forms import MagicLinkForm, NewPasswordForm, typed
from training.accounts.link_purposes import PASSWORD_GRANT
from training.accounts.models import Person
from training.accounts.routes.blueprint import acting_for, ask_who, bp, load_self, see_other, type_page
from training.accounts.security import acting
from training.accounts.services import letters, people
from training.common import clock
from training.common.guard import current_principal, requires
from training.common.policy import Permission


@bp.get("/connexion/mot-de-passe-oublie")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def forgotten_page() -> str:
    """Ask where to send the link."""
    return render_template("accounts/forgotten.html", form=MagicLinkForm())


@bp.post("/connexion/mot-de-passe-oublie")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def ask_password_reset() -> type_page:
    """Send the link; the answer is the same whether the address is known or not."""
    form = MagicLinkForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form), 422
    security.count_mail(rules.email_key(typed(form.email)))
    with acting_for(typed(form.email)) as person:
        letters.password_link(person)
    return see_other("/connexion/lien-envoye")


def _granted() -> uuid.UUID | None:
    """Return whose password this browser may choose, by the link it pressed minutes ago."""
    grant = session.get(PASSWORD_GRANT)
    if not isinstance(grant, dict) or grant.get("until", 0) < clock.now().timestamp():
        session.pop(PASSWORD_GRANT, None)
        return None
    return uuid.UUID(grant["person"])


def _expired() -> Response:
    flash("Cette demande a expiré. Demandez un nouveau lien.", "warning")
    return see_other("/connexion/mot-de-passe-oublie")


@bp.get("/connexion/nouveau-mot-de-passe")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def new_password_page() -> type_page:
    """Ask for the new password."""
    person_id = _granted()
    if person_id is None:
        return _expired()
    return render_template("accounts/new_password.html", form=NewPasswordForm(), email=queries.person(person_id).email)


@bp.post("/connexion/nouveau-mot-de-passe")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def set_new_password() -> type_page:
    """Set the password, sign every device out, and sign this one in."""
    person_id = _granted()
    if person_id is None:
        return _expired()
    form = NewPasswordForm()
    form.email_of_account = queries.person(person_id).email
    if not form.validate_on_submit():
        return render_template("accounts/new_password.html", form=form, email=form.email_of_account), 422
    hashed = security.passwords().hash(typed(form.password))
    with acting():
        person = queries.person(person_id, lock=True)
        if not person.active:
            return _expired()
        people.set_password(person, hashed, by=people.own(person), keep=None)
        session.pop(PASSWORD_GRANT, None)
        address = security.first_factor_given(person, SignInMethod.MAGIC_LINK)
    flash("Votre mot de passe est changé. Vos autres appareils ont été déconnectés.", "success")
    return see_other(address)


@bp.get("/compte/mot-de-passe")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def password_page(person: Person) -> type_page:
    """Ask for a new password, once she has proved who she is."""
    return ask_who() or _password_page(person, NewPasswordForm())


def _password_page(person: Person, form: NewPasswordForm) -> str:
    return render_template("accounts/password.html", form=form, has_password=bool(person.password), email=person.email)


@bp.post("/compte/mot-de-passe")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def change_password(person: Person) -> type_page:
    """Set the new password and sign the other devices out."""
    asked = ask_who()
    if asked is not None:
        return asked
    form = NewPasswordForm()
    form.email_of_account = person.email
    if not form.validate_on_submit():
        return _password_page(person, form), 422
    live, person_id, by = security.live_sign_in(), person.id, current_principal()
    hashed = security.passwords().hash(typed(form.password))
    with acting():
        ended = people.set_password(queries.person(person_id, lock=True), hashed, by=by, keep=live.id if live else None)
    message = "Votre mot de passe est changé."
    flash(message + (" Vos autres appareils ont été déconnectés." if ended else ""), "success")
    return see_other("/compte/securite")
