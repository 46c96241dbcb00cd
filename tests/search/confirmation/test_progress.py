"""A line for each run that finishes, also where a wider request adds folds before final runs."""

from made_confirmations import confirmation, fold_run
from made_snapshots import definition

from search.confirmation.plan import pending
from search.confirmation.progress import Progress


def test_a_run_has_its_line_once_when_it_finishes(capsys) -> None:
    before = confirmation()  # its final runs have finished, too
    wider = before.request.model_copy(update={"folds": 4})
    begun = before.model_copy(update={"request": wider, "choice": None})
    after = begun.model_copy(
        update={"folds": (*begun.folds, fold_run("trial-5", 4, 0.83), fold_run("trial-3", 4, None))}
    )
    with Progress(definition(), begun, pending(begun, definition())) as progress:
        progress.show(begun, [])
        progress.show(after, [])
        progress.show(after, [])
    assert capsys.readouterr().err.replace("\u00a0", " ").splitlines() == [
        "fold 4 of 4, trial 5: 83.00 % of 1,619 held-out faces (20 epochs in 0:10:00)",
        "fold 4 of 4, trial 3: Diverged: the loss became NaN (20 epochs in 0:10:00)",
    ]
