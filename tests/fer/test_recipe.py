import tomllib
from pathlib import Path

import pytest

from fer.errors import BadInput
from fer.recipe import ALWAYS_HASHED, Recipe, load_recipe, parse_settings


def test_a_recipe_survives_the_way_through_toml() -> None:
    recipe = Recipe(widths=(8, 16), learning_rate=1e-5, augmentation=0.0, classes=("sad", "fear"))
    assert Recipe(**tomllib.loads(recipe.to_toml())) == recipe


def test_the_published_recipe_is_what_was_published() -> None:
    recipe = load_recipe("published")
    assert (recipe.optimiser, recipe.learning_rate, recipe.batch_size) == ("adam", 0.001, 128)
    assert (recipe.epochs, recipe.activation) == (20, "leaky_relu")
    assert len(recipe.widths) == 4
    assert set(recipe.transforms) == {"rotation", "flip"}


def test_the_hash_differs_between_recipes_and_is_stable() -> None:
    assert Recipe().hash == Recipe().hash
    assert Recipe().hash != Recipe(seed=1).hash


def test_the_hash_is_the_one_that_runs_of_the_first_version_carry() -> None:
    # By commit 5ec0261, whose recipes had no key `network`.
    assert Recipe().hash == "45b5cf71147ac266"
    assert Recipe(dropout=0.5, seed=3).hash == "74b222f12ae57700"


class Longer(Recipe):
    """The recipe of a later version, with keys that today's lacks."""

    warm_up: float = 0.15
    stages: tuple[int, ...] = (1, 2)


def test_a_new_key_changes_the_hash_only_where_it_departs_from_its_default() -> None:
    assert Longer(dropout=0.2).hash == Recipe(dropout=0.2).hash
    assert Longer(stages=[1, 2]).hash == Recipe().hash
    assert Longer(warm_up=0.2).hash != Recipe().hash
    assert Longer(warm_up=0.2).hash != Longer(warm_up=0.3).hash


def test_defaults_on_which_old_runs_rely_stay() -> None:
    later = Recipe().model_dump(exclude=set(ALWAYS_HASHED))
    assert later == {
        "network": "published",
        "flip": "random",
        "image_sizes": (48,),
        "first_layer": "random",
        "hidden_layers": "random",
        "muon_lr": 1.0,
        "muon_momentum": 0.95,
        "muon_iterations": 5,
        "norm_bias_lr": 1.0,
        "lookahead": 0,
        "tta": "none",
        "mixup": 0.0,
        "cutmix": 0.0,
        "sam": 0.0,
    }, "a new key: add its default, which then must stay"


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("dropot=0.1", "unknown key 'dropot': did you mean 'dropout'?"),
        ("dropout=1.4", "dropout = 1.4: must be less than 1"),
        ("dropout=nan", "dropout = nan"),
        ("learning_rate=0", "learning_rate = 0: must be greater than 0"),
        ("network=publishd", "network = 'publishd': did you mean 'published'?"),
        ("activation=rely", "activation = 'rely'"),
        ("widths=[32, 0]", "widths.1 = 0"),
        ("image_sizes=[49]", "image_sizes.0 = 49: must be less than or equal to 48"),
        ("widths=[1,1,1,1,1,1]", "widths"),
        ('classes=["happy", "happy"]', "must not name anything twice"),
        ('classes=["happy", "joy"]', "classes.1 = 'joy'"),
        ("epochs=2.5", "epochs = 2.5"),
        ("mixup=-0.1", "mixup = -0.1: must be greater than or equal to 0"),
        ("cutmix=11", "cutmix = 11: must be less than or equal to 10"),
        ("muon_lr=0", "muon_lr = 0: must be greater than 0"),
        ("muon_iterations=0", "muon_iterations = 0: must be greater than or equal to 1"),
        ("lookahead=-5", "lookahead = -5: must be greater than or equal to 0"),
        ("norm_bias_lr=0", "norm_bias_lr = 0: must be greater than 0"),
        ("muon_momentum=1", "muon_momentum = 1: must be less than 1"),
        ("sam=1.5", "sam = 1.5: must be less than or equal to 1"),
        ("epochs", "expected key=value"),
    ],
)
def test_a_bad_setting_names_key_value_and_way_out(setting: str, complaint: str) -> None:
    with pytest.raises(BadInput) as error:
        Recipe().with_values(parse_settings([setting]))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_keys_that_do_not_go_together_are_named() -> None:
    with pytest.raises(BadInput, match=r"^--set: batch_size 1 with 5 widths: "):
        Recipe(batch_size=1).with_values({"widths": [4] * 5})


def test_a_setting_is_toml_and_a_bare_word_is_a_string() -> None:
    assert parse_settings(["dropout=0.5", "activation=silu", "widths=[8, 16]"]) == {
        "dropout": 0.5,
        "activation": "silu",
        "widths": [8, 16],
    }


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"dropout = ", "not valid TOML"),
        (b"dropout = 'a'", "dropout = 'a'"),
        (b"\xff", "not UTF-8"),
        (b"#" * 1_000_001, "at most 1,000,000 bytes"),
        (b"widths = " + b"[" * 5000 + b"]" * 5000, "not valid TOML: it is nested too deeply"),
        (b"epochs = " + b"9" * 5000, "not valid TOML: an integer has too many digits"),
    ],
)
def test_a_bad_recipe_file_is_named(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(BadInput) as error:
        load_recipe(str(path))
    assert "mine.toml" in str(error.value)
    assert complaint in str(error.value)


def test_a_missing_recipe_is_named() -> None:
    with pytest.raises(BadInput, match=r"nowhere\.toml: cannot be read"):
        load_recipe("nowhere.toml")
    with pytest.raises(BadInput, match=r"no such recipe; expected .*published"):
        load_recipe("publishd")


@pytest.mark.parametrize("stray", ["file", "folder"])
def test_what_lies_about_does_not_shadow_a_recipe_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    published = load_recipe("published")
    monkeypatch.chdir(tmp_path)
    if stray == "file":
        Path("published").write_text("epochs = 1\n")
    else:
        Path("published").mkdir()
    assert load_recipe("published") == published


def test_a_path_with_a_separator_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("published").write_text("epochs = 1\n")
    assert load_recipe("./published").epochs == 1
    assert load_recipe(str(tmp_path / "published")).epochs == 1
    with pytest.raises(BadInput, match="cannot be read"):
        load_recipe("elsewhere/published")
