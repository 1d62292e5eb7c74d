"""What is known of a person, and her rights over it (R87, R91)."""

import io

from flask import flash, render_template, send_file
from werkzeug.wrappers import Response

from training.accounts.models import Person
from training.accounts.routes.blueprint import ask_who, bp, load_self, see_other, type_page
from training.accounts.services import privacy
from training.common.declarations import registry
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits

COLUMNS = (
    Column("label", "Données"),
    Column("purpose", "Pourquoi"),
    Column("basis", "Sur quelle base"),
    Column("retention", "Combien de temps"),
)


@bp.get("/donnees-personnelles")
@requires(Permission.PUBLIC_READ)
def register() -> str:
    """Show the register of processing, drawn from what the rooms declare."""
    return render_template("accounts/register.html", rows=registry.personal_data, columns=COLUMNS)


@bp.get("/compte/donnees")
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def own_data(person: Person) -> str:
    """Show the notice, the copy and the request of anonymisation."""
    return render_template("accounts/own_data.html", person=person, form=ActForm(formdata=None))


@bp.post("/compte/donnees/copie")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def own_copy(person: Person) -> type_page:
    """Give the person a copy of everything known of her: JSON and spreadsheet in one zip."""
    asked = ask_who()
    if asked is not None:
        return asked
    data = privacy.own_copy(person, by=current_principal())
    return send_file(
        io.BytesIO(data), mimetype="application/zip", as_attachment=True, download_name="mes-donnees-tesselle.zip"
    )


@bp.post("/compte/donnees/anonymisation")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def ask_anonymisation(person: Person) -> Response:
    """Ask to be forgotten."""
    privacy.ask_anonymisation(person, by=current_principal())
    flash("Votre demande est transmise à l’administration, qui vous répondra sous un mois.", "success")
    return see_other("/compte/donnees")


@bp.post("/compte/donnees/anonymisation/retrait")
@commits
@requires(Permission.ACCOUNTS_ACCOUNT_MANAGE, load_self)
def withdraw_anonymisation(person: Person) -> Response:
    """Take the request back."""
    privacy.withdraw_anonymisation(person, by=current_principal())
    flash("Votre demande est retirée.", "success")
    return see_other("/compte/donnees")
