"""``/acces/<secret>``: the page of every personal link, whatever its purpose (R100)."""

from flask import flash, render_template

from training.accounts import bearers, security
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


def _may_renew(link: AccessLink) -> bool:
    purpose = registry.link_purpose(link.purpose)
    return purpose.renew is not None and (link.revoked_at is None or purpose.renews_revoked)


def _page(link: AccessLink, form: ActForm) -> type_page:
    purpose = registry.link_purpose(link.purpose)
    page = render_template(
        "accounts/access.html",
        form=form,
        purpose=purpose,
        live=link.is_live,
        used=link.used_at is not None and link.uses_left is not None,
        told=purpose.told(link) if purpose.told else None,
        can_renew=_may_renew(link),
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
            link, address = links.consume(secret)
            if registry.link_purpose(link.purpose).opens:
                bearers.remember(link)
            if key:
                once.remember(key, address)
    except LinkSpent:
        return _page(links.find(secret), ActForm(formdata=None))
    return see_other(address)


@bp.post("/acces/<secret>/nouveau")
@requires(Permission.LINK_OPEN)
def renew_link(secret: str) -> type_page:
    """Send a new link to the same person, unless this one was revoked; the answer never says to whom."""
    _count()
    security.count_mail(f"renew:{links.find(secret).subject_id}")
    with acting():
        link = links.find(secret)
        renew = registry.link_purpose(link.purpose).renew if _may_renew(link) else None
        if renew is not None:
            renew(link)
    if renew is None:
        return _page(links.find(secret), ActForm(formdata=None))
    flash("Un nouveau lien vient de partir à l’adresse de la personne concernée.", "success")
    return see_other("/connexion/lien-envoye")
