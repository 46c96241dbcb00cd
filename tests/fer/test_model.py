import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from fer.errors import BadInput
from fer.evaluation.calibration import Calibration
from fer.model import KEY, load_model, save_model
from fer.networks.build import build_network
from fer.recipe import Recipe

CPU = torch.device("cpu")
RECIPE = Recipe(widths=(4, 8))
CALIBRATION = Calibration(
    temperature=1.5, faces=90, runs=3, error_before=0.1, error_after=0.02, error_by_chance=0.01
)


def test_a_model_scores_the_same_after_the_way_through_its_file(tmp_path: Path) -> None:
    network = build_network(RECIPE, CPU).eval()
    save_model(tmp_path / "model.safetensors", network, RECIPE)
    for where in (tmp_path, tmp_path / "model.safetensors"):
        loaded, recipe = load_model(where, CPU)
        assert recipe == RECIPE
        images = torch.rand(3, 1, 48, 48)
        assert torch.equal(loaded(images), network(images))


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    network = build_network(RECIPE, CPU)
    for name in range(8):
        save_model(tmp_path / f"{name}.safetensors", network, RECIPE)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_a_calibration_goes_through_the_file_and_without_one_the_temperature_is_1(
    tmp_path: Path,
) -> None:
    network = build_network(RECIPE, CPU)
    save_model(tmp_path / "plain.safetensors", network, RECIPE)
    network.calibration = CALIBRATION
    for name in range(8):
        save_model(tmp_path / f"{name}.safetensors", network, RECIPE)
    assert len({(tmp_path / f"{name}.safetensors").read_bytes() for name in range(8)}) == 1
    calibrated, recipe = load_model(tmp_path / "0.safetensors", CPU)
    assert (calibrated.calibration, calibrated.temperature, recipe) == (CALIBRATION, 1.5, RECIPE)
    plain, _ = load_model(tmp_path / "plain.safetensors", CPU)
    assert (plain.calibration, plain.temperature) == (None, 1.0)


@pytest.mark.parametrize(
    ("calibration", "problem"),
    [
        ({"temperature": -1}, "temperature = -1: must be greater than 0"),
        ({"temprature": 1}, "unknown key 'temprature': did you mean 'temperature'?"),
        ("hot", "must be a table"),
    ],
)
def test_a_damaged_calibration_is_refused(
    tmp_path: Path, calibration: object, problem: str
) -> None:
    path = tmp_path / "model.safetensors"
    if isinstance(calibration, dict):
        calibration = CALIBRATION.model_dump() | calibration
    values = RECIPE.model_dump(mode="json") | {"calibration": calibration}
    save_file({"a": torch.zeros(1)}, path, {KEY: json.dumps(values)})
    with pytest.raises(BadInput, match=f"{path}: calibration: .*{re.escape(problem)}"):
        load_model(path, CPU)


def test_a_model_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(BadInput, match="expected a finished run"):
        load_model(path, CPU)
    path.write_bytes(b"\x80\x04 a pickle, perhaps")
    with pytest.raises(BadInput, match=r"model\.safetensors: not a safetensors file"):
        load_model(path, CPU)
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(BadInput, match="expected a model that fer wrote"):
        load_model(path, CPU)


def test_weights_that_do_not_fit_the_recipe_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    metadata = {KEY: json.dumps(RECIPE.model_dump(mode="json"))}
    save_file({"a": torch.zeros(1)}, path, metadata)
    with pytest.raises(BadInput, match="weights and recipe do not fit"):
        load_model(path, CPU)
    save_file({"a": torch.zeros(1)}, path, {KEY: '{"dropot": 1}'})
    with pytest.raises(BadInput, match="unknown key 'dropot'"):
        load_model(path, CPU)
