"""Messages on a desk: what a person has to read, and whom her bodies have to answer (R109)."""

from training.accounts.enums import Function
from training.admissions.queries.messages import waiting_threads
from training.common.formatting import plural
from training.common.policy import Principal
from training.desk.rules import Desk, Line, day_of, names


def add_messages(desk: Desk, principal: Principal) -> None:
    """Add the messages to read and those to answer within her scope. One SELECT, two for a manager narrowed (R95)."""
    waiting = waiting_threads(principal)
    for thread in waiting:
        if thread.person_id == principal.person_id:
            sentence = f"Lire le message de {thread.body_name}"
            since = day_of(thread.last_from_body_at)
            desk.lines.append(Line(sentence, thread.about, "Lire", thread.path, "Vos messages", since=since, weight=1))
    asked = [thread for thread in waiting if thread.person_id != principal.person_id]
    if not asked:
        return
    capacity = next(c.label for c in principal.capacities if c.function == Function.MANAGER)
    one = len(asked) == 1
    desk.lines.append(
        Line(
            f"Répondre à {asked[0].person_name}" if one else f"Répondre à {plural(len(asked), 'message')}",
            asked[0].about,
            "Répondre" if one else "Voir les messages",
            asked[0].path if one else "/candidatures/messages",
            capacity,
            about="" if one else names([thread.person_name for thread in asked], len(asked)),
            since=day_of(asked[0].last_from_person_at),
            weight=2,
        )
    )
