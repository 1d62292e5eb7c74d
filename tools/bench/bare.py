"""The yardstick: the smallest Flask page that makes one query through the same libraries."""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from training.config import normalise_database_url

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = normalise_database_url(os.environ["DATABASE_URL"])
db = SQLAlchemy(app)


@app.get("/")
def bare() -> str:
    """Answer with one value read from the database."""
    regions = db.session.scalar(text("SELECT count(*) FROM region"))
    return f"<!doctype html><title>Bare</title><p>{regions} régions</p>"
