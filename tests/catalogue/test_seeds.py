"""The reference data: loaded once, told back equal, never overwriting a person's change (facts of the sources)."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.accounts.models import Departement, Organisation, Region
from training.catalogue import queries
from training.catalogue.comparison import departures
from training.catalogue.enums import EditionStatus, ModuleType, Provenance
from training.catalogue.facts import facts
from training.catalogue.models import Edition, Source
from training.catalogue.rules import hours_words, total_hours
from training.seeding import seed, toml
from training.seeding.catalogue import export
from training.seeding.editions import EditionSeed, read_edition
from training.seeding.toml import SEEDS, SeedError

CODES = [
    "PACTE-NAT-2025", "PACTE-BFC-P8", "PACTE-ARA-1", "PACTE-BRE-CPTS", "PACTE-HDF-HIST", "PACTE-BFC-P9", "MOSAIC-2026",
]  # fmt: skip


def totals(edition: Edition) -> dict[str, str]:
    return {variant.code: hours_words(total_hours(variant.hours)) for variant in edition.variants}


def seeds() -> dict[str, EditionSeed]:
    names = [name for table in toml.read("programmes")["programmes"] for name in table["editions"]]
    return {edition.code: edition for edition in map(read_edition, names)}


@pytest.mark.both_engines
def test_what_was_loaded_is_told_back_equal_and_loads_once(session: Session) -> None:
    first = seed()
    session.commit()
    assert {name for name in first.created if name.startswith("edition")} == {f"edition {code}" for code in CODES}
    loaded = queries.whole_editions(CODES)
    assert {code: export(edition) for code, edition in loaded.items()} == seeds()
    again = seed()
    assert (again.created, again.differing, again.left) == ([], {}, [])
    assert "0 created" in str(again)


@pytest.mark.seeded
def test_the_known_totals_come_out(session: Session) -> None:
    """R3: 156 and 224 are computed; MOSAIC's hours are unknown; the older notice gave ranges."""
    editions = queries.whole_editions(CODES)
    mosaic = dict.fromkeys(("CPTS", "DAC", "REGIONAL"), "à confirmer")
    assert {code: totals(edition) for code, edition in editions.items()} == {
        "PACTE-NAT-2025": {"MSP": "156\u00a0h", "CDS": "156\u00a0h", "CPTS": "224\u00a0h"},
        "PACTE-BFC-P8": {"MSP": "156\u00a0h", "CPTS": "224\u00a0h"},
        "PACTE-ARA-1": {"MSP": "156\u00a0h", "CDS": "156\u00a0h"},
        "PACTE-BRE-CPTS": {"CPTS": "224\u00a0h"},
        "PACTE-HDF-HIST": {"CPTS": "de 130 à 152\u00a0h"},
        "PACTE-BFC-P9": {"MSP": "156\u00a0h", "CPTS": "224\u00a0h"},
        "MOSAIC-2026": mosaic,
    }


@pytest.mark.seeded
def test_promo_8_departs_from_the_national_frame_as_its_brochure_says(session: Session) -> None:
    """R102: no CDS, Décryptage hung on Projet de santé, quality and management for all, two complementary modules."""
    edition = queries.whole_edition("PACTE", "PACTE-BFC-P8")
    assert edition is not None
    assert edition.parent is not None
    found = {line.path for line in departures(edition, edition.parent) if "tracer" not in line.path}
    assert found == {
        "edition/label", "edition/vintage", "variant/CDS", "module/DEC/parent", "module/DQ/variant/CPTS",
        "module/GS/variant/CPTS", "module/MM", "module/COM", "module/PAR",
    }  # fmt: skip
    electives = [module for module in edition.modules if module.type is ModuleType.ELECTIVE]
    assert [(module.code, module.blocking) for module in electives] == [("COM", False), ("PAR", False)]


@pytest.mark.seeded
def test_each_edition_has_its_state_its_carrier_and_its_school(session: Session) -> None:
    editions = queries.whole_editions(CODES)
    historical = {code for code, edition in editions.items() if edition.status is EditionStatus.HISTORICAL}
    assert historical == {"PACTE-HDF-HIST"}
    assert not any(edition.is_draft for edition in editions.values())
    schools = {part.organisation.code for e in editions.values() for part in e.parts if part.part == "school"}
    assert schools == {"EHESP"}
    parents = {code: edition.parent.code for code, edition in editions.items() if edition.parent}
    assert parents == dict.fromkeys(["PACTE-BFC-P8", "PACTE-ARA-1", "PACTE-BRE-CPTS", "PACTE-BFC-P9"], "PACTE-NAT-2025")


@pytest.mark.seeded
def test_every_value_says_where_it_comes_from(session: Session) -> None:
    """Unknown values alone are “à confirmer”; a fictive edition is an example throughout; named sources exist."""
    known = set(session.scalars(select(Source.code)))
    for code, edition in queries.whole_editions(CODES).items():
        for fact in facts(edition):
            assert fact.is_unknown == (fact.provenance is Provenance.TO_CONFIRM), (code, fact.path)
            assert not fact.source or {word.strip() for word in fact.source.split(",")} <= known, (code, fact)
            if code == "PACTE-BFC-P9":
                assert fact.provenance in {Provenance.EXAMPLE, Provenance.TO_CONFIRM}, fact.path


@pytest.mark.seeded
def test_regions_departements_and_bodies_are_whole(session: Session) -> None:
    assert len(session.scalars(select(Region)).all()) == 18
    assert len(session.scalars(select(Departement)).all()) == 101
    named = set(session.scalars(select(Organisation.code)))
    wanted = {
        "EHESP", "FEMASCO-BFC", "GRCS-ARA", "ESSORT", "GUICHET-CPTS", "FACS-OCC", "INUC", "ARS-BFC", "ARS-ARA",
        "ARS-OCC", "ORU-OCC",
    }  # fmt: skip
    assert wanted <= named


def test_texts_are_typed_as_french_is() -> None:
    for edition in seeds().values():
        texts = [text for module in edition.modules for text, _ in module.objectives]
        texts += [tracer.label for module in edition.modules for tracer in module.tracers]
        texts += [text for text in edition.identity.values() if text]
        for text in texts:
            assert "'" not in text, text
            assert not any(f" {mark}" in text for mark in ":;?!»"), text


@pytest.fixture
def other_seeds(tmp_path: Path) -> Path:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.seeded
def test_a_seed_that_changed_is_reported_and_changes_nothing(session: Session, other_seeds: Path) -> None:
    edit(other_seeds, "pacte-nat-2025", "in_person = 124", "in_person = 125")
    edit(other_seeds, "organisations", "Besançon", "Dijon")
    edit(other_seeds, "programmes", "PACTE – soins primaires", "PACTE")
    report = seed(folder=other_seeds)
    assert report.differing["edition PACTE-NAT-2025"] == ["variants"]
    assert report.differing["organisation FEMASCO-BFC"] == ["city"]
    assert report.differing["programme PACTE"] == ["label"]
    edition = queries.whole_edition("PACTE", "PACTE-NAT-2025")
    assert edition is not None
    assert totals(edition)["CPTS"] == "224\u00a0h"


def test_a_draft_is_left_to_its_editors(session: Session, other_seeds: Path) -> None:
    edit(other_seeds, "pacte-bfc-p9", 'status = "published"', 'status = "draft"')
    seed(folder=other_seeds)
    edition = queries.whole_editions(["PACTE-BFC-P9"])["PACTE-BFC-P9"]
    edition.label = "Nom choisi par le porteur"
    report = seed(folder=other_seeds)
    assert report.left == ["edition PACTE-BFC-P9"]
    assert edition.label == "Nom choisi par le porteur"


@pytest.mark.parametrize(
    ("name", "slip", "message"),
    [
        ("pacte-nat-2025", ("blocking = true", "bloking = true"), "bloking"),
        ("pacte-nat-2025", ("in_person = 96", "in_persn = 96"), "in_persn"),
        ("organisations", ("short_name =", "shortname ="), "shortname"),
        ("regions", ("[[regions]]", "[[regions"), "regions.toml"),
    ],
)
def test_a_slip_of_the_pen_is_told(
    session: Session, other_seeds: Path, name: str, slip: tuple[str, str], message: str
) -> None:
    edit(other_seeds, name, *slip)
    with pytest.raises(SeedError, match=message):
        seed(folder=other_seeds)


def test_a_missing_file_is_told(session: Session, other_seeds: Path) -> None:
    (other_seeds / "pacte-ara-1.toml").unlink()
    with pytest.raises(SeedError, match=r"pacte-ara-1\.toml"):
        seed(folder=other_seeds)
