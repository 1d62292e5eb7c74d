import uuid

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from training.accounts.services import moving
from training.common.declarations import registry
from training.common.twins import TwinKind
from training.database import Base


def tables_naming_people() -> set[str]:
    """The tables with a column that names a person, foreign key or not."""
    return {table.name for table in Base.metadata.tables.values() if any(c.info.get("person") for c in table.columns)}


def test_every_key_of_a_person_is_marked_as_one() -> None:
    unmarked = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys) and not column.info.get("person")
    ]
    assert not unmarked, "Give these columns info=PERSON"


def test_every_table_that_names_a_person_is_declared_r91(app: Flask) -> None:
    declared = {data.table for data in registry.personal_data}
    assert tables_naming_people() - declared == set(), "Declare what export, anonymise and purge do of these tables"
    assert declared <= {table.name for table in Base.metadata.tables.values()}


def test_every_declared_export_answers_for_a_person_nobody_knows(session: scoped_session[Session]) -> None:
    assert all(data.export(uuid.uuid4()) == [] for data in registry.personal_data)


def test_every_declared_anonymisation_answers_for_a_person_nobody_knows(session: scoped_session[Session]) -> None:
    assert all(data.anonymise(uuid.uuid4()) == 0 for data in registry.personal_data)


def test_every_use_of_files_says_who_reads_and_how_long(app: Flask) -> None:
    for use in registry.file_uses:
        assert use.retention
        assert use.max_bytes > 0
        assert use.media_types


@pytest.mark.parametrize("kind", TwinKind)
def test_the_merger_knows_every_key_that_names_a_record_met_twice_r101(kind: TwinKind) -> None:
    known, declared = {name for name, _column in moving.columns_of(kind)}, moving.declared_keys().keys()
    assert known - declared == set(), "Say in your room's twins.py how these keys follow when two records are made one"
    everything = {name for each in TwinKind for name, _column in moving.columns_of(each)}
    assert declared - everything == set(), "These columns name neither a person nor a structure"
