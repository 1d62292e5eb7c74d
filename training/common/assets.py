"""Static files: ours and the few taken from installed packages, under hashed names.

``flask assets`` fills the ignored folder ``build/static``: one style sheet (Bootstrap in
a layer of its own, then ours), our modules, our drawings, and the two typefaces subset
to woff2. Each file stands beside its ``.br`` and ``.gz``; ``manifest.json`` maps names to
hashed names. WhiteNoise serves the folder with a year's cache, since a name never
changes its content.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from wsgiref.headers import Headers

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from training.common.lazy import lazily
from training.config import ROOT

if TYPE_CHECKING:
    from fontTools import subset, ttLib
else:
    subset, ttLib = lazily("fontTools.subset"), lazily("fontTools.ttLib")  # noqa: N816 - the library's own name

SOURCES: Final = ROOT / "training" / "static"
BUILD: Final = ROOT / "build" / "static"
PREFIX: Final = "/static/"
MANIFEST: Final = "manifest.json"
YEAR: Final = 365 * 24 * 3600
HASH_LENGTH: Final = 12

STYLE_SHEETS: Final = (
    "tokens",
    "page",
    "text",
    "form",
    "list",
    "file",
    "selection",
    "plot",
    "calendar",
    "cooperation",
    "portfolio",
    "attendance",
    "defences",
    "print",
)
"""The parts of the one style sheet, in order."""

FIXED_NAMES: Final = frozenset({"plain.css"})
"""Files the last-resort error page asks for by a name that never changes."""

PACKAGES: Final = ("bootstrap-flask", "font-source-sans-pro", "font-source-serif-pro", "fonttools", "brotli")

COMPRESSED: Final = frozenset({".css", ".js", ".svg"})

_REFERENCE: Final = re.compile(r"""(?<=["'])\.{1,2}/[^"']+(?=["'])""")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_HASHED: Final = re.compile(rf"\.[0-9a-f]{{{HASH_LENGTH}}}\.\w+$")

COMMON_LATIN: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x152, 0x153, 0x178, 0x2B3, 0x2E2, 0x1D49),
    *(0x2010, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026, 0x202F),
    *(0x2030, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193),
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2713),
)
REST_OF_EUROPE: Final = tuple(
    point
    for block in (range(0x100, 0x180), range(0x218, 0x21C), range(0x1E80, 0x1E86), (0x1E9E, 0x1EF2, 0x1EF3))
    for point in block
    if point not in COMMON_LATIN
)
"""Fetched only by a page that holds one of these letters (a name from elsewhere in Europe)."""

FEATURES: Final = ("kern", "liga", "locl", "ccmp", "mark", "tnum", "lnum", "sups", "ordn")


class AssetsMissing(RuntimeError):
    """The folder was never filled: run ``flask --app app assets``."""


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface file of a package and the name it takes here."""

    package: str
    file: str
    name: str


FACES: Final = (
    Face("font_source_sans_pro", "SourceSansPro-Regular.ttf", "source-sans-pro-400"),
    Face("font_source_sans_pro", "SourceSansPro-It.ttf", "source-sans-pro-400-italic"),
    Face("font_source_sans_pro", "SourceSansPro-Semibold.ttf", "source-sans-pro-600"),
    Face("font_source_serif_pro", "SourceSerifPro-Semibold.ttf", "source-serif-pro-600"),
)


def subset_face(face: Face, points: tuple[int, ...]) -> bytes:
    """Return a woff2 of ``face`` with the glyphs of ``points`` only."""
    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    options.flavor = "woff2"
    options.recalc_timestamp = False
    with files(face.package).joinpath("files", face.file).open("rb") as stream:
        font = ttLib.TTFont(io.BytesIO(stream.read()), recalcTimestamp=False)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=points)
    worker.subset(font)
    result = io.BytesIO()
    font.flavor = "woff2"
    font.save(result)
    return result.getvalue()


def bootstrap() -> str:
    """Return Bootstrap's style sheet in a layer: any rule of ours wins over any of its own."""
    sheet = files("flask_bootstrap").joinpath("static", "bootstrap5", "css", "bootstrap.min.css").read_text("utf-8")
    return "@layer bootstrap{" + _COMMENT.sub("", sheet).removeprefix('@charset "UTF-8";') + "}"


def collect() -> dict[str, bytes]:
    """Return every file to publish, by its plain name."""
    ours = [_COMMENT.sub("", (SOURCES / "css" / f"{part}.css").read_text("utf-8")) for part in STYLE_SHEETS]
    published = {"css/theme.css": "\n".join([bootstrap(), *ours]).encode()}
    for face in FACES:
        published[f"fonts/{face.name}.woff2"] = subset_face(face, COMMON_LATIN)
        published[f"fonts/{face.name}-europe.woff2"] = subset_face(face, REST_OF_EUROPE)
    for path in _own_files():
        if path.parent.name != "css":
            published[path.relative_to(SOURCES).as_posix()] = path.read_bytes()
    return published


def _own_files() -> Iterator[Path]:
    return (path for path in sorted(SOURCES.rglob("*")) if path.is_file())


def fingerprint(published: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Return each file's hashed name and content, with its references to other files rewritten.

    Raises ``ValueError`` when files refer to each other in a circle.
    """
    done: dict[str, tuple[str, bytes]] = {}
    open_names: list[str] = []

    def resolve(name: str) -> str:
        if name in done:
            return done[name][0]
        if name in open_names:
            raise ValueError(f"Files refer to each other in a circle: {' → '.join([*open_names, name])}")
        open_names.append(name)
        content = _rewrite(name, published, resolve)
        open_names.pop()
        done[name] = (_hashed(name, content), content)
        return done[name][0]

    for name in published:
        resolve(name)
    return done


def _rewrite(name: str, published: Mapping[str, bytes], resolve: Callable[[str], str]) -> bytes:
    if PurePosixPath(name).suffix not in {".css", ".js"}:
        return published[name]
    folder = PurePosixPath(name).parent

    def replace(match: re.Match[str]) -> str:
        target = os.path.normpath(folder / match[0])
        return os.path.relpath(resolve(target), folder) if target in published else match[0]

    def local(match: re.Match[str]) -> str:
        found = replace(match)
        return found if found.startswith(".") else f"./{found}"

    return _REFERENCE.sub(local, published[name].decode()).encode()


def _hashed(name: str, content: bytes) -> str:
    if name in FIXED_NAMES:
        return name
    path = PurePosixPath(name)
    return str(path.with_suffix(f".{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}{path.suffix}"))


def sources_digest() -> str:
    """Return what the content of the folder depends on: our files, this module, the packages' versions."""
    digest = hashlib.sha256()
    for path in (*_own_files(), Path(__file__)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for package in PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()


def build(target: Path = BUILD) -> dict[str, str]:
    """Fill ``target`` and return the manifest; what no longer belongs there is removed.

    Each file is put in place whole, the manifest last: a running server never sees half a file.
    """
    results = fingerprint(collect())
    for name, content in results.values():
        _place(target / name, content)
        if PurePosixPath(name).suffix in COMPRESSED:
            _place(target / f"{name}.br", brotli.compress(content, quality=11))
            _place(target / f"{name}.gz", gzip.compress(content, 9, mtime=0))
    names = {plain: hashed for plain, (hashed, _) in sorted(results.items())}
    _place(target / MANIFEST, json.dumps({"sources": sources_digest(), "files": names}, indent=1).encode())
    prune(target, names)
    return names


def prune(target: Path, names: Mapping[str, str]) -> None:
    """Remove the files that the manifest no longer names."""
    kept = {MANIFEST, *(name + suffix for name in names.values() for suffix in ("", ".br", ".gz"))}
    for path in target.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path.relative_to(target).as_posix() not in kept:
            path.unlink(missing_ok=True)


def _place(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def read_manifest(target: Path = BUILD, *, fresh: bool = False) -> dict[str, str] | None:
    """Return the manifest, or null when there is none (or, with ``fresh``, when the sources have changed since)."""
    try:
        manifest = json.loads((target / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if fresh and manifest["sources"] != sources_digest():
        return None
    return dict(manifest["files"])


def install(app: Flask, target: Path = BUILD) -> None:
    """Serve the folder under ``/static/`` and give templates ``asset(name)``.

    In development and tests the folder is filled when it is missing or older than its sources.
    """
    settings = app.extensions["settings"]
    names = read_manifest(target, fresh=settings.development or settings.testing)
    if names is None and (settings.development or settings.testing):
        names = build(target)

    def asset(name: str) -> str:
        """Return the address of a file; it fails at once on a name that does not exist."""
        if names is None:
            raise AssetsMissing("The static files are missing: run « flask --app app assets » before starting.")
        return PREFIX + names[name]

    app.jinja_env.globals["asset"] = asset
    target.mkdir(parents=True, exist_ok=True)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the way Flask documents to wrap an application
        app.wsgi_app,
        root=str(target),
        prefix=PREFIX,
        max_age=60,
        add_headers_function=_headers,
    )


def _headers(headers: Headers, _path: str, url: str) -> None:
    """Keep a hashed file for a year, as its name never changes its content; a fixed name for a minute."""
    headers["X-Content-Type-Options"] = "nosniff"
    if _HASHED.search(url):
        headers["Cache-Control"] = f"max-age={YEAR}, public, immutable"
