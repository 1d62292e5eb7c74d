"""A thing with a history, for tests of what concerns any subject."""

import uuid


class Thing:
    """Stands for a row: its table's name and a uuid."""

    __tablename__ = "thing"

    def __init__(self) -> None:
        self.id = uuid.uuid4()
