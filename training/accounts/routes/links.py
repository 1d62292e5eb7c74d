"""``/acces/<secret>``: the page of every personal link, whatever its purpose (R100)."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from training.accounts import security
from training.accounts.link_purposes import SIGN_IN_PURPOSES
from training.accounts.models import Invitation
from training.accounts.routes.blueprint import bp, see_other, type_page
from training.accounts.security import acting
from training.common import links, once
from training.common.declarations import registry
from training.common.forms import ActForm
from training.common.guard import requires
from training.common.links import AccessLink, LinkSpent
from training.common.policy import Permission
from training.database import db

GONE = 410


def _count() -> None:
    security.count((security.LINK_ADDRESS, security.client_address()))


def _page(link: AccessLink, form: ActForm) -> type_page:
    purpose = registry.link_purpose(link.purpose)
    page = render_template(
        "accounts/access.html",
        form=form,
        purpose=purpose,
        live=link.is_live,
        used=link.used_at is not None,
        can_renew=(purpose.renew is not None and link.revoked_at is None) or link.purpose == "magic_link",
        signs_in=link.purpose in SIGN_IN_PURPOSES,
        invited=db.session.get(Invitation, link.subject_id) if link.purpose == "invitation" else None,
    )
    return page if link.is_live else (page, GONE)


@bp.get("/acces/<secret>")
@requires(Permission.LINK_OPEN)
def link_page(secret: str) -> type_page:
    """Say what the link does; opening it changes nothing, since mail filters open links."""
    return _page(links.find(secret), ActForm())


@bp.post("/acces/<secret>")
@requires(Permission.LINK_OPEN)
def use_link(secret: str) -> type_page:
    """Do what the link is for, once."""
    _count()
    form = ActForm()
    key = (form.once.data or "")[: once.MAXIMUM_KEY]
    try:
        with acting():
            earlier = once.answered(key) if key else None
            if earlier:
                return see_other(earlier)
            _link, address = links.consume(secret)
            if key:
                once.remember(key, address)
    except LinkSpent:
        return _page(links.find(secret), ActForm(formdata=None))
    return see_other(address)


@bp.post("/acces/<secret>/nouveau")
@requires(Permission.LINK_OPEN)
def renew_link(secret: str) -> Response:
    """Send a new link to the same person; the answer never says to whom."""
    _count()
    link = links.find(secret)
    security.count_mail(f"renew:{link.subject_id}")
    renew = registry.link_purpose(link.purpose).renew
    if renew is not None:
        with acting():
            renew(links.find(secret))
    flash("Un nouveau lien vient de partir à l’adresse de la personne concernée.", "success")
    return see_other("/connexion/lien-envoye")
