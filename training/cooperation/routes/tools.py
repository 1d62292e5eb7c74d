"""What partners write together and print: framing cards, circuits of information, the charter (R85, R131)."""

import uuid
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.common.articles import of_the
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.enums import CHARTER
from training.cooperation.forms.tools import CharterForm, CircuitForm, ColumnForm, FramingForm
from training.cooperation.models import FramingCard, InformationCircuit, PartnerBody, Partnership
from training.cooperation.queries import tools as queries
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import among, partnership_of
from training.cooperation.services import tools as services

CARDS: Final = f"{PARTNERSHIP}/cadrage"
CARD: Final = f"{CARDS}/<uuid:card_id>"
CIRCUITS: Final = f"{PARTNERSHIP}/circuits"
CHARTER_PAGE: Final = f"{PARTNERSHIP}/charte"
CIRCUIT_COLUMNS: Final = (
    Column("situation", "Situation"),
    Column("sender", "Qui transmet"),
    Column("recipient", "À qui"),
    Column("content", "Quoi"),
    Column("tool", "Par quel outil"),
    Column("basis", "Base légale"),
)
P = Permission.COOPERATION_PARTNERSHIP_EDIT


# --- framing ---------------------------------------------------------------------------------------------------------


@bp.get(CARDS)
@requires(P, partnership_of)
def framing_cards(partnership: Partnership) -> str:
    """The framing cards, and a new one to begin."""
    return _cards_page(partnership, FramingForm())


def _cards_page(partnership: Partnership, form: FramingForm) -> str:
    cards = queries.cards_of(partnership)
    return render_template("cooperation/framing_cards.html", partnership=partnership, cards=cards, form=form)


@bp.post(CARDS)
@commits
@requires(P, partnership_of)
def frame(partnership: Partnership) -> Answer:
    """Begin a framing card."""
    form = FramingForm()
    made: list[FramingCard] = []
    return answer(
        form,
        lambda: made.append(services.frame(partnership, form.to_command(), by=current_principal())),
        again=lambda: _cards_page(partnership, form),
        to=lambda: url_for(".framing_card", partnership_id=partnership.id, card_id=made[0].id),
        done="La fiche est ouverte : chaque structure remplit maintenant sa colonne.",
    )


def card_of(principal: Principal, partnership_id: uuid.UUID, card_id: uuid.UUID) -> FramingCard:
    """Return a framing card of a partnership this person sees."""
    return queries.find_card(partnership_of(principal, partnership_id), card_id)


def _card_page(card: FramingCard, form: FramingForm) -> str:
    return render_template(
        "cooperation/framing_card.html",
        card=card,
        partnership=card.partnership,
        columns={column.body_id: column for column in card.columns},
        bodies=[
            body
            for body in card.partnership.bodies
            if body.left_at is None or any(column.body_id == body.id for column in card.columns)
        ],
        form=form,
    )


@bp.get(CARD)
@requires(P, card_of)
def framing_card(card: FramingCard) -> str:
    """Four questions, a column for each body, one result."""
    return _card_page(card, FramingForm(data={"title": card.title, "result": card.result}))


@bp.post(CARD)
@commits
@requires(P, card_of)
def reframe(card: FramingCard) -> Answer:
    """Change its subject and the shared result."""
    form = FramingForm()
    return answer(
        form,
        lambda: services.reframe(card, form.to_command(), by=current_principal()),
        again=lambda: _card_page(card, form),
        to=lambda: url_for(".framing_card", partnership_id=card.partnership_id, card_id=card.id),
        done="La fiche est à jour.",
    )


@dataclass(frozen=True, slots=True)
class AtColumn:
    """A framing card and one of its bodies."""

    card: FramingCard
    body: PartnerBody

    @property
    def partnership(self) -> Partnership:
        """Whence one’s rights."""
        return self.card.partnership


def column_of(principal: Principal, partnership_id: uuid.UUID, card_id: uuid.UUID, body_id: uuid.UUID) -> AtColumn:
    """Return a column of a framing card."""
    card = card_of(principal, partnership_id, card_id)
    return AtColumn(card, among(card.partnership.present_bodies, body_id))


def _column_page(found: AtColumn, form: ColumnForm) -> str:
    return render_template(
        "cooperation/framing_column.html", card=found.card, body=found.body, partnership=found.partnership, form=form
    )


@bp.get(f"{CARD}/<uuid:body_id>")
@requires(P, column_of)
def column_form(found: AtColumn) -> str:
    """A body’s column, to fill."""
    held = next((each for each in found.card.columns if each.body_id == found.body.id), None)
    told = {"for_whom": held.for_whom, "added_value": held.added_value, "with_whom": held.with_whom} if held else None
    return _column_page(found, ColumnForm(data=told))


@bp.post(f"{CARD}/<uuid:body_id>")
@commits
@requires(P, column_of)
def fill_column(found: AtColumn) -> Answer:
    """Fill it."""
    form = ColumnForm()
    return answer(
        form,
        lambda: services.fill_column(found.card, found.body, form.to_command(), by=current_principal()),
        again=lambda: _column_page(found, form),
        to=lambda: url_for(".framing_card", partnership_id=found.partnership.id, card_id=found.card.id),
        done=f"La colonne {of_the(found.body.name)} est à jour.",
    )


# --- circuits --------------------------------------------------------------------------------------------------------


@bp.get(CIRCUITS)
@requires(P, partnership_of)
def circuits(partnership: Partnership) -> str:
    """Who shares what with whom, by which tool, on which basis."""
    return render_template(
        "cooperation/circuits.html",
        partnership=partnership,
        circuits=queries.circuits_of(partnership),
        columns=CIRCUIT_COLUMNS,
        act=ActForm(),
    )


def _circuit_page(partnership: Partnership, form: CircuitForm, circuit: InformationCircuit | None) -> str:
    return render_template("cooperation/circuit_form.html", partnership=partnership, form=form, circuit=circuit)


@bp.get(f"{CIRCUITS}/ajouter")
@requires(P, partnership_of)
def add_circuit_form(partnership: Partnership) -> str:
    """A circuit to write."""
    return _circuit_page(partnership, CircuitForm(), None)


@bp.post(f"{CIRCUITS}/ajouter")
@commits
@requires(P, partnership_of)
def add_circuit(partnership: Partnership) -> Answer:
    """Write it."""
    form = CircuitForm()
    return answer(
        form,
        lambda: services.add_circuit(partnership, form.to_command(), by=current_principal()),
        again=lambda: _circuit_page(partnership, form, None),
        to=lambda: url_for(".circuits", partnership_id=partnership.id),
        done="Le circuit est dans le tableau.",
    )


def circuit_of(principal: Principal, partnership_id: uuid.UUID, circuit_id: uuid.UUID) -> InformationCircuit:
    """Return a circuit of a partnership this person sees."""
    return queries.find_circuit(partnership_of(principal, partnership_id), circuit_id)


@bp.get(f"{CIRCUITS}/<uuid:circuit_id>")
@requires(P, circuit_of)
def circuit_form(circuit: InformationCircuit) -> str:
    """A circuit to change."""
    keys = ("situation", "sender", "recipient", "content", "tool")
    told = {key: getattr(circuit, key) for key in keys}
    told |= {"channel": circuit.channel.value, "basis": circuit.basis.value}
    return _circuit_page(circuit.partnership, CircuitForm(data=told), circuit)


@bp.post(f"{CIRCUITS}/<uuid:circuit_id>")
@commits
@requires(P, circuit_of)
def change_circuit(circuit: InformationCircuit) -> Answer:
    """Change it, or take it out."""
    form = CircuitForm()
    partnership = circuit.partnership
    if request.form.get("retirer"):
        act = ActForm()
        return answer(
            act,
            lambda: services.remove_circuit(circuit, by=current_principal()),
            again=lambda: _circuit_page(partnership, form, circuit),
            to=lambda: url_for(".circuits", partnership_id=partnership.id),
            done="Le circuit est retiré du tableau.",
        )
    return answer(
        form,
        lambda: services.change_circuit(circuit, form.to_command(), by=current_principal()),
        again=lambda: _circuit_page(partnership, form, circuit),
        to=lambda: url_for(".circuits", partnership_id=partnership.id),
        done="Le circuit est à jour.",
    )


# --- charter ---------------------------------------------------------------------------------------------------------


@bp.get(CHARTER_PAGE)
@requires(P, partnership_of)
def charter(partnership: Partnership) -> str:
    """The charter as it prints: its parts, who does what, the circuits, room to sign."""
    return render_template(
        "cooperation/charter.html",
        partnership=partnership,
        parts=CHARTER,
        texts=queries.charter_of(partnership),
        circuits=queries.circuits_of(partnership),
    )


def _charter_page(partnership: Partnership, form: CharterForm) -> str:
    return render_template("cooperation/charter_form.html", partnership=partnership, form=form, parts=CHARTER)


@bp.get(f"{CHARTER_PAGE}/ecrire")
@requires(P, partnership_of)
def charter_form(partnership: Partnership) -> str:
    """The charter to write."""
    told = {part: text.text for part, text in queries.charter_of(partnership).items()}
    return _charter_page(partnership, CharterForm(data=told))


@bp.post(f"{CHARTER_PAGE}/ecrire")
@commits
@requires(P, partnership_of)
def write_charter(partnership: Partnership) -> Answer:
    """Write it."""
    form = CharterForm()
    return answer(
        form,
        lambda: services.write_charter(
            partnership, queries.charter_of(partnership), form.to_command(), by=current_principal()
        ),
        again=lambda: _charter_page(partnership, form),
        to=lambda: url_for(".charter", partnership_id=partnership.id),
        done="La charte est à jour.",
    )
