"""What a finding is, and what findings are made from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from search.results.importance import Importance
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord
from search.results.verdict import Verdict

LEVEL = 0.05
TESTS = ("edge", "rising", "coupled", "pruned-early")
"""The findings that rest on a test of significance."""
SIGNIFICANT = LEVEL / len(TESTS)
"""Of each test (Bonferroni): in a study without any of these effects, the probability that one of
them is found is at most 5 %."""


@dataclass(frozen=True)
class Finding:
    """One thing that the trials of a study show.

    Attributes:
        id: of its kind.
        action: what to do, without a full stop.
        evidence: what shows it, with its numbers: the second half of a sentence.
    """

    id: str
    action: str
    evidence: str

    @property
    def sentence(self) -> str:
        """The action and its evidence."""
        return f"{self.action}: {self.evidence}."


@dataclass(frozen=True)
class Material:
    """A study, and what was computed from it."""

    snapshot: Snapshot
    verdict: Verdict
    importances: Sequence[Importance]

    @property
    def compared(self) -> list[TrialRecord]:
        """The searched trials that were compared with others to their end: complete or pruned."""
        return [t for t in self.snapshot.searched if t.state in (State.COMPLETE, State.PRUNED)]

    @property
    def held_out(self) -> int | None:
        """How many faces the accuracy of one run was measured on; None where not known."""
        best = self.verdict.best
        return best.n if best and best.n else self.snapshot.held_out

    @property
    def confirm(self) -> str:
        """The command that trains the best recipes again, for an action."""
        return f"(fer search confirm {self.snapshot.name})"

    @property
    def confirmed(self) -> bool:
        """Whether a confirmation has compared the best recipes on folds of its own."""
        record = self.snapshot.confirmation
        return record is not None and record.choice is not None

    @property
    def repeated(self) -> bool:
        """Whether the best trial's recipe was trained again in the study, to its end."""
        best = self.snapshot.best
        return best is not None and any(
            trial.group == best.number and trial.state == State.COMPLETE
            for trial in self.snapshot.trials
        )


def at_least(hits: int, draws: int, chance: float) -> float:
    """The probability of so many hits or more in independent draws, each of the same chance."""
    return sum(
        math.comb(draws, k) * chance**k * (1 - chance) ** (draws - k)
        for k in range(hits, draws + 1)
    )


def number(value: float) -> str:
    """A value of a hyperparameter in three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
