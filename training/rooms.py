"""The list of rooms: what each declares, and its blueprints. The only module that imports routes."""

from typing import Final

from flask import Flask

from training.accounts.declarations import DECLARATIONS as ACCOUNTS
from training.accounts.routes import blueprints as accounts_blueprints
from training.admissions.declarations import DECLARATIONS as ADMISSIONS
from training.admissions.routes import blueprints as admissions_blueprints
from training.catalogue.declarations import DECLARATIONS as CATALOGUE
from training.catalogue.routes import blueprints as catalogue_blueprints
from training.cohorts.declarations import DECLARATIONS as COHORTS
from training.cohorts.routes import blueprints as cohorts_blueprints
from training.common import house
from training.common import routes as common_routes
from training.common.declarations import registry
from training.cooperation.declarations import DECLARATIONS as COOPERATION
from training.cooperation.routes import blueprints as cooperation_blueprints
from training.defences.declarations import DECLARATIONS as DEFENCES
from training.defences.routes import blueprints as defences_blueprints
from training.desk.declarations import DECLARATIONS as DESK
from training.desk.routes import blueprints as desk_blueprints
from training.diplomas.declarations import DECLARATIONS as DIPLOMAS
from training.diplomas.routes import blueprints as diplomas_blueprints
from training.portfolio.declarations import DECLARATIONS as PORTFOLIO
from training.portfolio.routes import blueprints as portfolio_blueprints
from training.quality.declarations import DECLARATIONS as QUALITY
from training.quality.routes import blueprints as quality_blueprints
from training.seminars.declarations import DECLARATIONS as SEMINARS
from training.seminars.routes import blueprints as seminars_blueprints

DECLARED: Final = (
    house.DECLARATIONS, ACCOUNTS, CATALOGUE, COHORTS, PORTFOLIO, SEMINARS, ADMISSIONS, COOPERATION, DEFENCES, DIPLOMAS, QUALITY, DESK,
)  # fmt: skip

BLUEPRINTS: Final = (
    *accounts_blueprints,
    *catalogue_blueprints,
    *cohorts_blueprints,
    *portfolio_blueprints,
    *seminars_blueprints,
    *admissions_blueprints,
    *cooperation_blueprints,
    *defences_blueprints,
    *diplomas_blueprints,
    *quality_blueprints,
    *desk_blueprints,
)


def declare() -> None:
    """Gather what every room declares."""
    for room in DECLARED:
        registry.add(room)


def install(app: Flask) -> None:
    """Register every room's addresses."""
    for blueprint in (*common_routes.blueprints(app.extensions["settings"]), *BLUEPRINTS):
        app.register_blueprint(blueprint)
