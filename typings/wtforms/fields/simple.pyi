"""The fields, gathered: the library spreads them over several modules that nobody imports by name."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

from wtforms.fields.core import Field, UnboundField
from wtforms.form import BaseForm

F = TypeVar("F", bound=Field)
B = TypeVar("B", bound=BaseForm)

class StringField(Field):
    data: str | None

class TextAreaField(StringField): ...
class PasswordField(StringField): ...
class HiddenField(StringField): ...
class SearchField(StringField): ...
class EmailField(StringField): ...
class TelField(StringField): ...
class URLField(StringField): ...

class BooleanField(Field):
    data: bool
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        false_values: Sequence[Any] | None = ...,
        **kwargs: Any,
    ) -> None: ...

class SubmitField(BooleanField): ...
class FileField(Field): ...
class MultipleFileField(FileField): ...

class DateField(Field):
    data: datetime.date | None
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        format: str | Sequence[str] = ...,
        **kwargs: Any,
    ) -> None: ...

class DateTimeLocalField(Field):
    data: datetime.datetime | None
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        format: str | Sequence[str] = ...,
        **kwargs: Any,
    ) -> None: ...

class TimeField(Field):
    data: datetime.time | None
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        format: str | Sequence[str] = ...,
        **kwargs: Any,
    ) -> None: ...

class IntegerField(Field):
    data: int | None

class FloatField(Field):
    data: float | None

class DecimalField(Field):
    data: Decimal | None
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        places: int | None = ...,
        **kwargs: Any,
    ) -> None: ...

class FormField(Field, Generic[B]):
    form: B
    def __init__(self, form_class: type[B], label: str | None = ..., separator: str = ..., **kwargs: Any) -> None: ...

class FieldList(Field, Generic[F]):
    entries: list[F]
    min_entries: int
    max_entries: int | None
    def __init__(
        self,
        unbound_field: F | UnboundField,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        min_entries: int = ...,
        max_entries: int | None = ...,
        **kwargs: Any,
    ) -> None: ...
    def append_entry(self, data: Any = ...) -> F: ...
    def pop_entry(self) -> F: ...
    def __iter__(self) -> Iterator[F]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> F: ...
