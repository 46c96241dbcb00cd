"""optuna-dashboard's API with the study's own values: one best trial, one importance, and readable
attributes.

optuna-dashboard computes importance from complete trials alone, the baseline among them, takes
repeated runs for searched trials, and shows attributes as JSON.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reports.dashboard import figures
from reports.dashboard.access_control import App
from reports.dashboard.attributes import (
    NUMBERS,
    Lines,
    is_of_study,
    is_of_trial,
    study_lines,
    trial_lines,
)
from reports.dashboard.buffered import Response, buffered
from reports.dashboard.studies import Studies
from reports.data.study_data import StudyData
from search.results.trials import State, TrialRecord

Attribute = dict[str, str]

DIGITS = 6
_LIST = "/api/studies"
_STUDY = re.compile(r"/api/studies/(\d{1,15})(/param_importances)?")
_STATES = {State.PRUNED: "Pruned", State.FAILED: "Fail", State.RUNNING: "Running"}
_ORDER = (figures.CURVES, figures.IMPORTANCE, figures.SECONDS)


def with_own_values(app: App, studies: Studies) -> App:
    """Replace these values in the API's answers; those on studies of other programs stay."""

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "").rstrip("/")
        study = _STUDY.fullmatch(path)
        if environment["REQUEST_METHOD"] != "GET" or not (study or path == _LIST):
            return app(environment, start)
        if study is None:
            response = buffered(app, environment)
            if response.ok:
                _change(response, lambda body: _in_list(body, studies.all_attributes()))
            return response.send(start)
        study_id = int(study[1])
        if study[2] and (data := studies.read(study_id)):
            return _importances(studies, study_id, data).send(start)
        response = buffered(app, environment)
        # Read after the response, so that no trial in it is missing.
        if response.ok and not study[2] and (data := studies.read(study_id)):
            stored = studies.attributes(study_id)
            _change(response, lambda body: _in_detail(body, data, stored))
        return response.send(start)

    return answer


def _change(response: Response, change: Callable[[dict[str, Any]], None]) -> None:
    body = json.loads(response.body)
    change(body)
    response.body = json.dumps(body).encode()


def _importances(studies: Studies, study_id: int, data: StudyData) -> Response:
    kinds = {
        name: type(distribution).__name__
        for trial in data.snapshot.searched
        for name, distribution in trial.distributions.items()
    }
    rows = [
        {"name": row.name, "importance": row.share, "distribution": kinds[row.name]}
        for row in studies.importances(study_id, data)
    ]
    body = json.dumps({"param_importances": [rows]}).encode()
    return Response("200 OK", [("Content-Type", "application/json")], body)


def _in_list(body: dict[str, Any], stored: Mapping[int, Mapping[str, Any]]) -> None:
    for summary in body["study_summaries"]:
        lines = study_lines(stored.get(summary["study_id"], {}))
        if lines:
            summary["user_attrs"] = _replaced(summary["user_attrs"], is_of_study, lines)


def _in_detail(body: dict[str, Any], data: StudyData, stored: Mapping[str, Any]) -> None:
    body["user_attrs"] = _replaced(body["user_attrs"], is_of_study, study_lines(stored))
    best = data.snapshot.best
    # optuna-dashboard would name a baseline, or a run of the race, as the study's best trial.
    best_trials = [t for t in body["trials"] if best and t["number"] == best.number]
    lines = {trial.number: trial_lines(trial) for trial in data.snapshot.listed}
    listed = {trial.number: trial for trial in data.snapshot.listed}
    for trial in body["trials"]:
        own = lines.get(trial["number"], {})
        if record := listed.get(trial["number"]):
            _set_outcome(trial, record)
        trial["user_attrs"] = _replaced(trial["user_attrs"], is_of_trial, own)
        if "values" in trial:
            trial["values"] = [_rounded(value) for value in trial["values"]]
        for step in trial["intermediate_values"]:
            step["value"] = _rounded(step["value"])
    # A race's winner has the mean of the race, and in its own place what the screen reported.
    body["best_trials"] = [
        {**trial, "values": [_rounded(best.accuracy)]} for trial in best_trials if best
    ]
    columns = dict.fromkeys(name for own in lines.values() for name in own)
    body["union_user_attrs"] = [
        *({"key": name, "sortable": name in NUMBERS} for name in columns),
        *(known for known in body["union_user_attrs"] if not is_of_trial(known["key"])),
    ]
    body.setdefault("objective_names", ["validation accuracy"])
    # optuna-dashboard lists them in another order after each start.
    drawn = {figure["id"]: figure for figure in body["plotly_graph_objects"]}
    ordered = (*(name for name in _ORDER if name in drawn), *sorted(set(drawn) - set(_ORDER)))
    body["plotly_graph_objects"] = [drawn[name] for name in ordered]


def _set_outcome(trial: dict[str, Any], record: TrialRecord) -> None:
    """Of a recipe with several runs, that of all of them; of a further run no value, as the charts
    would draw it among the searched trials."""
    if record.is_further_run:
        trial.pop("values", None)
    elif record.runs:
        trial["state"] = _STATES.get(record.state, trial["state"])
        trial.pop("values", None)
        if record.value is not None:
            trial["values"] = [record.value]


def _rounded(accuracy: float | str) -> float | str:
    """An accuracy without the digits that single precision adds; "nan" and "inf" stay."""
    return round(accuracy, DIGITS) if isinstance(accuracy, float) else accuracy


def _replaced(
    attributes: Sequence[Attribute], is_own: Callable[[str], bool], lines: Lines
) -> list[Attribute]:
    """The lines in place of the attributes that ``fer`` stores, before those of others."""
    own = [{"key": name, "value": line} for name, line in lines.items()]
    return own + [attribute for attribute in attributes if not is_own(attribute["key"])]
