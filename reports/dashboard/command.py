"""``fer dashboard``."""

from pathlib import Path
from typing import Annotated

import typer

from search.cli import STORAGE, StorageUrl


def dashboard(
    study: Annotated[
        str | None,
        typer.Argument(
            help="what it opens on, as in fer search; the latest if left out", show_default=False
        ),
    ] = None,
    storage: StorageUrl = STORAGE,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="8080, or a free one, if left out", show_default=False),
    ] = None,
    host: Annotated[
        str, typer.Option(help="this machine's address to answer on; others need a token")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="FER_DASHBOARD_TOKEN",
            help="what a browser has to bring; best set in the environment",
            show_default=False,
            show_envvar=True,
        ),
    ] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(help="folder of the trials' artifacts, if moved", show_default=False),
    ] = None,
) -> None:
    """Watch a study in the browser: optuna-dashboard, on this machine only unless asked.

    Example:  fer dashboard beat_baseline
    """
    from reports.dashboard.process import serve
    from search.config.study_file import stored_name

    name = stored_name(study) if study else None
    serve(storage, name, host=host, port=port, token=token, artifacts=artifacts)
