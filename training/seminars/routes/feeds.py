"""Calendars to subscribe to: their two addresses without sign-in, and the pages that give and end them (R37)."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.http import is_resource_modified

from training.accounts.rules import network_of
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common import access, ical, qr, sealing
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.throttle import Limit, count
from training.common.transaction import commits
from training.extensions import settings
from training.seminars import queries, services
from training.seminars.enums import USUAL_ALARMS
from training.seminars.forms import AlarmsForm, InvitationsForm
from training.seminars.models import CalendarFeed
from training.seminars.queries import READ
from training.seminars.routes.blueprint import COHORT, bp, type_answer
from training.seminars.routes.loaders import cohort_of, own_feed
from training.seminars.services import invitations

MISSES: Final = Limit("feed-miss", most=30, window=timedelta(minutes=15))
FRESH_FOR: Final = 300  # seconds a program may go without asking again
GONE: Final = (
    "Ce calendrier n’existe plus : son adresse a été arrêtée ou renouvelée. "
    "Supprimez-le de votre application, puis abonnez-vous à la nouvelle adresse depuis votre page « Calendrier »."
)


@bp.get("/calendrier/<secret>.ics")
@requires(Permission.SEMINARS_FEED_READ)
def feed(secret: str) -> Response:
    """A person’s calendar, for her calendar programs."""
    return _answer(secret, code=None)


@bp.get(f"{COHORT}/calendrier/<secret>.ics")
@requires(Permission.SEMINARS_FEED_READ)
def cohort_feed(code: str, secret: str) -> Response:
    """A cohort’s calendar, for calendar programs."""
    return _answer(secret, code=code)


def _answer(secret: str, *, code: str | None) -> Response:
    found = queries.find_feed(sealing.digest(secret), code=code)
    if found is None:
        count(MISSES, network_of(request.remote_addr))
        raise NotFound("Ce calendrier n’existe pas. Copiez de nouveau son adresse depuis votre page « Calendrier ».")
    if not found.is_live:
        return Response(GONE, 410, content_type="text/plain; charset=utf-8")
    delivery = services.deliver(found, holds=_holds)
    response = Response(delivery.body or b"", content_type=f"{ical.MEDIA_TYPE}; charset=utf-8")
    if delivery.body is None:
        response.status_code = 304
    response.set_etag(delivery.etag)
    response.last_modified = delivery.changed_at.astimezone(UTC)
    response.headers["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    return response


def _holds(etag: str, changed_at: datetime) -> bool:
    return not is_resource_modified(request.environ, etag=f'"{etag}"', last_modified=changed_at)


# --- one's own -------------------------------------------------------------------------------------------------------


def _address(feed: CalendarFeed, code: str | None = None) -> str | None:
    """Return the whole address of a feed, or null if its secret can no longer be read."""
    secret = services.secret_of(feed)
    if secret is None:
        return None
    path = url_for(".feed", secret=secret) if code is None else url_for(".cohort_feed", code=code, secret=secret)
    return settings().public_url + path


def _shown(feed: CalendarFeed | None, code: str | None = None) -> dict[str, object]:
    """Return what the page of an address shows."""
    address = _address(feed, code) if feed is not None else None
    webcal = f"webcal://{address.partition('://')[2]}" if address else None
    return {
        "feed": feed,
        "address": address,
        "webcal": webcal,
        "qr": qr.inline_svg(webcal, title="Code à lire avec l’appareil photo du téléphone") if webcal else None,
        "read_at": access.last_read_at(feed, READ) if feed is not None else None,
        "is_local": bool(address) and urlsplit(address or "").hostname in {"127.0.0.1", "localhost"},
    }


def _subscription_page(form: AlarmsForm) -> str:
    principal = current_principal()
    own = queries.live_feed_of(principal.person_id) if principal.person_id is not None else None
    return render_template(
        "seminars/subscription.html",
        layout=layout_for(principal),
        form=form,
        act_form=ActForm(),
        by_mail=InvitationsForm(
            formdata=None, data={"invitations": invitations.is_invited(principal.person_id or uuid.UUID(int=0))}
        ),
        **_shown(own),
    )


def _alarms_of(feed: CalendarFeed | None) -> AlarmsForm:
    alarms = feed.reminders if feed is not None else USUAL_ALARMS
    return AlarmsForm(data={"alarms": [alarm.value for alarm in alarms]})


@bp.get("/calendrier/abonnement")
@requires(Permission.SEMINARS_FEED_MANAGE)
def subscription() -> str:
    """One’s own address of calendar: how to subscribe, when it was last read, its alarms."""
    principal = current_principal()
    own = queries.live_feed_of(principal.person_id) if principal.person_id is not None else None
    return _subscription_page(_alarms_of(own))


@bp.post("/calendrier/abonnement")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE)
def subscribe() -> type_answer:
    """Make one’s own address of calendar."""
    form, stopped = AlarmsForm(), []

    def act() -> None:
        stopped.append(services.subscribe(current_principal().person_id, alarms=form.chosen))

    if form.validate_on_submit() and attempt(form, act):
        told = (
            " Les invitations par courriel s’arrêtent : vous verriez chaque demi-journée deux fois."
            if any(stopped)
            else ""
        )
        flash(f"Votre adresse de calendrier est prête : ajoutez-la maintenant à votre téléphone.{told}", "success")
        return redirect(url_for(".subscription"), 303)
    return _subscription_page(form), 422


@bp.post("/calendrier/abonnement/rappels")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, own_feed)
def choose_alarms(feed: CalendarFeed) -> type_answer:
    """Choose one’s alarms."""
    form = AlarmsForm()

    def act() -> None:
        services.set_alarms(feed, form.chosen)

    if form.validate_on_submit() and attempt(form, act):
        flash("Vos rappels sont enregistrés : ils suivront à la prochaine mise à jour de votre calendrier.", "success")
        return redirect(url_for(".subscription"), 303)
    return _subscription_page(form), 422


@bp.post("/calendrier/abonnement/invitations")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE)
def choose_invitations() -> type_answer:
    """Choose whether one receives invitations by mail."""
    form, person_id = InvitationsForm(), current_principal().person_id

    def act() -> None:
        if person_id is not None:
            invitations.choose_invitations(person_id, wanted=bool(form.invitations.data))

    if form.validate_on_submit() and attempt(form, act):
        flash(
            "Chaque demi-journée confirmée vous arrivera par courriel, et suivra ses changements."
            if form.invitations.data
            else "Vous ne recevrez plus d’invitations par courriel. Celles de votre agenda en seront retirées.",
            "success",
        )
        return redirect(url_for(".subscription"), 303)
    return _subscription_page(AlarmsForm()), 422


@bp.get("/calendrier/abonnement/renouveler")
@requires(Permission.SEMINARS_FEED_MANAGE, own_feed)
def renew_form(_feed: CalendarFeed) -> str:
    """What renewing one’s address will do."""
    return render_template("seminars/renew.html", layout=layout_for(current_principal()), form=ActForm())


@bp.post("/calendrier/abonnement/renouveler")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, own_feed)
def renew(feed: CalendarFeed) -> type_answer:
    """End one’s address and make another."""
    form = ActForm()
    if form.validate_on_submit() and attempt(form, lambda: services.renew_feed(feed)):
        flash("L’ancienne adresse ne répond plus. Abonnez-vous à la nouvelle.", "success")
        return redirect(url_for(".subscription"), 303)
    return render_template("seminars/renew.html", layout=layout_for(current_principal()), form=form), 422


@bp.get("/calendrier/abonnement/arreter")
@requires(Permission.SEMINARS_FEED_MANAGE, own_feed)
def revoke_form(_feed: CalendarFeed) -> str:
    """What ending one’s address will do."""
    return render_template("seminars/revoke.html", layout=layout_for(current_principal()), form=ActForm())


@bp.post("/calendrier/abonnement/arreter")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, own_feed)
def revoke(feed: CalendarFeed) -> type_answer:
    """End one’s address."""
    form = ActForm()
    if form.validate_on_submit() and attempt(form, lambda: services.revoke_feed(feed)):
        flash("L’abonnement est arrêté : son adresse ne répond plus.", "success")
        return redirect(url_for(".subscription"), 303)
    return render_template("seminars/revoke.html", layout=layout_for(current_principal()), form=form), 422


# --- a cohort's ------------------------------------------------------------------------------------------------------


def _cohort_page(cohort: Cohort, form: ActForm, alarms: AlarmsForm | None = None) -> str:
    live = queries.live_feed_of_cohort(cohort.id)
    kept = AlarmsForm(formdata=None, data={"alarms": [alarm.value for alarm in live.reminders] if live else []})
    return render_template(
        "seminars/cohort_feed.html", cohort=cohort, form=form, alarms=alarms or kept, **_shown(live, cohort.code)
    )


@bp.get(f"{COHORT}/calendrier")
@requires(Permission.SEMINARS_FEED_MANAGE, cohort_of)
def cohort_subscription(cohort: Cohort) -> str:
    """The address of a cohort’s calendar, for its carrier’s staff to share."""
    return _cohort_page(cohort, ActForm())


@bp.post(f"{COHORT}/calendrier")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, cohort_of)
def open_cohort_feed(cohort: Cohort) -> type_answer:
    """Make the address of a cohort’s calendar; a live one is ended and replaced."""
    form = ActForm()

    def act() -> None:
        live = queries.live_feed_of_cohort(cohort.id)
        if live is None:
            services.create_feed(cohort=cohort, alarms=())
        else:
            services.renew_feed(live, cohort=cohort)

    if form.validate_on_submit() and attempt(form, act):
        flash("L’adresse du calendrier de la promotion est prête.", "success")
        return redirect(url_for(".cohort_subscription", code=cohort.code), 303)
    return _cohort_page(cohort, form), 422


@bp.post(f"{COHORT}/calendrier/rappels")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, cohort_of)
def choose_cohort_alarms(cohort: Cohort) -> type_answer:
    """Choose the alarms of a cohort’s calendar."""
    form = AlarmsForm()

    def act() -> None:
        live = queries.live_feed_of_cohort(cohort.id)
        if live is not None:
            services.set_alarms(live, form.chosen)

    if form.validate_on_submit() and attempt(form, act):
        flash("Les rappels de ce calendrier sont enregistrés.", "success")
        return redirect(url_for(".cohort_subscription", code=cohort.code), 303)
    return _cohort_page(cohort, ActForm(), form), 422


@bp.post(f"{COHORT}/calendrier/arreter")
@commits
@requires(Permission.SEMINARS_FEED_MANAGE, cohort_of)
def close_cohort_feed(cohort: Cohort) -> type_answer:
    """End the address of a cohort’s calendar."""
    form = ActForm()

    def act() -> None:
        live = queries.live_feed_of_cohort(cohort.id)
        if live is not None:
            services.revoke_feed(live)

    if form.validate_on_submit() and attempt(form, act):
        flash("Le calendrier de la promotion n’est plus partagé : son adresse ne répond plus.", "success")
        return redirect(url_for(".cohort_subscription", code=cohort.code), 303)
    return _cohort_page(cohort, form), 422
