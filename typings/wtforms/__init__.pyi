"""WTForms 3.3, as far as this house uses it."""

from wtforms import validators as validators
from wtforms import widgets as widgets
from wtforms.fields import *
from wtforms.fields import Field as Field
from wtforms.form import Form as Form
from wtforms.validators import ValidationError as ValidationError
