"""One trial: reported, pruned, failed with its reason, or left to be resumed."""

import datetime
import json
import math
import os
from dataclasses import replace

import numpy as np
import pytest
from optuna.trial import TrialState

from fer.errors import Interrupted
from fer.process import available_cores
from search.execution import attempt_meter
from search.execution.trainer import FerTrainer
from search.results.trials import trial_record
from search.storage.attributes import SEARCH, attributes_of
from search.storage.process_identity import host_name

BEGAN = datetime.datetime(2026, 5, 4, 8, 0)


def test_every_epoch_is_reported_and_the_last_one_is_the_value(run_next, ending_in):
    trial = run_next(ending_in(lambda _recipe, epoch: [0, 0.5, 0.9, 0.7, 0.8, 0.6][epoch]))
    assert trial.state == TrialState.COMPLETE
    assert trial.intermediate_values == {1: 0.5, 2: 0.9, 3: 0.7, 4: 0.8, 5: 0.6}
    assert trial.value == 0.6, "the last epoch's, not the best one's"
    assert trial.user_attrs["seconds"] >= 0


def test_a_bad_trial_is_pruned_and_its_checkpoint_dropped(run_next, ending_in, study, tmp_path):
    good, bad = ending_in(lambda *_: 0.8), ending_in(lambda *_: 0.3)
    for _ in range(3):
        assert run_next(good).state == TrialState.COMPLETE
    trial = run_next(bad)
    assert trial.state == TrialState.PRUNED
    assert trial.intermediate_values == {1: 0.3}
    assert (tmp_path / "runs" / "3" / "dropped.txt").read_text() == "1"


def test_the_baseline_is_never_pruned_however_bad_it_is(open_cheap, run_next, ending_in, study):
    trainer = ending_in(lambda recipe, _epoch: 0.1 if recipe.epochs == 5 else 0.8)
    study.start_trial(SEARCH)  # a search trial comes first, for once
    for _ in range(4):
        run_next(trainer)
    baseline = next(t for t in study.everything() if t.user_attrs["role"] == "baseline")
    assert baseline.state == TrialState.COMPLETE
    assert len(baseline.intermediate_values) == 5


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
@pytest.mark.parametrize("epoch", [1, 4])
def test_an_accuracy_that_is_no_number_fails_the_trial_and_never_wins(
    run_next, ending_in, value, epoch
):
    run_next()
    trial = run_next(ending_in(lambda _recipe, n: value if n == epoch else 0.5))
    assert trial.state == TrialState.FAIL
    assert trial.values is None
    assert f"validation accuracy is {value}" in trial.user_attrs["reason"]
    assert all(map(math.isfinite, trial.intermediate_values.values()))


def test_a_trial_that_raises_fails_with_its_reason_and_the_next_one_runs(
    run_next, monkeypatch, cheap
):
    monkeypatch.setenv("CHEAP_FAIL", '{"0": "raise"}')
    trial = run_next()
    assert trial.state == TrialState.FAIL
    assert trial.user_attrs["reason"] == "RuntimeError: this trial"
    assert run_next().state == TrialState.COMPLETE


def test_running_out_of_memory_fails_the_trial_and_not_the_worker(run_next, ending_in):
    def accuracy(*_):
        raise MemoryError

    trial = run_next(ending_in(accuracy))
    assert trial.state == TrialState.FAIL
    assert trial.user_attrs["reason"] == "out of memory"


def test_an_interrupted_trial_is_resumable_and_goes_on_at_its_epoch(
    run_next, study, cheap, tmp_path
):
    steps = iter(range(100))

    def check():
        if next(steps) == 2 * cheap.STEPS:
            raise Interrupted("now")

    with pytest.raises(Interrupted):
        run_next(check=check)
    stopped = study.everything()[0]
    assert stopped.state == TrialState.RUNNING
    assert stopped.user_attrs["resumable"]
    assert list(stopped.intermediate_values) == [1, 2]
    resumed = run_next(session="b")
    assert resumed.number == 0
    assert resumed.state == TrialState.COMPLETE
    assert not resumed.user_attrs["resumable"]
    starts = (tmp_path / "runs" / "0" / "starts.txt").read_text().splitlines()
    assert [line.split()[1] for line in starts] == ["0", "2"]


def test_a_resumed_trial_has_two_attempts_and_the_pause_belongs_to_neither(
    run_next, study, cheap, monkeypatch
):
    times = iter(BEGAN + datetime.timedelta(minutes=minutes) for minutes in range(1000))
    monkeypatch.setattr(attempt_meter, "utc_now", lambda: next(times))
    steps = iter(range(100))

    def check():
        if next(steps) == 2 * cheap.STEPS:
            raise Interrupted("now")

    with pytest.raises(Interrupted):
        run_next(check=check)
    (stopped,) = trial_record(study.everything()[0]).attempts
    for _ in range(60):
        next(times)
    run_next(session="b")
    first, second = trial_record(study.everything()[0]).attempts
    assert first == stopped
    assert second.began - first.ended > datetime.timedelta(minutes=60)
    # Its clock is read at its begin, when that is stored, after each of two epochs, and at its end.
    assert first.seconds == 4 * 60
    assert (first.pid, first.host) == (os.getpid(), host_name())


def test_an_attempt_holds_memory_load_and_processor_time(run_next, study, monkeypatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (1.5, 0.0, 0.0))
    run_next()
    (attempt,) = trial_record(study.everything()[0]).attempts
    assert attempt.load == 1.5
    assert attempt.cores == available_cores()
    assert 0 <= attempt.cpu_seconds < 60
    if attempt.peak_memory is not None:  # not every system reports it
        assert 10e6 < attempt.peak_memory < 20e9


def test_an_epoch_that_was_saved_but_not_reported_is_reported_later(
    run_next, study, cheap, monkeypatch
):
    class KilledBetween(cheap.CheapTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            def dies(epoch):
                if epoch.number == 2:
                    raise Interrupted("between the checkpoint and the report")
                on_epoch(epoch)

            return super().train(recipe, faces, run, dies, on_step)

    with pytest.raises(Interrupted):
        run_next(KilledBetween(1))
    assert list(study.everything()[0].intermediate_values) == [1]
    assert list(run_next(session="b").intermediate_values) == [1, 2, 3, 4, 5]


def test_a_trial_killed_before_its_pruner_was_asked_is_pruned_when_it_is_resumed(
    run_next, study, cheap, ending_in, tmp_path
):
    class KilledAtReport(cheap.CheapTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            bad = [{"number": 1, "validation_accuracy": 0.1}]
            (run / "checkpoint.json").write_text(json.dumps(bad))
            raise Interrupted("after the checkpoint")

    for _ in range(3):
        run_next(ending_in(lambda *_: 0.8))
    with pytest.raises(Interrupted):
        run_next(KilledAtReport(1))
    trial = run_next(session="b")
    assert (trial.number, trial.state) == (3, TrialState.PRUNED)
    assert trial.intermediate_values == {1: 0.1}
    assert not (tmp_path / "runs" / "3" / "starts.txt").exists(), "it did not train again"


def test_a_run_that_was_finished_but_not_told_is_told(
    open_cheap, run_next, ending_in, faces, tmp_path
):
    # With the real trainer: whether the end of a run leaves it its past is what is claimed here.
    noise = replace(faces, labels=np.random.default_rng(0).permutation(faces.labels))

    class Killed(FerTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            super().train(recipe, faces, run, on_epoch, on_step)
            raise Interrupted("before the storage heard of it")

    study = open_cheap(
        ("\nepochs = 4", "\nepochs = 2\nwidths = [4]\nbatch_size = 32"), storage="real.journal"
    )
    for _ in range(2):
        run_next(ending_in(lambda *_: 0.01), study=study)
    with pytest.raises(Interrupted):
        run_next(Killed(1), study=study, faces=noise)
    stopped = study.everything()[2]
    owner = attributes_of(stopped).owner
    # Another process than these tests' own.
    study.store(stopped, owner=owner.model_copy(update={"pid": 1}))
    for _ in range(3):  # better ones meanwhile, beside which a run without a past is pruned
        run_next(ending_in(lambda *_: 0.99), study=study)
    trial = run_next(FerTrainer(1), session="b", study=study, faces=noise)
    assert (trial.number, trial.state) == (2, TrialState.COMPLETE)
    assert trial.intermediate_values == stopped.intermediate_values
    assert len((tmp_path / "runs" / "2" / "history.csv").read_text().splitlines()) == 1 + 2


def test_a_trial_goes_on_with_another_number_of_threads(open_cheap, run_next, faces, capfd):
    # As with another --workers: the trial is as good, and only its last bits are others.
    study = open_cheap(
        ("baseline_epochs = 5", "baseline_epochs = 2"),
        ("trials = 8", "trials = 1"),
        storage="real.journal",
    )

    class Stopped(FerTrainer):
        def train(self, recipe, faces, run, on_epoch, on_step):
            def stop(epoch):
                on_epoch(epoch)
                raise Interrupted("after an epoch")

            return super().train(recipe, faces, run, stop, on_step)

    with pytest.raises(Interrupted):
        run_next(Stopped(1), study=study, faces=faces)
    trial = run_next(FerTrainer(2), session="b", study=study, faces=faces)
    assert (trial.number, trial.state) == (0, TrialState.COMPLETE)
    assert "began with threads = 1 and resumes with 2" in capfd.readouterr().err


def test_a_trial_that_was_given_up_meanwhile_is_dropped_without_a_fuss(run_next, study, ending_in):
    def accuracy(_recipe, epoch):
        return 0.5

    def check():
        trial = study.everything()[0]
        if not trial.state.is_finished():
            study.fail(trial, "given up")

    assert run_next(ending_in(accuracy), check).state == TrialState.FAIL
