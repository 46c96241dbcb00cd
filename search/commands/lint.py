"""``fer search lint``."""

import json

import typer

from search.commands.options import Json, ReadStorage, Study, name_of


def lint(study: Study, storage: ReadStorage = None, as_json: Json = False) -> None:
    """Show what the trials say about the study, with the evidence and what to do.

    Such as: the best trials lie at the edge of a range, learning rate and batch size are coupled,
    accuracy still rises at the end, the pruner stops trials too early, the gain is within the noise
    of the seeds. The most useful finding comes first. The exit status is 0 with findings, too.
    """
    import optuna

    from search.results.findings import read_material
    from search.results.findings.shown import findings_json, print_findings
    from search.results.snapshot import read_snapshot
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    name = name_of(study)
    with open_to_read(storage, name) as opened:
        material = read_material(read_snapshot(open_study(opened, name)))
    if as_json:
        typer.echo(json.dumps(findings_json(material), indent=2))
    else:
        print_findings(material)
