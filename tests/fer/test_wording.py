"""No phrase of pydantic's, and no regular expression, reaches a user."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from fer.errors import BadInput
from fer.formatting import count
from fer.validation import parse
from fer.wording import counted
from search.config.limits import StudyLimits
from search.config.space import CategoricalEntry, FloatEntry
from search.config.study_file import StudyFile


class Everything(BaseModel):
    """A key of each kind that files have."""

    whole: int = 1
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    finite: float = Field(1.0, allow_inf_nan=False)
    name: Annotated[str, Field(pattern=r"^[a-z]+$", max_length=5)] = "a"
    on: bool = False
    kind: Literal["a", "b", "c"] = "a"
    items: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    pair: tuple[int, ...] = (1,)
    table: dict[str, int] = Field(default_factory=dict)
    limits: StudyLimits = StudyLimits()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"whole": 1.5}, "whole = 1.5: must be a whole number"),
        ({"whole": "x"}, "whole = 'x': must be a whole number"),
        ({"whole": []}, "whole = []: must be a whole number"),
        ({"share": 1.4}, "share = 1.4: must be less than 1"),
        ({"share": "much"}, "share = 'much': must be a number"),
        ({"finite": float("inf")}, "finite = inf: must be a finite number"),
        ({"name": "A b"}, "name = 'A b': has characters or a form that is not allowed here"),
        ({"name": "abcdef"}, "name = 'abcdef': must have at most 5 characters"),
        ({"name": 3}, "name = 3: must be a text in quotes"),
        ({"on": "perhaps"}, "on = 'perhaps': must be true or false"),
        ({"kind": "d"}, "kind = 'd': must be 'a', 'b' or 'c'"),
        ({"items": []}, "items = []: must have at least 1 item, not 0"),
        ({"items": 3}, "items = 3: must be a list"),
        ({"pair": 3}, "pair = 3: must be a list"),
        ({"table": 3}, "table = 3: must be a table"),
        ({"limits": 3}, "limits = 3: must be a table"),
        ({"limits": {"budget": {"trials": 0}}}, "limits.budget.trials = 0: must be greater than"),
    ],
)
def test_a_wrong_value_is_told_what_it_must_be(values, message):
    with pytest.raises(BadInput) as refused:
        parse(Everything, values, "file.toml")
    assert str(refused.value).startswith(f"file.toml: {message}")
    assert "valid" not in str(refused.value)


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (
            CategoricalEntry,
            {"kind": "categorical", "choices": [{"a": 1}]},
            "choices.0 = {'a': 1}: must be a number, a text in quotes, true or false, or a list",
        ),
        (
            FloatEntry,
            {"kind": "float", "low": 2, "high": 1},
            "f: low = 2.0 must be less than high = 1.0",
        ),
        (
            StudyFile,
            {"name": "a study", "recipe": "published", "space": {"x": 1}},
            "name = 'a study': must be 1 to 100 letters (a to z), digits, '_', '-' and '.', and",
        ),
        (StudyFile, {"name": "a", "recipe": "b", "space": {}}, "space = {}: must have at least 1"),
    ],
)
def test_a_study_file_is_answered_in_words(model, values, message):
    with pytest.raises(BadInput) as refused:
        parse(model, values, "f")
    assert message in str(refused.value)
    assert "pattern" not in str(refused.value)
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_a_count_agrees_with_its_noun_and_verb():
    assert counted(1, "trial") == "1 trial"
    assert counted(1.0, "hour") == "1 hour"
    assert counted(1.5, "hour") == "1.5 hours"
    assert counted(2000, "trial") == "2,000 trials"
    assert counted(1, "image is", "images are") == "1 image is"
    assert counted(0, "image is", "images are") == "0 images are"
    assert count(2, "image is", "images are") == "2\N{NO-BREAK SPACE}images are"
