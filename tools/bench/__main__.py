"""``python -m tools.bench``: the report."""

import dataclasses
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask

from tests.support import samples
from tests.support.databases import Databases, EngineName, Run
from tools.bench import cooperation, course, data, selection
from tools.bench.browser import Answer, Browser
from tools.bench.course import Course
from tools.bench.data import Measured
from tools.bench.measure import Line, beside, per_second, queries_of
from tools.bench.selection import Selection
from tools.bench.server import Server, serving
from training import create_app
from training.config import read_settings

ENGINES: Final[tuple[EngineName, ...]] = ("sqlite", "postgresql")
SUBMISSIONS: Final = 15
PDF_WEIGHT: Final = 200_000


def main() -> None:
    """Measure on both engines and print."""
    run = Run.begin()
    databases = Databases(run, "bench")
    try:
        for engine in ENGINES:
            report(engine, databases)
    finally:
        databases.close()
        run.end()


def report(engine: EngineName, databases: Databases) -> None:
    """Print the report of one engine."""
    variables = _variables(databases, engine)
    app = create_app(dataclasses.replace(read_settings({**os.environ, **variables}), testing=True))
    with app.app_context():
        measured = data.fill()
        chosen = selection.fill()
        followed = course.fill()
    with serving("tools.bench.bare:app", variables, "/") as yardstick, serving("app:app", variables, "/sante") as house:
        bare = Browser(yardstick.port)
        lines = [
            *_pages(app, house, bare, measured),
            *_selection(app, house, bare, chosen),
            *_course(app, house, bare, followed),
        ]
        lines.append(_submission(house, bare, measured))
        bare_ms = statistics.median(bare.get("/").seconds for _ in range(200)) * 1000
        bare_rate = per_second(yardstick.port, {}, "/", {})
        memory, first = house.memory(), house.first_answer
        with app.app_context():
            published, placed, papers = selection.publish(), course.placing(), course.documents()
    print(f"\n## {engine}\n")
    print(f"Bare Flask page with one query: {bare_ms:.2f} ms, {bare_rate:.0f} answers/s\n")
    print("| page | SELECTs | median ms | × bare | answers/s | to reach |\n|---|---|---|---|---|---|")
    for line in lines:
        queries = "–" if line.queries is None else str(line.queries)
        rate = "–" if line.per_second is None else f"{line.per_second:.0f}"
        print(f"| {line.name} | {queries} | {line.median:.1f} | {line.ratio:.1f} | {rate} | {line.target} |")
    print(f"\nPublication of {selection.RESULTS} results with their mails: {published:.2f} s (≤ 2).")
    print(f"Placing of {course.DEFENCES} defences: {placed:.2f} s (≤ 2). {course.PAPERS} papers: {papers:.1f} s (≤ 5).")
    share, seen = memory
    print(f"\nLargest process after it: {share:.0f} MiB of its own (≤ 120), {seen:.0f} with what it shares.")
    print(f"First answer after start: {first:.2f} s (≤ 1).")


def _variables(databases: Databases, engine: EngineName) -> dict[str, str]:
    folder = databases.folder / f"bench-{engine}"
    for name in ("files", "mails"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "APP_ENV": "development",
        "SECOND_FACTOR": "offered",
        "DATABASE_URL": databases.clone(engine, "demo", "bench"),
        "STORAGE_URL": _files(databases, folder).as_uri(),
        "MAIL_URL": (folder / "mails").as_uri(),
        "WORK_URL": f"sqlite:///{folder / 'work.sqlite3'}",
        "SECRET_KEY": "a secret that only the bench uses, long enough",
        "PUBLIC_URL": "http://127.0.0.1",
    }


def _files(databases: Databases, folder: Path) -> Path:
    kept = databases.files_of("demo")
    return kept if kept.exists() else folder / "files"


def _pages(app: Flask, house: Server, bare: Browser, measured: Measured) -> Iterator[Line]:
    """Measure the pages that are read."""
    nobody, staff = Browser(house.port), Browser(house.port)
    staff.sign_in(data.STAFF)
    feed = f"/calendrier/{measured.feed_secret}.ics"
    listed = f"/candidatures?appel={data.CALL}"
    tag = nobody.get(feed).headers["ETag"]

    def line(name: str, browser: Browser, path: str, target: str, rounds: int = 60, **headers: str) -> Line:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        median, ratio = beside(lambda: browser.get(path, **headers), lambda: bare.get("/"), rounds=rounds)
        return Line(
            name,
            queries_of(app, browser.cookies, path, sent),
            median,
            ratio,
            per_second(house.port, browser.cookies, path, sent),
            target,
        )

    yield line("public page of a call", nobody, f"/appels/{data.CALL}", "≤ 4 × bare")
    yield line("staff list, 50 rows of 1,000 files", staff, listed, "≤ 8 × bare")
    yield line("one file's page", staff, f"/candidatures/{measured.staff_file}", "≤ 4 × bare")
    yield line(f"personal feed, {measured.half_days} half-days", nobody, feed, "≤ 3 × bare")
    yield line("the same, unchanged (304)", nobody, feed, "≤ 1.5 × bare", If_None_Match=tag)
    phone, leads = Browser(house.port), Browser(house.port)
    leads.sign_in(cooperation.FACILITATOR)
    yield line(
        "live poll of a phone, ten in the room", phone, cooperation.sit(phone, measured.room_code), "≤ 1.5 × bare"
    )
    yield line("report of a self-assessment, PDF", leads, measured.report, "≤ 74 × bare (200 ms at 2.7)", rounds=12)
    yield line("xlsx of 1,000 files", staff, f"{listed}&format=xlsx", "≤ 93 × bare (250 ms at 2.7)", rounds=12)


def _selection(app: Flask, house: Server, bare: Browser, chosen: Selection) -> Iterator[Line]:
    """Measure the pages on which files are decided."""
    pages = (
        ("reviewer's screen", selection.REVIEWER, f"/candidatures/{chosen.reviewed}/avis", "≤ 4 × bare"),
        ("committee screen of 60 files", selection.STAFF, f"/comites/{chosen.meeting}", "≤ 8 × bare"),
        ("list of 250 rows", data.STAFF, f"/candidatures?appel={data.CALL}&lignes=250", "≤ 13 × bare"),
    )
    for name, email, path, target in pages:
        browser = Browser(house.port)
        browser.sign_in(email)
        median, ratio = beside(lambda: browser.get(path), lambda: bare.get("/"))  # noqa: B023 - called at once
        rate = per_second(house.port, browser.cookies, path, {})
        yield Line(name, queries_of(app, browser.cookies, path, {}), median, ratio, rate, target)


def _course(app: Flask, house: Server, bare: Browser, followed: Course) -> Iterator[Line]:
    """Measure the pages on which learners are followed."""
    trainer = Browser(house.port)
    trainer.sign_in(course.TRAINER)
    poll = course.watched(trainer, followed.sheet) if followed.sheet is not None else None
    pages = [
        ("a learner's path", course.LEARNER, followed.path, "≤ 6 × bare"),
        (f"progress of a cohort of {course.SIZE}", course.STAFF, f"/diplomes/{course.COHORT}", "≤ 8 × bare"),
        (f"{course.REGION} learners of a carrier", course.CARRIER, f"/diplomes?lignes={course.REGION}", "≤ 13 × bare"),
        ("dashboard of the same cohort", course.STAFF, f"/promotions/{course.COHORT}/progression", "–"),
    ]
    if poll is not None:
        pages.append(("live poll of an open sheet", course.TRAINER, poll, "≤ 1.5 × bare"))
    for name, email, path, target in pages:
        browser = trainer if path == poll else Browser(house.port)  # what a screen watches is its own sign-in’s
        if browser is not trainer:
            browser.sign_in(email)
        if (answer := browser.get(path)).status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{name}: {path} answers {answer.status}.")
        median, ratio = beside(lambda: browser.get(path), lambda: bare.get("/"))  # noqa: B023 - called at once
        rate = per_second(house.port, browser.cookies, path, {})
        yield Line(name, queries_of(app, browser.cookies, path, {}), median, ratio, rate, target)


@contextmanager
def _taken_back(browser: Browser, address: str) -> Iterator[None]:
    """Give the file back to the applicant after it was sent, for the next round."""
    yield
    path = f"{address}/reprise"
    browser.post(path, browser.form(path, "/reprise"))


def _submission(house: Server, bare: Browser, measured: Measured) -> Line:
    """Measure the sending of a file: a 200 kB PDF deposited, then the file submitted."""
    browser, address = Browser(house.port), f"/candidatures/{measured.draft}"
    browser.sign_in(data.APPLICANT)
    pdf = samples.pdf(weight=PDF_WEIGHT)
    took, yard = [], []
    for _ in range(SUBMISSIONS):
        with _taken_back(browser, address):
            took.append(_send(browser, address, pdf))
        yard.append(bare.get("/").seconds)
    median = statistics.median(took)
    return Line(
        "submission of a file with a 200 kB PDF (2 POST)",
        None,
        median * 1000,
        median / statistics.median(yard),
        None,
        "–",
    )


def _send(browser: Browser, address: str, pdf: bytes) -> float:
    """Deposit the PDF as each missing piece is, submit, and return the seconds of the two acts."""
    first = _checked(
        lambda: browser.upload(
            f"{address}/pieces/{data.PIECE}", browser.form(f"{address}/pieces", data.PIECE), "file", "lettre.pdf", pdf
        )
    )
    second = _checked(lambda: browser.post(f"{address}/depot", browser.form(f"{address}/depot", "/depot")))
    return first.seconds + second.seconds


def _checked(act: Callable[[], Answer]) -> Answer:
    answer = act()
    if answer.status not in {302, 303}:
        raise RuntimeError(f"An act of the bench was refused: {answer.status} {answer.body[:300]!r}")
    return answer


if __name__ == "__main__":
    main()
