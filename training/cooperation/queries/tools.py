"""Framing cards, circuits and charter of a partnership."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from training.common.errors import NotFound
from training.cooperation.models import CharterText, FramingCard, InformationCircuit, Partnership
from training.database import db


def cards_of(partnership: Partnership) -> Sequence[FramingCard]:
    """Return the framing cards of a partnership, newest first. One SELECT."""
    query = select(FramingCard).where(FramingCard.partnership_id == partnership.id)
    return db.session.scalars(query.order_by(FramingCard.created_at.desc(), FramingCard.id).limit(100)).all()


def find_card(partnership: Partnership, card_id: uuid.UUID) -> FramingCard:
    """Return a framing card with its columns; ``NotFound`` for any other. Two SELECTs."""
    card = db.session.scalar(
        select(FramingCard)
        .options(selectinload(FramingCard.columns))
        .where(FramingCard.id == card_id, FramingCard.partnership_id == partnership.id)
    )
    if card is None:
        raise NotFound
    set_committed_value(card, "partnership", partnership)
    return card


def circuits_of(partnership: Partnership) -> Sequence[InformationCircuit]:
    """Return the circuits of a partnership, in the order they were written. One SELECT."""
    query = select(InformationCircuit).where(InformationCircuit.partnership_id == partnership.id)
    return db.session.scalars(query.order_by(InformationCircuit.created_at, InformationCircuit.id).limit(200)).all()


def find_circuit(partnership: Partnership, circuit_id: uuid.UUID) -> InformationCircuit:
    """Return a circuit; ``NotFound`` for any other. One SELECT."""
    circuit = db.session.get(InformationCircuit, circuit_id)
    if circuit is None or circuit.partnership_id != partnership.id:
        raise NotFound
    set_committed_value(circuit, "partnership", partnership)
    return circuit


def charter_of(partnership: Partnership) -> dict[str, CharterText]:
    """Return the written parts of the charter, by their slug. One SELECT."""
    query = select(CharterText).where(CharterText.partnership_id == partnership.id)
    return {text.part.value: text for text in db.session.scalars(query)}
