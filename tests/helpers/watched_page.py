"""A page in Chromium, and its problems: console messages, errors, dialogs and requests."""

from pathlib import Path

TIMEOUT_MS = 180_000
"""Long, as the browser may have to share two cores."""


class WatchedPage:
    """A page in a window of its own, and the problems on it."""

    def __init__(self, chromium, path: Path, width: int = 1280, scheme: str = "light"):
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.problems: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.on("dialog", lambda dialog: self._note("dialog", dialog.message))
        self.page.on("request", self._requested)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-drawn=yes]")

    def _note(self, kind: str, text: str) -> None:
        self.problems.append(f"{kind}: {text}")

    def _requested(self, request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self._note("request", request.url)

    def colour(self, selector: str = "body") -> str:
        return self.page.eval_on_selector(selector, "e => getComputedStyle(e).backgroundColor")
