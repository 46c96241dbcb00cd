"""A run that was stopped resumes to the same weights, and only where it can."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import fer.device
import fer.training.state
from fer.errors import BadInput
from fer.faces.types import Faces
from fer.history import HISTORY, append_epoch, read_history
from fer.recipe import Recipe
from fer.training import Epoch, Result, train
from fer.training.checkpoint import load_checkpoint

CPU = torch.device("cpu")


def run_once(recipe: Recipe, faces: Faces, run: Path, **options: object) -> Result:
    return train(recipe, faces, run, device=CPU, threads=1, **options)  # type: ignore[arg-type]


def test_two_threads_too_give_the_same_weights_stopped_and_resumed_or_not(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    def run(name: str, **options: object) -> None:
        train(tiny, faces, tmp_path / name, device=CPU, threads=2, **options)  # type: ignore[arg-type]

    for name in ("a", "b"):
        run(name)
    with pytest.raises(InterruptedError):
        run("c", on_epoch=stop)
    run("c", resume=True)
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b == c


@pytest.mark.parametrize(
    "keys",
    [
        *({"optimiser": name, "ema": ema} for name in ("adam", "adamw", "sgd") for ema in (0, 0.9)),
        {
            **{"mixup": 0.4, "cutmix": 1.0, "sam": 0.05, "lookahead": 4, "norm_bias_lr": 8.0},
            **{"optimiser": "muon", "muon_lr": 2.0, "muon_iterations": 3},
            **{"flip": "alternating", "image_sizes": [24, 32, 48]},
            **{"first_layer": "whitened", "hidden_layers": "identity"},
        },
    ],
)
def test_a_run_stopped_after_any_epoch_resumes_to_the_same_weights(
    tmp_path: Path, tiny: Recipe, faces: Faces, keys: dict[str, object]
) -> None:
    recipe = tiny.with_values(keys)
    whole = run_once(recipe, faces, tmp_path / "whole")

    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    for _ in range(recipe.epochs):
        with pytest.raises(InterruptedError):
            run_once(recipe, faces, tmp_path / "parts", resume=True, on_epoch=stop)
    parts = run_once(recipe, faces, tmp_path / "parts", resume=True, on_epoch=stop)
    assert (tmp_path / "parts" / "model.safetensors").read_bytes() == (
        tmp_path / "whole" / "model.safetensors"
    ).read_bytes()
    assert [replace(epoch, seconds=0) for epoch in parts.history] == [
        replace(epoch, seconds=0) for epoch in whole.history
    ]


def test_the_history_grows_with_each_epoch_and_agrees_with_the_checkpoint(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    path = tmp_path / HISTORY
    grown: list[int] = []

    def stop(epoch: Epoch) -> None:
        grown.append(len(read_history(path)))
        assert read_history(path)[-1] == epoch
        if epoch.number == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run_once(tiny, faces, tmp_path, on_epoch=stop)
    append_epoch(path, replace(read_history(path)[-1], number=3, train_loss=99.0))
    result = run_once(tiny, faces, tmp_path, resume=True, on_epoch=stop)
    assert grown == list(range(1, tiny.epochs + 1))
    assert read_history(path) == result.history
    assert max(epoch.train_loss for epoch in result.history) < 99.0


def test_what_a_killed_process_left_half_written_is_removed(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_once(tiny, faces, tmp_path, on_epoch=stop)
    (tmp_path / ".checkpoint.pt.k1ll3d.tmp").write_bytes(b"half")
    run_once(tiny, faces, tmp_path, resume=True)
    assert not list(tmp_path.glob(".*"))


def test_a_finished_run_resumed_gives_its_result_again(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    first = run_once(tiny, faces, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert run_once(tiny, faces, tmp_path, resume=True) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_folder_is_not_trained_over(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    run_once(tiny, faces, tmp_path)
    with pytest.raises(BadInput, match="holds a run already"):
        run_once(tiny, faces, tmp_path)
    with pytest.raises(
        BadInput, match=r"metrics\.json: its recipe hash is .*: resume with the same"
    ):
        run_once(tiny.with_values({"seed": 5}), faces, tmp_path, resume=True)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_once(tiny, faces, tmp_path, on_epoch=stop)
    with pytest.raises(BadInput, match="recipe hash"):
        run_once(tiny.with_values({"seed": 5}), faces, tmp_path, resume=True)
    with pytest.raises(BadInput, match="faces hash"):
        run_once(tiny, replace(faces, hash="f" * 64), tmp_path, resume=True)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damaged", "after"),
    [
        (["checkpoint.pt"], "resumes after epoch 1"),
        (["checkpoint.pt", "checkpoint-previous.pt"], "begins again"),
    ],
)
def test_a_run_with_a_damaged_checkpoint_goes_on_from_the_one_before_or_begins_again(
    tmp_path: Path,
    tiny: Recipe,
    faces: Faces,
    capsys: pytest.CaptureFixture[str],
    damaged: list[str],
    after: str,
) -> None:
    def stop(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise InterruptedError

    run_once(tiny, faces, tmp_path / "whole")
    run = tmp_path / "damaged"
    with pytest.raises(InterruptedError):
        run_once(tiny, faces, run, on_epoch=stop)
    for name in damaged:
        damage(run / name)
    capsys.readouterr()
    history = run_once(tiny, faces, run, resume=True).history
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"fer: warning: {run / 'checkpoint.pt'}: damaged: ")
    assert line.endswith(f": the run {after}")
    assert [epoch.number for epoch in history] == [1, 2, 3]
    whole, parts = (tmp_path / name / "model.safetensors" for name in ("whole", "damaged"))
    assert parts.read_bytes() == whole.read_bytes()
    assert not list(run.glob("checkpoint*"))


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\3\4 of an earlier version"])
def test_a_file_that_is_no_checkpoint_begins_the_run_again(
    begun: Path, tiny: Recipe, faces: Faces, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (begun / "checkpoint.pt").write_bytes(content)
    assert len(run_once(tiny, faces, begun, resume=True).history) == tiny.epochs
    assert "checkpoint.pt: damaged: " in capsys.readouterr().err


def test_a_run_killed_between_the_two_renames_of_a_checkpoint_goes_on(
    begun: Path, tiny: Recipe, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    (begun / "checkpoint.pt").rename(begun / "checkpoint-previous.pt")
    with pytest.raises(BadInput, match="holds a run already"):
        run_once(tiny, faces, begun)
    numbers: list[int] = []
    run_once(tiny, faces, begun, resume=True, on_epoch=lambda epoch: numbers.append(epoch.number))
    assert numbers == [2, 3]
    assert capsys.readouterr().err == ""


@pytest.fixture
def begun(tmp_path: Path, tiny: Recipe, faces: Faces) -> Path:
    """A run with one thread, stopped after its first epoch."""

    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_once(tiny, faces, tmp_path, on_epoch=stop)
    return tmp_path


def test_a_run_is_not_resumed_in_another_precision(
    begun: Path, tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"fp32": "bf16", "bf16": "fp32"}[fer.device.precision(CPU)]
    monkeypatch.setattr(fer.training.state, "precision", lambda device: other)
    with pytest.raises(BadInput, match=rf"checkpoint\.pt: its precision is .* is {other}: "):
        run_once(tiny, faces, begun, resume=True)


def test_a_run_is_not_resumed_on_another_kind_of_device(
    begun: Path, tiny: Recipe, faces: Faces
) -> None:
    checkpoint = load_checkpoint(begun, tiny.hash, faces.hash)
    assert checkpoint is not None
    replace(checkpoint, device="cuda").save(begun)
    with pytest.raises(BadInput, match="its device is cuda, here it is cpu") as error:
        run_once(tiny, faces, begun, resume=True)
    assert "\n" not in str(error.value)


def test_a_run_resumed_with_other_threads_goes_on_and_says_what_that_costs(
    begun: Path, tiny: Recipe, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    result = train(tiny, faces, begun, device=CPU, threads=2, resume=True)
    assert len(result.history) == tiny.epochs
    warning = capsys.readouterr().err
    assert warning.startswith(f"fer: {begun}: began with threads = 1 and resumes with 2: ")
    assert warning.count("\n") == 1


def test_a_run_resumed_as_it_began_warns_of_nothing(
    begun: Path, tiny: Recipe, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    run_once(tiny, faces, begun, resume=True)
    assert capsys.readouterr().err == ""


@pytest.mark.cuda
def test_a_run_on_cuda_learns_and_resumes(tmp_path: Path, tiny: Recipe, faces: Faces) -> None:
    recipe = tiny.with_values({"epochs": 8, "augmentation": 0.2, "validation": 0.25})
    device = torch.device("cuda")

    def stop(epoch: Epoch) -> None:
        if epoch.number == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train(recipe, faces, tmp_path, device=device, threads=1, on_epoch=stop)
    result = train(recipe, faces, tmp_path, device=device, threads=1, resume=True)
    assert result.validation_accuracy is not None
    assert result.validation_accuracy > 0.9
