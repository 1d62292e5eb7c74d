"""Flask-Migrate 4.1, as far as this house uses it."""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

class Migrate:
    db: SQLAlchemy
    directory: str
    configure_args: dict[str, Any]
    def __init__(
        self, app: Flask | None = ..., db: SQLAlchemy | None = ..., directory: str = ..., **kwargs: Any
    ) -> None: ...
    def init_app(
        self,
        app: Flask,
        db: SQLAlchemy | None = ...,
        directory: str | None = ...,
        command: str | None = ...,
        compare_type: bool | None = ...,
        render_as_batch: bool | None = ...,
        **kwargs: Any,
    ) -> None: ...

def upgrade(
    directory: str | None = ..., revision: str = ..., sql: bool = ..., tag: str | None = ..., x_arg: Any = ...
) -> None: ...
def downgrade(
    directory: str | None = ..., revision: str = ..., sql: bool = ..., tag: str | None = ..., x_arg: Any = ...
) -> None: ...
def check(directory: str | None = ...) -> None: ...
