import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from fer.errors import BadInput
from fer.model import KEY, load_model, save_model
from fer.networks.build import build_network
from fer.recipe import Recipe

CPU = torch.device("cpu")
RECIPE = Recipe(widths=(4, 8))


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
