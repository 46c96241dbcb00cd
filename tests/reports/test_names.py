"""Names that plotly would merge stay distinct."""

import itertools

from made_recordings import made_recording
from made_studies import make_study
from made_trials import SPACE

from reports.figures.scale import scales
from reports.figures.study import importance
from reports.pages.compare import compare_page
from reports.rendering.formatting import different, distinct, value, values

LONG = "a name that is longer than its place, number "


def places(figure) -> list:
    return list(itertools.chain.from_iterable(trace["y"] for trace in figure.plots[0].traces))


def test_names_that_are_shortened_to_the_same_text_stay_distinct():
    shown = distinct([f"{LONG}{i}" for i in range(12)])
    assert len(set(shown)) == 12
    assert max(map(len, shown)) <= 24
    assert distinct(["a", "b"]) == ["a", "b"]


def test_values_are_written_with_as_many_digits_as_tell_them_apart():
    assert values([0.12345, 0.12349]) == ["0.12345", "0.12349"]
    assert values([0.12345, 0.12345]) == ["0.123", "0.123"]
    assert different([0.12345, 0.12349])
    assert value(0.12345) == value(0.12349)


def test_hyperparameters_with_long_names_have_a_bar_each():
    space = {f"{LONG}{name}": {**entry, "key": name} for name, entry in SPACE.items()}
    study = make_study(40, space=space)
    drawn = importance.build(study)
    assert len(set(places(drawn))) == len(SPACE)


def test_choices_with_the_same_first_digits_have_a_position_each():
    choices = [0.12345, 0.12349, 0.2]
    space = {"dropout": {"kind": "categorical", "choices": choices}}
    scale = scales(make_study(0, space=space).snapshot.definition)["dropout"]
    assert len({scale.shown(choice) for choice in choices}) == 3
    assert scale.axis()["categoryarray"] == [scale.shown(choice) for choice in choices]


def test_machines_and_studies_of_one_name_have_a_bar_each():
    one = make_study(8, f"{LONG}1")
    other = make_study(8, f"{LONG}2", seed=4)
    recordings = [made_recording(only=("training",)), made_recording(only=("training",), pace=2.0)]
    recordings += [made_recording(f"{LONG}{i}", only=("training",)) for i in range(2)]
    page = compare_page([one, other], recordings)
    cost = next(figure for figure in page.figures if figure.id == "projected-cost")
    assert [row[0] for row in cost.data.rows][::2] == [
        "laptop", "laptop (2)", f"{LONG}0", f"{LONG}1",
    ]  # fmt: skip
    assert len(set(places(cost))) == 8
    for identity in ("projected-cost", "progress-by-trial", "progress-by-time", "edf"):
        drawn = next(figure for figure in page.figures if figure.id == identity)
        assert len({trace["name"] for trace in drawn.plots[0].traces}) == 2
