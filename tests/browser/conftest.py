"""A headless Chromium, and pages in it that record their problems."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from report_pages import write_pages
from trained_study import trained_study
from watched_page import WatchedPage

from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, listen
from reports.dashboard.serve import make_server
from reports.rendering.chromium import FLAGS, find_chromium
from search.storage.storage import Storage


@pytest.fixture(scope="session")
def chromium() -> Iterator["object"]:
    """Playwright's handle on the Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> dict[str, Path]:
    """The report pages by name."""
    return write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def look(chromium, files):
    """Opens a report page by its name; at the end, no page may have a problem."""
    opened: list[WatchedPage] = []

    def open_page(name: str, **options) -> WatchedPage:
        opened.append(WatchedPage(chromium, files[name], **options))
        return opened[-1]

    yield open_page
    for watched in opened:
        assert not watched.problems
        watched.context.close()


@dataclass
class Problems:
    """The errors on a page's console, and its requests."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(chromium):
    """Opens a page at a width, and returns it with its problems."""
    contexts = []

    def open_at(url: str, width: int = 1280, height: int = 900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page, problems = context.new_page(), Problems()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: problems.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.errors.append(message.text) if message.type == "error" else None
            ),
        )
        page.on("request", lambda request: problems.requests.append(request.url))
        page.goto(url)
        return page, problems

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """A study that really trained."""
    with trained_study(tmp_path_factory.mktemp("study")) as trained:
        yield trained


@pytest.fixture(scope="session")
def address(study):
    """The address of its dashboard."""
    with Storage(study.opened.shown) as storage:
        server = make_server(storage, listen(HOST, 0), artifact_folder(storage))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://{HOST}:{server.server_port}/"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def picture(request):
    """Takes a screenshot where SCREENSHOTS names a folder, to be looked at."""

    def take(page, name: str) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
