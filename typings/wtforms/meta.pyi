from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from wtforms.fields.core import Field, UnboundField
from wtforms.form import BaseForm

class DefaultMeta:
    csrf: bool
    csrf_class: type[Any] | None
    csrf_field_name: str
    csrf_secret: Any
    csrf_context: Any
    csrf_time_limit: Any
    locales: Sequence[str] | bool
    cache_translations: bool
    def bind_field(self, form: BaseForm, unbound_field: UnboundField, options: dict[str, Any]) -> Field: ...
    def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any: ...
    def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup: ...
    def get_translations(self, form: BaseForm) -> Any: ...
    def update_values(self, values: dict[str, Any]) -> None: ...
