"""When mémoires are defended."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Final

_planned: Final[list[Callable[[uuid.UUID], date | None]]] = []


def defence_day_of(memoire_id: uuid.UUID) -> date | None:
    """Return the day a mémoire is defended; null while none is fixed."""
    return _planned[0](memoire_id) if _planned else None
