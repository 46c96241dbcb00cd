"""optuna-dashboard's one page, with the verdict at its top, and a style sheet."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from reports.dashboard.access_control import App
from reports.dashboard.buffered import buffered
from reports.dashboard.own_pages import SCRIPT, template, verdict
from reports.dashboard.studies import Studies

_STUDY = re.compile(r"/dashboard/studies/(\d{1,15})(/.*)?")
_PLACE = Markup('<section id="fer-verdict" aria-label="Verdict" data-study="{}"{}>{}</section>')
_HEAD, _BODY = b"</style>", b'<div id="dashboard">'


def with_verdict(app: App, studies: Studies) -> App:
    """Add the style sheet and the verdict to the dashboard's page."""

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "")
        if not path.startswith("/dashboard") or environment["REQUEST_METHOD"] != "GET":
            return app(environment, start)
        response = buffered(app, environment)
        style = template("page.css").encode()
        script = f'<script defer src="{SCRIPT}"></script>'.encode()
        response.body = response.body.replace(_HEAD, style + _HEAD + script, 1).replace(
            _BODY, _place(path, studies).encode() + _BODY, 1
        )
        return response.send(start)

    return answer


def _place(path: str, studies: Studies) -> str:
    """The element that holds the verdict; hidden where the page shows no study of ``fer``."""
    match = _STUDY.fullmatch(path)
    study_id = int(match[1]) if match else None
    data = None if study_id is None else studies.read(study_id)
    if study_id is None or data is None:
        return _PLACE.format("", Markup(" hidden"), "")
    return _PLACE.format(study_id, "", Markup(verdict(study_id, data)))
