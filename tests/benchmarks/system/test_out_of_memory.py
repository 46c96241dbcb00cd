"""Which errors mean that memory ran out."""

import pytest

from benchmarks.system.out_of_memory import is_out_of_memory


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("shapes do not match"), False),
        (KeyError("out of memory"), False),
        (Exception("[ONNXRuntimeError] : 6 : Failed to allocate memory for a buffer"), True),
    ],
)
def test_which_errors_mean_that_memory_ran_out(error, memory):
    assert is_out_of_memory(error) is memory
