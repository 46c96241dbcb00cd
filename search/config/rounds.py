"""Rounds: a screen of many short trials, and a race of the best ones over shared folds."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput
from fer.recipe import Recipe
from search.config.limits import Budget
from search.config.space import Space
from search.racing import RaceProgress, RaceRun, entrants
from search.racing.entrants import entrants_of

_STRICT = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Screen(BaseModel):
    """The first round: trials of the space with a complete but short schedule."""

    model_config = _STRICT

    epochs: Annotated[int, Field(ge=1, description="of a trial; fewer than the recipe's")]
    trials: Annotated[int, Field(ge=2)] | None = Field(
        None, description="of the space, without the baseline"
    )
    share: float = Field(
        0.6, gt=0, lt=1, description="of the budget of hours and epochs; the race has the rest"
    )


class Race(BaseModel):
    """The second round: the best trials of the screen, with all epochs, fold after fold."""

    model_config = _STRICT

    keep: float = Field(
        0.25, gt=0, le=1, description="share of the complete trials that enter; at least 2 trials"
    )
    folds: int = Field(5, ge=2, le=50, description="splits, the same for all recipes")
    seeds: int = Field(1, ge=1, le=50, description="runs of a recipe in each fold")
    p: float = Field(
        0.13, gt=0, lt=1, description="drops a recipe if the signed-rank test is below it"
    )

    @property
    def runs(self) -> int:
        """How many runs a recipe has that is never dropped."""
        return self.folds * self.seeds

    def fold(self, pair: int) -> int:
        """The fold of a pair, from 0. Pairs go over all seeds of a fold before the next fold."""
        return pair // self.seeds

    def progress(
        self, screened: Mapping[int, float], runs: Iterable[RaceRun], baseline: int
    ) -> RaceProgress:
        """The race between the best of the screened trials.

        Args:
            screened: the accuracy of each complete trial of the screen.
            runs: of the race so far.
            baseline: the number of its trial.
        """
        entering = entrants(screened, self.keep)
        return RaceProgress(entering, baseline, tuple(runs), self.folds, self.seeds, self.p)


class Rounds(BaseModel):
    """The rounds of a study."""

    model_config = _STRICT

    screen: Screen
    race: Race = Race()

    def check(self, recipe: Recipe, space: Space, budget: Budget, origin: str) -> None:
        """Refuse rounds that do not fit the recipe, the space or the budget.

        Raises:
            BadInput: they do not.
        """
        key = f"{origin}: rounds.screen"
        if self.screen.epochs >= recipe.epochs:
            raise BadInput(
                f"{key}.epochs = {self.screen.epochs}: must be fewer than the {recipe.epochs} "
                f"epochs of the recipe, which the race trains"
            )
        for name, entry in space.entries.items():
            if entry.key == "epochs":
                raise BadInput(
                    f"{origin}: space.{name}: epochs cannot be searched in a study with rounds, as "
                    f"the screen has epochs of its own"
                )
        trials = self.screen.trials
        if trials is None and budget.hours is None and budget.epochs is None:
            raise BadInput(
                f"{key}: expected trials, as the budget has neither hours nor epochs of which the "
                f"screen could have a share"
            )
        if trials is not None and budget.trials is not None:
            self._check_room(trials, budget.trials, origin)

    def _check_room(self, screened: int, total: int, origin: str) -> None:
        entrants = entrants_of(screened, self.race.keep)
        needed = screened + (entrants + 1) * self.race.seeds * 2
        if total < needed:
            raise BadInput(
                f"{origin}: budget.trials = {total}: must be at least {needed}: {screened} of the "
                f"screen, and 2 folds of {entrants} recipes and the baseline in the race"
            )
