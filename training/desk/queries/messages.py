"""Messages on a desk: what a person has to read, and whom her bodies have to answer (R109)."""

from training.accounts.enums import Function
from training.admissions.queries.messages import waiting_threads
from training.common.articles import of_the
from training.common.formatting import plural
from training.common.policy import Principal
from training.common.threads import Thread
from training.desk.queries.own import TRAINING
from training.desk.rules import NAMED, Desk, Line, day_of, names


def add_messages(desk: Desk, principal: Principal) -> None:
    """Add the messages to read and those to answer within her scope. One SELECT, two for a manager narrowed (R95)."""
    waiting = waiting_threads(principal)
    for thread in waiting:
        if thread.person_id == principal.person_id:
            sentence = f"Lire le message {of_the(thread.body_name)}"
            since = day_of(thread.last_from_body_at)
            desk.lines.append(Line(sentence, thread.about, "Lire", thread.path, "Vos messages", since=since, weight=1))
    asked = [thread for thread in waiting if thread.person_id != principal.person_id]
    if not asked:
        return
    capacity = next((c.label for c in principal.capacities if c.function == Function.MANAGER), None)
    if capacity is None:
        desk.lines += [_answer(each) for each in asked[:NAMED]]
        return
    if len(asked) == 1:
        desk.lines.append(_answer(asked[0], capacity))
        return
    desk.lines.append(
        Line(
            f"Répondre à {plural(len(asked), 'message')}",
            asked[0].about,
            "Voir les messages",
            "/candidatures/messages",
            capacity,
            about=names([thread.person_name for thread in asked], len(asked)),
            since=day_of(asked[0].last_from_person_at),
            weight=2,
        )
    )


def _answer(thread: Thread, capacity: str = TRAINING) -> Line:
    return Line(
        f"Répondre à {thread.person_name}",
        thread.about,
        "Répondre",
        thread.path,
        capacity,
        since=day_of(thread.last_from_person_at),
        weight=2,
    )
