"""What the worker puts in the bundles asked for (R42, R118)."""

from collections.abc import Iterator
from typing import Final

from training.common.batches import Maker, Piece
from training.seminars.models import DocumentArchive, DocumentBatch
from training.seminars.services.bundles import convocations_of, papers_of


def _pieces(batch: DocumentBatch) -> Iterator[Piece]:
    found = convocations_of(batch.seminar) if batch.seminar is not None else papers_of(batch.cohort, batch.kind)
    for paper in found:
        yield paper.name, paper.render


BUNDLES: Final = Maker(DocumentBatch, DocumentArchive, _pieces)
