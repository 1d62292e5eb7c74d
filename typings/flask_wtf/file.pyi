from collections.abc import Collection
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms.fields import FileField as _FileField
from wtforms.fields import MultipleFileField as _MultipleFileField
from wtforms.validators import _Validator

class FileField(_FileField):
    data: FileStorage | None

class MultipleFileField(_MultipleFileField):
    data: list[FileStorage] | None

class FileRequired(_Validator):
    def __init__(self, message: str | None = ...) -> None: ...

class FileAllowed(_Validator):
    def __init__(self, upload_set: Collection[str], message: str | None = ...) -> None: ...

class FileSize(_Validator):
    def __init__(self, max_size: int, min_size: int = ..., message: str | None = ..., **kwargs: Any) -> None: ...
