import re
from collections.abc import Callable, Collection
from typing import Any

from wtforms.fields.core import Field
from wtforms.form import BaseForm

class ValidationError(ValueError):
    def __init__(self, message: str = ..., *args: object) -> None: ...

class StopValidation(Exception):
    def __init__(self, message: str = ..., *args: object) -> None: ...

class _Validator:
    field_flags: dict[str, Any]
    message: str | None
    def __call__(self, form: BaseForm, field: Field) -> None: ...

class EqualTo(_Validator):
    def __init__(self, fieldname: str, message: str | None = ...) -> None: ...

class Length(_Validator):
    def __init__(self, min: int = ..., max: int = ..., message: str | None = ...) -> None: ...

class NumberRange(_Validator):
    def __init__(self, min: float | None = ..., max: float | None = ..., message: str | None = ...) -> None: ...

class Optional(_Validator):
    def __init__(self, strip_whitespace: bool = ...) -> None: ...

class DataRequired(_Validator):
    def __init__(self, message: str | None = ...) -> None: ...

class InputRequired(_Validator):
    def __init__(self, message: str | None = ...) -> None: ...

class Regexp(_Validator):
    def __init__(self, regex: str | re.Pattern[str], flags: int = ..., message: str | None = ...) -> None: ...

class Email(_Validator):
    def __init__(
        self,
        message: str | None = ...,
        granular_message: bool = ...,
        check_deliverability: bool = ...,
        allow_smtputf8: bool = ...,
        allow_empty_local: bool = ...,
    ) -> None: ...

class URL(_Validator):
    def __init__(self, require_tld: bool = ..., allow_ip: bool = ..., message: str | None = ...) -> None: ...

class AnyOf(_Validator):
    def __init__(
        self,
        values: Collection[Any],
        message: str | None = ...,
        values_formatter: Callable[[Collection[Any]], str] | None = ...,
    ) -> None: ...

class NoneOf(AnyOf): ...
