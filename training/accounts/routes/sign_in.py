"""Signing in and out: password, link by mail, code handed over, opening an account."""

from flask import flash, render_template, session
from werkzeug.wrappers import Response

from training.accounts import queries, rules, security
from training.accounts.enums import CodeKind, SignInMethod
from training.accounts.forms import AccountForm, CodeForm, MagicLinkForm, SignInForm, typed
from training.accounts.routes.blueprint import acting_for, bp, next_address, see_other, type_page
from training.accounts.security import acting
from training.accounts.services import factors, letters
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.held import SESSION_KEY
from training.common.policy import Permission

NOT_TOGETHER = "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou demandez un lien de connexion par courriel."
WRONG_CODE = (
    "Ce code ne correspond pas à cette adresse, ou il a expiré. Demandez-en un autre à la personne qui vous l’a remis."
)


@bp.get("/connexion")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def sign_in_page() -> type_page:
    """Show both ways of signing in."""
    if current_principal().is_signed_in:
        return see_other(next_address() or "/")
    return _sign_in_page(SignInForm(), MagicLinkForm(formdata=None))


def _sign_in_page(form: SignInForm, link_form: MagicLinkForm) -> str:
    return render_template(
        "accounts/sign_in.html", form=form, link_form=link_form, following=next_address(), held=_something_held()
    )


def _something_held() -> bool:
    return SESSION_KEY in session


@bp.post("/connexion")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def sign_in() -> type_page:
    """Check the password, outside any transaction; then sign in, or go on to the second factor."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, MagicLinkForm(formdata=None)), 422
    account = rules.email_key(typed(form.email))
    here = security.client_address()
    limits = (
        (security.WRONG_HERE, f"{account}|{here}"),
        (security.WRONG_ACCOUNT, account),
        (security.WRONG_ADDRESS, here),
    )
    security.stop_if_reached(*limits)
    person = queries.active_person_by_email(typed(form.email))
    if not security.passwords().verify(person.password if person else None, typed(form.password)) or person is None:
        security.count(*limits)
        form.add_error("password", NOT_TOGETHER)
        return _sign_in_page(form, MagicLinkForm(formdata=None)), 422
    hashed = security.passwords().hash(typed(form.password)) if _is_outdated(person.password) else None
    person_id, known_hash = person.id, person.password
    with acting():
        person = queries.person(person_id, lock=True)
        if not person.active or person.password != known_hash:
            return see_other("/connexion")
        if hashed:
            person.password = hashed
        address = security.first_factor_given(
            person, SignInMethod.PASSWORD, next_address=next_address(), own_device=form.own_device.data
        )
    return see_other(address)


def _is_outdated(stored: str | None) -> bool:
    return stored is not None and security.passwords().is_outdated(stored)


@bp.post("/connexion/lien")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def ask_magic_link() -> type_page:
    """Send a link that signs in; the answer is the same whether the address is known or not."""
    form = MagicLinkForm()
    if not form.validate_on_submit():
        return _sign_in_page(SignInForm(formdata=None), form), 422
    _count_mail(typed(form.email))
    with acting_for(typed(form.email)) as person:
        letters.magic_link(person, next_address=next_address())
    return see_other("/connexion/lien-envoye")


def _count_mail(email: str) -> None:
    security.count_mail(rules.email_key(email))


@bp.get("/connexion/lien-envoye")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def magic_link_sent() -> str:
    """Say where to look."""
    return render_template("accounts/link_sent.html")


@bp.get("/connexion/code")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def code_page() -> str:
    """Ask for the code somebody handed over (R100)."""
    return render_template("accounts/code.html", form=CodeForm(), following=next_address())


@bp.post("/connexion/code")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def give_code() -> type_page:
    """Sign in with a code handed over in person; a wrong one costs one of its tries."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/code.html", form=form, following=next_address()), 422
    security.count_code(rules.email_key(typed(form.email)))
    address = None
    with acting_for(typed(form.email)) as person:
        if factors.use_code(person, CodeKind.HANDED_OVER, typed(form.code)):
            address = security.first_factor_given(
                person, SignInMethod.ONE_TIME_CODE, next_address=next_address(), own_device=form.own_device.data
            )
    if address is None:
        form.add_error("code", WRONG_CODE)
        return render_template("accounts/code.html", form=form, following=next_address()), 422
    return see_other(address)


@bp.get("/connexion/creer-un-compte")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def account_page() -> str:
    """Ask for the address of an account to open."""
    return render_template("accounts/open_account.html", form=AccountForm(), following=next_address())


@bp.post("/connexion/creer-un-compte")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def open_account() -> type_page:
    """Send the link that opens the account; the answer is the same whether there is one already (R99)."""
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/open_account.html", form=form, following=next_address()), 422
    _count_mail(typed(form.email))
    with acting():
        letters.account_link(typed(form.email), next_address=next_address())
    return see_other("/connexion/lien-envoye")


@bp.get("/deconnexion")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def sign_out_page() -> type_page:
    """Ask before signing out; following a link never does it."""
    if not current_principal().is_signed_in:
        return see_other("/")
    return render_template("accounts/sign_out.html", form=ActForm())


@bp.post("/deconnexion")
@requires(Permission.ACCOUNTS_SIGN_IN_USE)
def sign_out() -> Response:
    """End this device's sign-in."""
    with acting():
        security.sign_out()
    flash("Vous êtes déconnecté·e.", "success")
    return see_other("/")
