"""WhiteNoise 6, as far as this house uses it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

class WhiteNoise:
    autorefresh: bool
    max_age: int | None
    immutable_file_test: Callable[[str, str], bool]
    files: dict[str, Any]
    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        root: str | Path | None = ...,
        prefix: str | None = ...,
        *,
        autorefresh: bool = ...,
        max_age: int | None = ...,
        allow_all_origins: bool = ...,
        charset: str = ...,
        mimetypes: dict[str, str] | None = ...,
        add_headers_function: Callable[[Any, str, str], None] | None = ...,
        index_file: str | bool | None = ...,
        immutable_file_test: Callable[[str, str], bool] | str | None = ...,
    ) -> None: ...
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...
    def add_files(self, root: str | Path, prefix: str | None = ...) -> None: ...
