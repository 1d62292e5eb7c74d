"""Signing the minutes in turn on one device; a member replaced in one act (R65, R126)."""

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.queries import find_cohort
from training.common import qr
from training.common.articles import of
from training.common.errors import NotFound
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.throttle import Limit, count
from training.common.transaction import commits
from training.common.views import answer
from training.defences.forms.juries import ReplacementForm, SignatureForm
from training.defences.models import DefenceSlot, JurySeat
from training.defences.queries import days as day_queries
from training.defences.queries.defences import find_slot
from training.defences.routes.blueprint import bp, type_answer
from training.defences.routes.defences import DEFENCE, defence_of, layout, to_defence
from training.defences.rules import juries
from training.defences.services import sitting
from training.extensions import settings

SEAT: Final = f"{DEFENCE}/membres/<uuid:seat_id>"
CODES: Final = Limit("jury-code", most=40, window=timedelta(minutes=15))

# --- signatures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfSeat:
    """A seat, and its defence."""

    slot: DefenceSlot
    seat: JurySeat

    @property
    def sitting(self) -> list[JurySeat]:
        """Those who sit: whence rights."""
        return self.slot.sitting

    @property
    def cohort(self) -> Any:
        """Whence rights."""
        return self.slot.cohort

    @property
    def parts(self) -> Any:
        """Whence rights."""
        return self.slot.parts


def seat_of(principal: Principal, defence_id: uuid.UUID, seat_id: uuid.UUID) -> OfSeat:
    """Return someone’s seat at a defence."""
    slot = defence_of(principal, defence_id)
    seat = next((each for each in slot.sitting if each.id == seat_id), None)
    if seat is None:
        raise NotFound
    return OfSeat(slot, seat)


@bp.get(f"{DEFENCE}/signatures")
@requires(Permission.DEFENCES_MINUTES_SIGN, defence_of)
def signatures(slot: DefenceSlot) -> type_answer:
    """Who has signed, whose turn it is: the device is passed from hand to hand."""
    if slot.minutes is None:
        return redirect(to_defence(slot), 303)
    return render_template(
        "defences/signatures.html", layout=layout(), slot=slot, minutes=slot.minutes, unsigned=juries.unsigned(slot),
        seats={seat.id: seat for seat in slot.seats},
    )  # fmt: skip


def _signature_page(thing: OfSeat, form: SignatureForm) -> str:
    return render_template(
        "defences/sign.html", layout=layout(), slot=thing.slot, seat=thing.seat, minutes=thing.slot.minutes, form=form
    )


@bp.get(f"{SEAT}/signer")
@requires(Permission.DEFENCES_MINUTES_SIGN, seat_of)
def sign_form(thing: OfSeat) -> type_answer:
    """Where one member reads and signs."""
    if thing.seat not in juries.unsigned(thing.slot):
        return redirect(url_for(".signatures", defence_id=thing.slot.id), 303)
    return _signature_page(thing, SignatureForm(data={"name": thing.seat.juror.person.name}))


def counts_codes(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count each try of a code, before the act opens its transaction (R126)."""

    @functools.wraps(view)
    def counted(**values: Any) -> Any:
        count(CODES, str(values.get("seat_id")))
        return view(**values)

    return counted


@bp.post(f"{SEAT}/signer")
@counts_codes
@commits
@requires(Permission.DEFENCES_MINUTES_SIGN, seat_of)
def sign(thing: OfSeat) -> type_answer:
    """Sign as this member."""
    form = SignatureForm()
    locked: list[bool] = []

    def act() -> None:
        locked.append(sitting.sign(thing.slot, form.to_command(thing.seat.id), by=current_principal()))

    answered = answer(
        form, act, again=lambda: _signature_page(thing, form),
        to=lambda: to_defence(thing.slot) if locked[0] else url_for(".signatures", defence_id=thing.slot.id), done=None,
    )  # fmt: skip
    if locked:
        name = thing.seat.juror.person.name
        said = "Toutes les signatures sont là : le procès-verbal est verrouillé." if locked[0] else f"{name} a signé."
        flash(said, "success")
    return answered


# --- a member replaced --------------------------------------------------------------------------------------------------


def seat_to_give(principal: Principal, defence_id: uuid.UUID, seat_id: uuid.UUID) -> OfSeat:
    """Return a seat to give to someone else; a POST holds the cohort first, so that nobody is seated twice at one hour."""
    if request.method == "POST":
        find_cohort(principal, find_slot(principal, defence_id).cohort.code, to_change=True)
    return seat_of(principal, defence_id, seat_id)


def _replacement_form(thing: OfSeat) -> ReplacementForm:
    form = ReplacementForm()
    sitting_ids = {seat.juror_id for seat in thing.slot.sitting}
    others = [j for j in day_queries.jurors_of(thing.slot.cohort.id) if j.id not in sitting_ids]
    form.juror_id.offer(
        [("", "quelqu’un d’autre, ci-dessous"), *((str(j.id), f"{j.person.name} ({j.part.label})") for j in others)]
    )
    return form


def _replacement_page(thing: OfSeat, form: ReplacementForm) -> str:
    return render_template("defences/replace.html", layout=layout(), slot=thing.slot, seat=thing.seat, form=form)


@bp.get(f"{SEAT}/remplacer")
@requires(Permission.DEFENCES_DAY_MANAGE, seat_to_give)
def replace_form(thing: OfSeat) -> str:
    """Who takes this seat."""
    return _replacement_page(thing, _replacement_form(thing))


@bp.post(f"{SEAT}/remplacer")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, seat_to_give)
def replace(thing: OfSeat) -> type_answer:
    """Give the seat to someone else; her link and its QR code are shown once."""
    form = _replacement_form(thing)
    made: list[Any] = []

    def act() -> None:
        command = form.to_command(thing.seat.juror.part)
        made.extend(sitting.replace(thing.slot, thing.seat, command, by=current_principal()))

    if not form.validate_on_submit() or not attempt(form, act):
        return _replacement_page(thing, form), 422
    incoming, secret = made
    address = f"{settings().public_url}/acces/{secret}"
    return render_template(
        "defences/replaced.html", layout=layout(), slot=thing.slot, juror=incoming, address=address,
        drawing=qr.inline_svg(address, title=f"Code {of(incoming.person.name)}"),
    )  # fmt: skip
