"""What partners write together: framing cards, circuits of information, a charter (R85, R131)."""

import uuid

from training.common import journal
from training.common.errors import NotFound
from training.common.policy import Principal
from training.cooperation.commands import CharterWords, CircuitWords, FramingAnswers, FramingWords
from training.cooperation.models import (
    CharterText,
    FramingCard,
    FramingColumn,
    InformationCircuit,
    PartnerBody,
    Partnership,
)
from training.database import db


def frame(partnership: Partnership, command: FramingWords, *, by: Principal) -> FramingCard:
    """Begin a framing card: a column for each body comes as it is filled (R131)."""
    card = FramingCard(id=uuid.uuid4(), partnership=partnership, title=command.title, result=command.result, columns=[])
    db.session.add(card)
    db.session.flush()
    journal.record(partnership, "partnership.framed", by=by, text={"title": card.title})
    return card


def reframe(card: FramingCard, command: FramingWords, *, by: Principal) -> None:
    """Change the title and the shared result."""
    card.title, card.result = command.title, command.result
    db.session.flush()
    journal.record(card.partnership, "partnership.framed", by=by, text={"title": card.title})


def fill_column(card: FramingCard, body: PartnerBody, command: FramingAnswers, *, by: Principal) -> FramingColumn:
    """Write what one body answers."""
    if body.partnership_id != card.partnership_id:
        raise NotFound
    column = next((each for each in card.columns if each.body_id == body.id), None)
    if column is None:
        column = FramingColumn(body_id=body.id)
        card.columns.append(column)
    column.for_whom, column.added_value, column.with_whom = command.for_whom, command.added_value, command.with_whom
    db.session.flush()
    journal.record(card.partnership, "partnership.framed", by=by, text={"title": card.title})
    return column


def add_circuit(partnership: Partnership, command: CircuitWords, *, by: Principal) -> InformationCircuit:
    """Write who shares what with whom."""
    circuit = InformationCircuit(id=uuid.uuid4(), partnership_id=partnership.id)
    _write(circuit, command)
    db.session.add(circuit)
    db.session.flush()
    journal.record(partnership, "partnership.circuit_added", by=by)
    return circuit


def change_circuit(circuit: InformationCircuit, command: CircuitWords, *, by: Principal) -> None:
    """Change a circuit."""
    _write(circuit, command)
    db.session.flush()
    journal.record(circuit.partnership, "partnership.circuit_added", by=by)


def _write(circuit: InformationCircuit, command: CircuitWords) -> None:
    circuit.situation, circuit.sender, circuit.recipient = command.situation, command.sender, command.recipient
    circuit.content, circuit.tool = command.content, command.tool
    circuit.channel, circuit.basis = command.channel, command.basis


def remove_circuit(circuit: InformationCircuit, *, by: Principal) -> None:
    """Take a circuit out of the table."""
    partnership = circuit.partnership
    db.session.delete(circuit)
    db.session.flush()
    journal.record(partnership, "partnership.circuit_removed", by=by)


def write_charter(
    partnership: Partnership, held: dict[str, CharterText], command: CharterWords, *, by: Principal
) -> None:
    """Write the parts of the charter; an emptied one goes."""
    for part, words in command.items():
        text = held.get(part.value)
        if text is None and words:
            db.session.add(CharterText(partnership_id=partnership.id, part=part, text=words))
        elif text is not None and words:
            text.text = words
        elif text is not None:
            db.session.delete(text)
    db.session.flush()
    journal.record(partnership, "partnership.charter_written", by=by)
