"""What the worker puts in the bundles asked for (R42)."""

from collections.abc import Iterator
from typing import Final

from training.common.batches import Maker, Piece
from training.seminars.models import DocumentArchive, DocumentBatch
from training.seminars.services.bundles import papers_of


def _pieces(batch: DocumentBatch) -> Iterator[Piece]:
    for paper in papers_of(batch.cohort, batch.kind):
        yield paper.name, paper.render


BUNDLES: Final = Maker(DocumentBatch, DocumentArchive, _pieces)
