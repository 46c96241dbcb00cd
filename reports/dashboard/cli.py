"""``fer dashboard``."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import with_examples
from search.commands.options import ReadStorage


@with_examples("fer dashboard beat_baseline")
def dashboard(
    study: Annotated[
        str | None,
        typer.Argument(
            metavar="STUDY",
            help="The study it opens, as in fer search.  [default: the latest]",
            show_default=False,
        ),
    ] = None,
    storage: ReadStorage = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=1,
            max=65535,
            help="Port to listen on.  [default: 8080, or a free one]",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on; all but 127.0.0.1, ::1 and localhost need a token.",
        ),
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="FER_DASHBOARD_TOKEN",
            metavar="TOKEN",
            help="What a browser has to present; better set in the environment.",
            show_default=False,
            show_envvar=True,
        ),
    ] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder of the trials' artifacts, if moved.", show_default=False
        ),
    ] = None,
) -> None:
    """Watch a study in the browser, with optuna-dashboard.

    It answers on this machine only, unless --host names another address.
    """
    from reports.dashboard.process import serve
    from search.config.study_file import stored_name

    name = stored_name(study) if study else None
    serve(storage, name, host=host, port=port, token=token, artifacts=artifacts)
