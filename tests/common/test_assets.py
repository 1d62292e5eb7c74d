import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import brotli
import pytest
from flask import Flask
from fontTools.ttLib import TTFont

from training.common import assets
from training.config import ROOT

FIRST_LOAD = 150_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("static")
    assets.build(target)
    return target


@pytest.fixture
def site(built: Path) -> Flask:
    """An application that has nothing but its static files."""
    site = Flask("assets", static_folder=None)
    site.extensions["settings"] = SimpleNamespace(development=False, testing=True)
    assets.install(site, built)
    return site


def address(site: Flask, name: str) -> str:
    return str(cast("Callable[[str], str]", site.jinja_env.globals["asset"])(name))


def names(built: Path) -> dict[str, str]:
    found = assets.read_manifest(built)
    assert found is not None
    return found


def test_every_file_stands_under_its_hashed_name_with_its_compressed_copies(built: Path) -> None:
    for plain, hashed in names(built).items():
        content = (built / hashed).read_bytes()
        assert (plain == hashed) == (plain in assets.FIXED_NAMES)
        if Path(plain).suffix in assets.COMPRESSED:
            assert brotli.decompress((built / f"{hashed}.br").read_bytes()) == content
            assert gzip.decompress((built / f"{hashed}.gz").read_bytes()) == content


def test_references_between_files_follow_the_hashed_names(built: Path) -> None:
    manifest = names(built)
    sheet = (built / manifest["css/theme.css"]).read_text("utf-8")
    main = (built / manifest["js/main.js"]).read_text("utf-8")
    for face in assets.FACES:
        assert f"../{manifest[f'fonts/{face.name}.woff2']}" in sheet
    assert f'import("./{Path(manifest["js/upload.js"]).name}")' in main
    assert "./upload.js" not in main


def test_a_change_in_a_module_renames_those_that_import_it() -> None:
    before = assets.fingerprint({"js/a.js": b'import "./b.js";', "js/b.js": b"1"})
    after = assets.fingerprint({"js/a.js": b'import "./b.js";', "js/b.js": b"2"})
    assert before["js/a.js"][0] != after["js/a.js"][0]


def test_modules_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        assets.fingerprint({"js/a.js": b'import "./b.js";', "js/b.js": b'import "./a.js";'})


@pytest.mark.parametrize("face", assets.FACES, ids=lambda face: face.name)
def test_the_typefaces_cover_the_names_and_signs_of_europe(built: Path, face: assets.Face) -> None:
    covered: set[int] = set()
    for part in ("", "-europe"):
        stream = io.BytesIO((built / names(built)[f"fonts/{face.name}{part}.woff2"]).read_bytes())
        covered |= set(TTFont(stream).getBestCmap() or ())
    assert {ord(sign) for sign in "éÉàçœŒ«»’–…€ŁłŐőŻĐȘțĦ\u00a0−"} <= covered
    if face.package == "font_source_sans_pro":
        assert {ord(sign) for sign in "✓→\u202f"} <= covered


def test_a_first_page_weighs_less_than_the_budget(built: Path) -> None:
    manifest = names(built)
    compressed = sum(
        (built / f"{hashed}.br").stat().st_size
        for plain, hashed in manifest.items()
        if plain.endswith((".css", ".js", ".svg"))
    )
    typefaces = sum((built / manifest[f"fonts/{face.name}.woff2"]).stat().st_size for face in assets.FACES)
    assert compressed + typefaces < FIRST_LOAD * 0.75  # the rest is for the page itself


def test_a_hashed_file_is_kept_a_year_and_a_fixed_name_a_minute(site: Flask) -> None:
    sheet = site.test_client().get(address(site, "css/theme.css"), headers={"Accept-Encoding": "br"}, buffered=True)
    assert sheet.status_code == 200
    assert sheet.headers["Content-Encoding"] == "br"
    assert sheet.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"
    plain = site.test_client().get("/static/plain.css", buffered=True)
    assert plain.headers["Cache-Control"] == "max-age=60, public"


def test_an_unknown_name_fails_at_once(site: Flask) -> None:
    with pytest.raises(KeyError):
        address(site, "css/absent.css")


def test_production_without_the_folder_says_what_to_run(tmp_path: Path) -> None:
    site = Flask("assets", static_folder=None)
    site.extensions["settings"] = SimpleNamespace(development=False, testing=False)
    assets.install(site, tmp_path / "absent")
    with pytest.raises(assets.AssetsMissing, match="assets"):
        address(site, "css/theme.css")


def test_a_folder_older_than_its_sources_is_not_fresh(built: Path, tmp_path: Path) -> None:
    assert assets.read_manifest(built, fresh=True) == names(built)
    (tmp_path / assets.MANIFEST).write_text('{"sources": "older", "files": {}}')
    assert assets.read_manifest(tmp_path, fresh=True) is None
    assert assets.read_manifest(tmp_path / "absent") is None


def test_only_what_the_manifest_names_stays(built: Path) -> None:
    before = sorted(built.rglob("*"))
    stale = built / "css" / "theme.000000000000.css"
    stale.write_text("old")
    assets.prune(built, names(built))
    assert sorted(built.rglob("*")) == before


def test_the_layout_asks_only_for_files_that_exist_and_writes_no_style_or_script(built: Path) -> None:
    templates = ROOT / "templates"
    for path in [
        *(templates / "layouts").iterdir(),
        *(templates / "components").iterdir(),
        *(templates / "errors").iterdir(),
    ]:
        text = path.read_text("utf-8")
        assert not re.search(r"<style|<script(?! type=\"module\" src)|<[^>{]* (style|on[a-z]+)=", text), path.name
    base = (templates / "layouts" / "base.html").read_text("utf-8")
    asked = [part.split("'")[0] for part in base.split("asset('")[1:]]
    assert asked
    assert set(asked) <= set(names(built))
