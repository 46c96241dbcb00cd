"""Study files: what they say, and what they may not say."""

from pathlib import Path

import pytest

from fer.errors import BadInput
from fer.recipe import Recipe, load_recipe
from search.config.definition import load_definition
from search.config.study_file import find_study_file, read_study, shipped_studies


def test_a_study_survives_the_storage(study_file):
    definition, _ = read_study(study_file())
    again = load_definition(definition.dump(), "the storage")
    assert again == definition
    assert again.differences(definition) == []


def test_the_parts_that_changed_are_named(study_file):
    before, _ = read_study(study_file())
    after, _ = read_study(study_file(("seed = 3", "seed = 4"), ("high = 0.5", "high = 0.4")))
    assert after.differences(before) == ["seed", "space"]


def test_budgets_are_no_part_of_a_definition(study_file):
    before, few = read_study(study_file())
    after, many = read_study(study_file(("trials = 8", "trials = 80")))
    assert after == before
    assert (few.budget.trials, many.budget.trials) == (8, 80)


def test_the_baseline_is_the_published_recipe_on_the_faces_that_the_study_holds_out(study_file):
    definition, _ = read_study(
        study_file(("\nepochs = 4", "\nepochs = 4\nvalidation = 0.2"), ("baseline_epochs = 5", ""))
    )
    published = load_recipe("published")
    assert definition.baseline == published.with_values({"validation": 0.2})
    assert not definition.baseline_cut


def test_a_baseline_is_cut_short_only_if_the_file_says_so(study_file):
    definition, _ = read_study(study_file())
    assert definition.baseline.epochs == 5
    assert definition.baseline_cut


def test_seeds_differ_between_trials_and_nothing_else_does(study_file):
    definition, _ = read_study(study_file())
    one, two = (definition.trial_recipe({"dropout": 0.2}, number) for number in (1, 2))
    assert one.seed != two.seed
    assert one.with_values({"seed": two.seed}) == two
    assert one.split_seed == two.split_seed == definition.recipe.split_seed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 3", "sede = 3", "did you mean 'seed'"),
        ("\nepochs = 4", "\nepcohs = 4", "did you mean 'epochs'"),
        ("\nepochs = 4", "\nvalidation = 0.0", "held-out"),
        ("trials = 8", "", "at least one of trials, hours and epochs"),
        ("trials = 8", "trials = 0", "budget.trials = 0"),
        ("trials = 8", "trails = 8", "did you mean 'trials'"),
        ('kind = "median"', 'kind = "medain"', "did you mean 'median'"),
        ("startup = 2", "min_resource = 2", "unknown key 'min_resource'"),
        ("startup = 3", 'kind = "tep"', "did you mean 'tpe'"),
        ("startup = 3", 'kind = "grid"', "needs a step"),
        (
            'kind = "median"\nstartup = 2',
            'kind = "hyperband"\nmin_resource = 5',
            "pruner.min_resource = 5: must be at most the recipe's epochs, 4",
        ),
        (
            'kind = "median"\nstartup = 2',
            'kind = "hyperband"\nmin_resource = 3\nmax_resource = 2',
            "pruner.min_resource = 3: must be at most max_resource, 2",
        ),
        ('recipe = "published"', 'recipe = "publishd"', "publishd"),
        (
            'name = "cheap"',
            'name = "../cheap"',
            "name = '../cheap': must be 1 to 100 letters (a to z), digits, '_', '-' and '.', and",
        ),
        ('name = "cheap"', f'name = "{"x" * 101}"', "must be 1 to 100 letters"),
        ("baseline_epochs = 5", "baseline_epochs = 20", "fewer than the 20"),
    ],
)
def test_a_wrong_study_file_is_refused_in_one_line(study_file, old, new, message):
    with pytest.raises(BadInput) as refused:
        read_study(study_file((old, new)))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_study_that_ships_is_valid():
    assert shipped_studies() == [
        "ablation",
        "beat_baseline",
        "four_layers",
        "quick",
        "techniques",
        "wide",
    ]
    for name in shipped_studies():
        definition, _ = read_study(find_study_file(name))
        assert definition.name == name


def test_what_lies_about_shadows_neither_a_study_nor_its_baseline(
    study_file, tmp_path, monkeypatch
):
    file = study_file()
    before = read_study(file)
    monkeypatch.chdir(tmp_path)
    for name in ("published", "quick"):
        (tmp_path / name).mkdir()
    assert read_study(file) == before
    assert read_study(find_study_file("quick"))[0].name == "quick"
    assert find_study_file("./quick") == Path("quick"), "but a path is a path"


def test_beat_baseline_varies_exactly_the_six():
    definition, _ = read_study(find_study_file("beat_baseline"))
    assert set(definition.space.entries) == {
        "activation",
        "dropout",
        "batch_size",
        "clip_norm",
        "learning_rate",
        "augmentation",
    }
    assert definition.recipe.epochs == definition.baseline.epochs == 20
    assert definition.rounds is not None
    assert definition.rounds.screen.trials == 30
    assert isinstance(definition.recipe, Recipe)


def test_the_audited_trials_are_a_share_drawn_by_seed_and_number_alone(study_file):
    def drawn(audit, seed=3):
        changes = ("startup = 2", f"startup = 2\naudit = {audit}"), ("seed = 3", f"seed = {seed}")
        definition, _ = read_study(study_file(*changes))
        return [number for number in range(10_000) if definition.audits(number)]

    assert drawn(0) == []
    assert len(drawn(0.08)) == pytest.approx(800, abs=100)
    assert drawn(0.08) == drawn(0.08) != drawn(0.08, seed=4)
    assert set(drawn(0.08)) < set(drawn(0.1))
