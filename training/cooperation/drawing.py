"""The plots of the report, as SVG for a document: figures beside shapes, sober in black and white. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

INK: Final = "#1c2430"
SOFT: Final = "#56606d"
SHAPE: Final = "#0e5a5f"
TRACK: Final = "#e3eeec"
WIDTH: Final = 460
TEXT: Final = 'font-family="Source Sans Pro" font-size="12"'


def _text(x: float, y: float, words: object, *, anchor: str = "start", fill: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" {TEXT}>{escape(str(words))}</text>'


def _svg(height: int, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">{body}</svg>'


def bars(rows: Sequence[tuple[str, int, int]]) -> str:
    """Return one bar a row: its label, its points on its own maximum."""
    parts = []
    for rank, (label, points, maximum) in enumerate(rows):
        y, length = 24 * rank, 340 * points / maximum if maximum else 0
        parts.append(_text(0, y + 15, label))
        parts.append(f'<rect x="50" y="{y + 4}" width="340" height="14" fill="{TRACK}"/>')
        if points:
            parts.append(f'<rect x="50" y="{y + 4}" width="{length:.1f}" height="14" fill="{SHAPE}"/>')
        parts.append(_text(WIDTH, y + 15, f"{points} / {maximum}", anchor="end"))
    return _svg(24 * len(rows), "".join(parts))


def lines(labels: Sequence[str], values: Sequence[int], maximum: int) -> str:
    """Return the evolution of a total over days."""
    left, right, low, high = 40.0, WIDTH - 30.0, 120.0, 14.0
    step = (right - left) / max(len(values) - 1, 1)
    spots = [(left + step * rank, low - (low - high) * value / maximum) for rank, value in enumerate(values)]
    parts = [
        f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#c9cfd3" stroke-width="0.8"/>'
        + _text(left - 8, y + 4, mark, anchor="end", fill=SOFT)
        for mark, y in ((0, low), (maximum, high))
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{SHAPE}" stroke-width="2"/>')
    for (x, y), value, label in zip(spots, values, labels, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{SHAPE}"/>')
        parts.append(_text(x, y - 8 if y > high + 16 else y + 18, value, anchor="middle"))
        parts.append(_text(x, low + 18, label, anchor="middle", fill=SOFT))
    return _svg(int(low) + 28, "".join(parts))
