"""How the keys of the ground floor follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, Twins

TWINS: Final = Twins(
    keys={
        "access_link.bearer_id": MOVES,
        "access_link.created_by": MOVES,
        "access_note.reader_id": STAYS,
        "event.actor_id": STAYS,
        "held_form.person_id": STAYS,
        "import_run.created_by": MOVES,
        "mailing.written_by": MOVES,
        "outgoing_mail.to_person_id": MOVES,
        "stored_file.deposited_by": MOVES,
        "thread.person_id": MOVES,
        "thread_message.author_id": MOVES,
    }
)
"""The journal and the notes of reading do not change."""
