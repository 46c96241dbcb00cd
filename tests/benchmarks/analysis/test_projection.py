"""The projected time of a run, from the training case nearest to it."""

import pytest
from made_recordings import made_recording_set
from small_recordings import case

from benchmarks.analysis.projection import Work, project
from benchmarks.cases.workload import recipe
from benchmarks.recordings.recording import Recording
from benchmarks.recordings.recording_set import RecordingSet
from fer.recipe import Recipe

WORK = Work(recipe(128), epochs=3, faces=1_000, held_out=0)


def projection(work=WORK, side=None, *, together=False, precision=None):
    side = side or made_recording_set(only=("training",))
    answer = project([work], side, together=together, precision=precision)
    assert not isinstance(answer, str), answer
    return answer[0]


def test_the_measured_recipe_takes_its_images_by_the_measured_speed():
    answer = projection()
    assert answer.case.params["batch"] == 128
    assert answer.seconds == pytest.approx(3_000 / answer.case.items_per_second, rel=1e-6)
    assert answer.low <= answer.seconds <= answer.high
    assert answer.high < 1.05 * answer.low, "only the interval of the median is left"


def test_twice_the_epochs_take_twice_the_time():
    twice = Work(recipe(128), epochs=6, faces=1_000, held_out=0)
    assert projection(twice).seconds == pytest.approx(2 * projection().seconds)


def test_a_held_out_face_costs_the_forward_pass_alone():
    more = Work(recipe(128), epochs=3, faces=1_000, held_out=1_000)
    assert projection(more).seconds == pytest.approx(4 / 3 * projection().seconds, rel=0.02)


def test_a_smaller_network_takes_less_between_its_operations_and_its_bytes():
    small = Work(recipe(128).model_copy(update={"widths": (16, 32, 64)}), 3, 1_000, 0)
    answer, whole = projection(small), projection()
    assert answer.seconds < 0.5 * whole.seconds
    assert answer.low < answer.seconds < answer.high
    assert answer.high > 2 * answer.low, "both ways of counting are in the interval"


@pytest.mark.parametrize(("batch", "nearest"), [(1, 32), (90, 64), (100, 128), (5_000, 2048)])
def test_the_nearest_batch_size_is_taken(batch, nearest):
    work = Work(recipe(batch), 1, 1_000, 0)
    assert projection(work).case.params["batch"] == nearest


def test_workers_at_once_are_projected_from_processes_at_once():
    assert projection(together=True).case.params["processes"] == "one_a_core"
    assert projection(together=False).case.params["processes"] == "one"


def test_a_run_trains_in_bf16_where_that_was_timed_and_on_cuda_by_a_graph():
    assert projection().case.params["precision"] == "bf16"
    assert projection(precision="fp32").case.params["precision"] == "fp32"
    graph = projection(side=made_recording_set("server", cuda=True, only=("training",)))
    assert (graph.case.params["device"], graph.case.params["mode"]) == ("cuda", "graph")


def reason(side, work=WORK, precision=None) -> str:
    answer = project([work], side, together=False, precision=precision)
    assert isinstance(answer, str)
    return answer


def test_a_machine_without_a_fitting_case_has_no_projection():
    assert "no training case" in reason(made_recording_set(only=("inference",)))
    uncounted = case()
    del uncounted.extra["flops"]
    side = RecordingSet("a.json", (Recording({"id": "x"}, {}, "2026-05-04", (uncounted,)),))
    assert "operations counted" in reason(side)
    fp32 = made_recording_set(only=("training[device=cpu,precision=fp32",))
    assert "in bf16" in reason(fp32, precision="bf16")


def test_a_network_of_another_size_class_has_no_projection():
    tiny = Work(Recipe(widths=(4,)), 1, 1_000, 0)
    assert "too different" in reason(made_recording_set(only=("training",)), tiny)
