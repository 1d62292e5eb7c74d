"""How a sweep goes through its items: each in a transaction of its own, one failure stopping no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from training.common.logging import log
from training.database import db, writing

Item = TypeVar("Item")


def one_by_one(items: Iterable[Item], act: Callable[[Item], object]) -> int:
    """Run ``act`` on each item in a writing transaction committed before the next; return on how many it acted.

    ``act`` loads its item again, locked, and returns something false when there is nothing left to do.
    A fault is logged and undoes its own item only; it is raised again once the others had their turn.
    """
    todo = list(items)
    db.session.rollback()
    acted, faults = 0, []
    for item in todo:
        with writing():
            try:
                acted += bool(act(item))
                db.session.commit()
            except Exception as fault:  # noqa: BLE001 - raised again below, after the others
                faults.append(fault)
                log.error("sweep item failed", fault=type(fault).__name__, exc_info=fault)
            finally:
                db.session.rollback()
    if faults:
        raise faults[0]
    return acted
