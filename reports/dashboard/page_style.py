"""Style sheet that adapts optuna-dashboard's page to studies of recipes.

A recipe is a long line, which made a trial's page 3,800 pixels wide; a study's own figures have no
space around them; and a phone is too narrow for two columns, or for trials beside their list.

Where the page has fer's chart of hyperparameter importance, optuna-dashboard's own is hidden: it
counts complete trials only, the baseline among them, and contradicts the report.
"""

from collections.abc import Callable, Iterable
from typing import Any

from reports.dashboard.access_control import App, Headers

STYLE = """
.MuiBox-root,.MuiGrid-root,.MuiCard-root{min-width:0}
.MuiBox-root>.MuiBox-root>.MuiTypography-root{white-space:normal;overflow-wrap:anywhere}
pre{white-space:pre-wrap}
pre,.MuiTableCell-root{overflow-wrap:anywhere}
body:has([id="user-defined-plot:fer-importance"])
.MuiGrid-root:has(>.MuiCard-root #graph-hyperparameter-importances){display:none}
.MuiGrid-container>.MuiGrid-root:not(.MuiGrid-item){padding:16px 0 0 16px}
@media(max-width:800px){
.MuiGrid-container>.MuiGrid-root{flex-basis:100%;max-width:100%}
.MuiBox-root:has(>.MuiBox-root>.MuiList-root){flex-direction:column}
.MuiBox-root:has(>.MuiList-root){height:150px;flex-shrink:0}
.MuiBox-root>.MuiTypography-h4{font-size:1.5rem}
.MuiBox-root>.MuiTypography-root{min-width:96px}
.MuiBox-root>.MuiBox-root{white-space:normal;overflow-wrap:anywhere}
}
"""
_END = b"</style>"


def styled(app: App) -> App:
    """Add the style to the dashboard's one page."""

    def with_style(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environment.get("PATH_INFO", "").startswith("/dashboard"):
            return app(environment, start)
        # The style may be newer than the page's own file, so the page is always sent whole.
        for header in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE"):
            environment.pop(header, None)
        response: list[Any] = []

        def collect(status: str, headers: Headers, *rest: Any) -> None:
            response[:] = [status, headers, *rest]

        answer = app(environment, collect)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        status, headers, *rest = response
        stale = ("content-length", "last-modified", "etag")
        headers = [(name, value) for name, value in headers if name.lower() not in stale]
        if environment["REQUEST_METHOD"] != "HEAD":
            body = body.replace(_END, STYLE.encode() + _END, 1)
            headers.append(("Content-Length", str(len(body))))
        start(status, [*headers, ("Cache-Control", "no-cache")], *rest)
        return [body]

    return with_style
