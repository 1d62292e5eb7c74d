"""What is measured of each page: its queries, its time beside the bare page's, its throughput."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from sqlalchemy import event

from tools.bench.browser import Answer, Browser
from training.database import db

ROUNDS: Final = 60
LOAD_SECONDS: Final = 3.0
LOAD_THREADS: Final = 8
WARM: Final = 24  # each connection prepares a statement at its fifth use


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; times in milliseconds, ``ratio`` to the bare page of the same run."""

    name: str
    queries: int | None
    median: float
    ratio: float
    per_second: float | None
    target: str


def beside(page: Callable[[], Answer], bare: Callable[[], Answer], *, rounds: int = ROUNDS) -> tuple[float, float]:
    """Return (median of the page in ms, its ratio to the bare page's median), asked in turn."""
    for _ in range(WARM):
        page()
        bare()
    pairs = [(page().seconds, bare().seconds) for _ in range(rounds)]
    median = statistics.median(seconds for seconds, _bare in pairs)
    return median * 1000, median / statistics.median(seconds for _page, seconds in pairs)


def per_second(port: int, cookies: dict[str, str], path: str, headers: dict[str, str]) -> float:
    """Return the answers per second that several clients get at once."""
    counts, end = [0] * LOAD_THREADS, time.perf_counter() + LOAD_SECONDS

    def load(index: int) -> None:
        browser = Browser(port)
        browser.cookies = dict(cookies)
        while time.perf_counter() < end:
            browser.ask("GET", path, headers=headers)
            counts[index] += 1

    threads = [threading.Thread(target=load, args=(index,)) for index in range(LOAD_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / LOAD_SECONDS


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Record the SELECTs sent inside."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(db.engine, "before_cursor_execute", note)


def queries_of(app: Flask, cookies: dict[str, str], path: str, headers: dict[str, str]) -> int:
    """Return how many SELECTs one GET makes, asked in this process with the same session."""
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    client.get(path, headers=headers)
    with counted(app) as asked:
        client.get(path, headers=headers)
    return len(asked)
