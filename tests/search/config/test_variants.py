"""Entries with named variants."""

import pytest

from fer.errors import BadInput
from fer.networks.cost import network_cost
from fer.recipe import load_recipe
from search.config.definition import load_definition
from search.config.samplers.grid import grid_size
from search.config.study_file import find_study_file, read_study

HEAD = 'name = "made"\nrecipe = "published"\n[budget]\ntrials = 3\n[sampler]\nkind = "grid"\n'
ENTRY = '[space.variant]\nkind = "variants"\n'
TWO = """
variants.full = { set = {}, against = { "no dropout" = "better" } }
variants."no dropout" = { set = { dropout = 0, clip_norm = 0 } }
"""


def read(study_file, text):
    return read_study(study_file(text=HEAD + ENTRY + text))[0]


def test_a_variant_sets_several_keys_of_the_recipe(study_file):
    definition = read(study_file, TWO)
    assert grid_size(definition.space) == 2
    entry = definition.space.entries["variant"]
    assert entry.keys == ("dropout", "clip_norm")
    decoded = definition.space.decode({"variant": "no dropout"})
    recipe = definition.trial_recipe(decoded, 1)
    assert (recipe.dropout, recipe.clip_norm) == (0, 0)
    assert load_definition(definition.dump(), "stored") == definition


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("variants.a = { set = {} }", "variants = "),
        ("variants.a = { set = {} }\nvariants.b = { set = { droput = 0 } }", "droput"),
        ("variants.a = { set = {} }\nvariants.b = { set = { dropout = 2 } }", "dropout = 2"),
        ("variants.a = { set = {} }\nvariants.b = { set = { seed = 2 } }", "cannot be searched"),
        (
            "variants.a = { set = {} }\nvariants.b = { set = { dropout = 0.3 } }",
            "variants.b: is the same recipe as a",
        ),
        (
            'variants.a = { set = {}, against = { c = "" } }\nvariants.b = { set = {dropout = 0} }',
            "variants.a.against names c: no other variant",
        ),
        (
            'variants.a = { set = {}, against = { b = "nice" } }\n'
            "variants.b = { set = { dropout = 0 } }",
            "against.b = 'nice': must be 'better', 'worse' or ''",
        ),
        (f"when = {{ dropout = [0.3] }}{TWO}", "variants take no `when`"),
        (f'{TWO}[space.dropout]\nkind = "float"\nlow = 0\nhigh = 0.5', "must be the only entry"),
    ],
)
def test_wrong_variants_are_refused_in_one_line(study_file, text, problem):
    with pytest.raises(BadInput) as error:
        read(study_file, text)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)


def test_the_ablation_goes_from_the_start_to_the_published_recipe_one_change_at_a_time():
    definition, limits = read_study(find_study_file("ablation"))
    variants = definition.space.entries["variant"].variants
    recipes = {
        name: definition.recipe.with_values(variant.set).model_dump()
        for name, variant in variants.items()
    }
    assert recipes["full"] == definition.baseline.model_dump()
    for name, variant in variants.items():
        for other in variant.against:
            changed = [k for k in recipes[name] if recipes[name][k] != recipes[other][k]]
            assert len(changed) == 1, (name, other, changed)
    claims = {(n, o): c for n, v in variants.items() for o, c in v.against.items() if c}
    assert claims["batch 32", "clipping"] == "worse"
    assert sum(claim == "better" for claim in claims.values()) == len(claims) - 1 == 6
    assert definition.objective.seeds == 3
    assert limits.budget.trials == len(variants) + 1


def test_the_techniques_are_compared_with_the_graded_recipe_one_change_at_a_time():
    file = find_study_file("techniques")
    definition, limits = read_study(file)
    graded = load_recipe(str(file.parent / "results/beat_baseline_zen4/best.toml"))
    assert definition.recipe.with_values({"seed": graded.seed}) == graded
    variants = definition.space.entries["variant"].variants
    recipes = {
        name: definition.recipe.with_values(variant.set).model_dump()
        for name, variant in variants.items()
    }
    for name, variant in list(variants.items())[1:]:
        assert "best" in variant.against
        changed = [
            sum(recipes[name][key] != value for key, value in recipes[other].items())
            for other in variant.against
        ]
        assert min(changed) == 1, name
    assert (definition.objective.folds, definition.objective.seeds) == (1, 5)
    assert limits.budget.trials == len(variants) + 1


def test_the_networks_of_four_layers_have_at_most_a_million_parameters():
    definition, limits = read_study(find_study_file("four_layers"))
    variants = definition.space.entries["variant"].variants
    for name, variant in variants.items():
        recipe = definition.recipe.with_values(variant.set)
        assert recipe.network in ("published", "pooled"), name
        assert len(recipe.widths) == 4, name
        assert network_cost(recipe).parameters <= 1_000_000, name
    assert limits.budget.trials == len(variants) + 1
