"""Generated parts of README.md and docs/, from committed results: ``python -m tools.readme``.

A part stands between ``<!-- NAME: written by `python -m tools.readme` -->`` and
``<!-- /NAME -->``.
"""

import re
from collections.abc import Callable
from pathlib import Path

from fer.best_model import STUDY
from fer.files import write_text
from tools import (
    ablation_tables,
    architecture,
    command_line,
    confirmed_tables,
    error_tables,
    four_layers_tables,
    graded_tables,
    measure_detection,
    model_cards,
    pictures,
    reference,
    replay_tables,
    shipped_model,
    speedrun_tables,
)
from tools.speed_tables import short_speed, speed

ROOT = Path(__file__).parents[1]
GRADED = ROOT / "studies/results/beat_baseline_zen4"
"""The first search, whose submission was graded."""
CONFIRMED = ROOT / "studies/results/beat_baseline"
"""The finished study that ships, with its confirmation."""
DEFAULT = ROOT / "studies/results" / STUDY
"""The confirmed study whose model is used where none is named."""
ABLATION = ROOT / "studies/results/ablation"
ERRORS = ROOT / "studies/results/errors"
FOUR_LAYERS = ROOT / "studies/results/four_layers"
RECORDINGS = ROOT / "benchmarks/results"
SPEEDRUN = RECORDINGS / "speedrun/published-xeon-2-cores.json"
REPLAY = ROOT / "studies/results/replay"

PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {
        "summary": lambda: confirmed_tables.summary_sentence(CONFIRMED, GRADED),
        "result": lambda: (
            confirmed_tables.headline(CONFIRMED, GRADED) + shipped_model.sentence(DEFAULT)
        ),
        "replay": lambda: replay_tables.paragraph(REPLAY),
        "speed": lambda: short_speed(RECORDINGS),
    },
    "docs/results.md": {
        "confirmation": lambda: confirmed_tables.confirmation(CONFIRMED),
        "submissions": lambda: confirmed_tables.submissions(CONFIRMED),
        "test": lambda: graded_tables.test_result(GRADED),
        "validation": lambda: graded_tables.validation_result(GRADED),
        "four layers": lambda: four_layers_tables.variants(FOUR_LAYERS),
        "four layers submissions": lambda: four_layers_tables.submissions(FOUR_LAYERS),
        "mistakes": lambda: error_tables.mistakes(ERRORS),
        "ratings": lambda: error_tables.ratings(ERRORS),
        "improvements": lambda: ablation_tables.improvements(ABLATION),
    },
    "docs/benchmarks.md": {
        "speed": lambda: speed(RECORDINGS),
        "speedrun": lambda: speedrun_tables.variants(SPEEDRUN, "fast"),
    },
    "docs/photos.md": {
        "model": lambda: shipped_model.paragraph(DEFAULT),
        "detection": lambda: measure_detection.table(measure_detection.RESULT),
    },
    "docs/dashboard-and-reports.md": {"caption": pictures.caption},
    "docs/command-line.md": {"help": command_line.help_pages},
    "docs/development.md": {"folders": architecture.folders, "needs": architecture.needs},
    "docs/studies.md": {
        "study keys": reference.study_keys,
        "space keys": reference.space_keys,
        "sampler keys": reference.sampler_keys,
        "pruner keys": reference.pruner_keys,
    },
    "studies/results/beat_baseline_zen4/MODEL_CARD.md": {
        "card": lambda: model_cards.graded_card(GRADED)
    },
    f"studies/results/{STUDY}/MODEL_CARD.md": {"card": lambda: shipped_model.card(DEFAULT)},
    "studies/results/replay/README.md": {
        "emulated": lambda: replay_tables.emulated(REPLAY),
        "measured": lambda: replay_tables.measured(REPLAY),
        "early": lambda: replay_tables.early(REPLAY),
    },
    "docs/recipes.md": {
        "recipe keys": reference.recipe_keys,
        "families": reference.families,
        "augmentation": reference.augmentation,
    },
}
"""The generated parts of each page, by name."""


def main() -> None:
    """Rewrite the generated parts of all pages."""
    for page in PAGES:
        path = ROOT / page
        write_text(path, filled(page, path.read_text(encoding="utf-8")))


def filled(page: str, text: str) -> str:
    """The page's text with its generated parts made again."""
    for name, part in PAGES[page].items():
        text = replace_part(page, text, name, part())
    return text


def replace_part(page: str, text: str, name: str, part: str) -> str:
    """Replace what stands between a part's two markers.

    Raises:
        ValueError: the page does not have exactly one part of that name.
    """
    pattern = rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)"
    replaced, count = re.subn(
        pattern, lambda match: f"{match[1]}{part}{match[2]}", text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{page}: expected one part named {name}, found {count}")
    return replaced


if __name__ == "__main__":
    main()
