"""Counting what is asked of the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine, event

from training.catalogue import published

SELECTS: Final = ("SELECT", "WITH")
COMMIT: Final = "COMMIT"


@dataclass(slots=True)
class Queries:
    """The SELECTs sent while counting, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many SELECTs were sent."""
        return len(self.statements)


@contextmanager
def count_selects(*, warm: bool = False) -> Iterator[Queries]:
    """Record the SELECTs this thread sends, whatever the engine: ``with count_selects() as selects``.

    What published editions ask is read again, as in a process that has just begun; ``warm`` counts as it is afterwards.
    """
    if not warm:
        published.forget()
    queries = Queries()
    thread = threading.get_ident()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == thread and statement.lstrip().upper().startswith(SELECTS):
            queries.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(Engine, "before_cursor_execute", note)
