"""ics 0.7, the second calendar reader of the tests."""

from typing import Any

class Event:
    name: str | None
    uid: str
    begin: Any
    end: Any
    description: str | None
    location: str | None
    status: str | None
    alarms: list[Any]
    extra: Any

class Calendar:
    events: set[Event]
    def __init__(self, imports: str | None = ..., **kwargs: Any) -> None: ...
    def serialize(self) -> str: ...
