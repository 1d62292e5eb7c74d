"""Addresses of the ground floor: files, health, the outbox, and the development mailbox."""

from typing import Final

from flask import Blueprint

from training.common import file_routes, health, import_routes, mailbox_routes, outbox_routes
from training.config import Settings

ALWAYS: Final = (file_routes.bp, health.bp, import_routes.bp, outbox_routes.bp)


def blueprints(settings: Settings) -> tuple[Blueprint, ...]:
    """Return the blueprints; the development mailbox does not exist in production."""
    return (*ALWAYS, mailbox_routes.bp) if settings.development else ALWAYS
