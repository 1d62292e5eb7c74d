"""QR codes, for a page (R39: the door of a half-day's sign-in) and for a PDF."""

import io
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from training.common.lazy import lazily

if TYPE_CHECKING:
    import segno
else:
    segno = lazily("segno")

QUIET_ZONE: Final = 4  # modules of white around the code, without which cameras hesitate


def inline_svg(content: str, *, title: str, css_class: str = "qr-code") -> Markup:
    """Return an ``<svg>`` to put in a page: named by ``title``, sized by its class, without inline style.

    Its white ground is drawn, so that the code is read on a dark page too.
    """
    drawn = _code(content).svg_inline(
        border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=css_class, lineclass=None, title=title
    )
    named = drawn.replace("<svg ", '<svg role="img" ', 1)
    return Markup(named)  # noqa: S704 - segno escapes the title and the class, and draws the rest


def svg(content: str) -> str:
    """Return the code as an SVG document, for a PDF: lines that stay sharp on paper."""
    buffer = io.BytesIO()
    _code(content).save(buffer, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, nl=False)
    return buffer.getvalue().decode()


def png(content: str, *, scale: int = 8) -> bytes:
    """Return the code as a PNG of ``scale`` pixels a module, for what reads no SVG (mails)."""
    buffer = io.BytesIO()
    _code(content).save(buffer, kind="png", border=QUIET_ZONE, scale=scale)
    return buffer.getvalue()


def _code(content: str) -> "segno.QRCode":
    """Return a full-size code that survives a fold or a stain (level M at least)."""
    return segno.make_qr(content, error="m")
