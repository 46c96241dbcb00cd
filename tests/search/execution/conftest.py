"""Fixtures of trials that are taken and run one by one."""

import pytest

from search.execution.events import StudyEvents
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial


@pytest.fixture
def study(open_cheap):
    return open_cheap()


@pytest.fixture
def run_next(study, cheap, tmp_path):
    """Takes the next trial and runs it with a trainer; returns the trial as stored."""

    def run(trainer=None, check=lambda: None, session="a", study=study, faces=None):
        lease = acquire_lease(study, tmp_path / "runs", session)
        faces = faces or cheap.tiny_faces("", "train", study.definition.recipe.classes)
        run_trial(lease, faces, trainer or cheap.CheapTrainer(1), StudyEvents(), check)
        return study.everything()[lease.trial.number]

    return run


@pytest.fixture
def ending_in(cheap):
    """A trainer whose epochs reach what a function of recipe and epoch says."""

    def make(accuracy):
        class Trainer(cheap.CheapTrainer):
            def train(self, recipe, faces, run, on_epoch, on_step):
                epochs = range(1, recipe.epochs + 1)
                history = [cheap.CheapEpoch(n, accuracy(recipe, n)) for n in epochs]
                for epoch in history:
                    on_step(epoch.number, recipe.epochs)
                    on_epoch(epoch)
                return tuple(history)

        return Trainer(1)

    return make
