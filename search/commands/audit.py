"""``fer search audit``."""

import json

import typer

from search.commands.options import Json, ReadStorage, Study, name_of


def audit(study: Study, storage: ReadStorage = None, as_json: Json = False) -> None:
    """Show how many of the pruner's stops were wrong, and what they saved.

    A study file with `audit = 0.08` under [pruner] lets 8 % of the trials that the pruner stops run
    on to their end, marked. This compares them with the trials that were not stopped: the share of
    wrong stops, the regret in points and the epochs saved, with 95 % intervals. Without audited
    trials, it shows what the early accuracies of complete trials say about their ends.
    """
    import optuna

    from search.results.audit_shown import print_audit
    from search.results.evidence import read_evidence
    from search.results.snapshot import read_snapshot
    from search.results.study_audit import study_audit
    from search.storage.exported import open_to_read
    from search.storage.study import open_study

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    name = name_of(study)
    with open_to_read(storage, name) as opened:
        snapshot = read_snapshot(open_study(opened, name))
        found = study_audit(snapshot, read_evidence(snapshot).held_out)
    if as_json:
        typer.echo(json.dumps({"study": name, **found.to_json()}, indent=2))
    else:
        print_audit(name, found)
