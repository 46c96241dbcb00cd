"""The table of all trials."""

from made_studies import make_study, with_trial

from reports.figures.study import all_trials
from reports.pages.study import study_page
from reports.rendering.html import render
from search.results.summary import trials_csv
from search.results.trials import State


def rows_of(study):
    (shown,) = all_trials.build(study).tables
    return [dict(zip(shown.table.columns, row, strict=True)) for row in shown.table.rows]


def test_every_trial_has_a_row_with_state_epoch_seconds_and_settings():
    study = make_study(8, states=("COMPLETE", "PRUNED", "FAILED", "RUNNING"))
    rows = rows_of(study)
    assert [row["trial"] for row in rows] == list(range(9))
    assert [row["state"] for row in rows[:5]] == [
        "complete", "complete", "pruned", "failed", "running",
    ]  # fmt: skip
    pruned = study.snapshot.trials[2]
    assert rows[2]["epochs"] == "3/10"
    assert rows[2]["accuracy"] == f"{100 * pruned.accuracies[3]:.2f}\u00a0%"
    assert rows[2]["seconds"] == f"{pruned.seconds:,.1f}"
    assert rows[2]["activation"] == pruned.params["activation"]
    assert rows[3]["reason"] == "Diverged: the loss became NaN"


def test_the_baselines_row_has_the_settings_of_its_recipe():
    baseline = rows_of(make_study(3))[0]
    assert baseline["role"] == "baseline"
    assert baseline["dropout"] == "0.3"
    assert baseline["activation"] == "leaky_relu"


def test_a_reason_is_told_without_folders_and_a_waiting_trial_without_values():
    study = make_study(4, states=("FAILED",))
    study = with_trial(study, 1, reason="OSError: /home/eve/runs/1/x.pt: no space left")
    waiting = {"accuracies": {}, "value": None, "recipe": {}, "seconds": None, "params": {}}
    study = with_trial(study, 2, state=State.WAITING, role="", reason="", **waiting)
    rows = rows_of(study)
    assert rows[1]["reason"] == "OSError: x.pt: no space left"
    assert (rows[2]["accuracy"], rows[2]["epochs"], rows[2]["seconds"]) == ("", "0", "")


def test_its_csv_is_the_file_that_the_study_writes():
    study = make_study(9)
    assert all_trials.build(study).data.csv() == trials_csv(study.snapshot)


def test_without_scripts_it_is_a_plain_table():
    html = render(study_page(make_study(3)))
    start = html.index('<table class="sortable">')
    table = html[start : html.index("</table>", start)]
    assert table.count("<tr>") == 1 + 4
    assert "<button" not in table
