"""The dashboard's own pages: the verdict at the top of a study's page, and its report."""

import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from fer.clock import utc_now
from reports.dashboard import facts
from reports.dashboard.access_control import App
from reports.dashboard.buffered import Response
from reports.dashboard.small_tables import small_tables
from reports.dashboard.studies import Studies
from reports.data.study_data import StudyData

SCRIPT = "/fer/verdict.js"
_PAGE = re.compile(r"/fer/studies/(\d{1,15})/(verdict|report)")
_SANDBOX = "sandbox allow-scripts allow-downloads"
"""The report's scripts run, but cannot send requests in the dashboard's name."""


def with_own_pages(app: App, studies: Studies) -> App:
    """Add the pages to the dashboard's application."""

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "")
        if not path.startswith("/fer/") or environment["REQUEST_METHOD"] != "GET":
            return app(environment, start)
        return _page(studies, path).send(start)

    return answer


def _page(studies: Studies, path: str) -> Response:
    if path == SCRIPT:
        return _response("text/javascript", template("verdict.js").encode())
    match = _PAGE.fullmatch(path)
    if match is None:
        return _response("text/plain", b"There is no such page.\n", "404 Not Found")
    study_id = int(match[1])
    data = studies.read(study_id)
    if data is None:
        # Studies of other programs have no verdict, which is no error.
        return _response("text/plain", b"", "204 No Content")
    if match[2] == "verdict":
        return _response("text/html", verdict(study_id, data).encode())
    report = _response("text/html", studies.report(study_id, data))
    report.headers.append(("Content-Security-Policy", _SANDBOX))
    return report


def verdict(study_id: int, data: StudyData) -> str:
    """The answer or the verdict, how far the study is, and where to read more, as HTML."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    verdict, answer = data.verdict, data.answer
    confirmed = data.snapshot.confirmation is not None
    return environment.from_string(template("verdict.html")).render(
        study=study_id,
        answer=answer.line if confirmed else verdict.answer,
        good=answer.good if confirmed else verdict.good,
        sentences=[verdict.sentence, *([] if confirmed else [f"{answer.line}."])],
        tables=small_tables(data),
        state=facts.state(data.snapshot, utc_now()),
        trials=facts.trials(data.snapshot),
        budget=facts.budget(data.snapshot),
    )


def template(name: str) -> str:
    """A file of the folder ``templates``."""
    return (files("reports.dashboard") / "templates" / name).read_text(encoding="utf-8")


def _response(kind: str, body: bytes, status: str = "200 OK") -> Response:
    return Response(status, [("Content-Type", f"{kind}; charset=utf-8")], body)
