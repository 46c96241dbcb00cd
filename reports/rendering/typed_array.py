"""Numeric arrays in plotly's packed format."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def typed_array(values: NDArray[Any]) -> dict[str, str]:
    """Numbers as plotly's typed array, a quarter of their size as text; integers in the smallest
    type that holds them."""
    if values.dtype.kind == "i":
        values = values.astype(_smallest(values))
    names = {"float32": "f4", "float64": "f8", "uint8": "u1", "int16": "i2", "int32": "i4"}
    data = values.astype(values.dtype.newbyteorder("<"))
    return {
        "dtype": names[values.dtype.name],
        "bdata": base64.b64encode(np.ascontiguousarray(data).tobytes()).decode(),
    }


def _smallest(values: NDArray[Any]) -> str:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    if low >= 0 and high < 2**8:
        return "uint8"
    return "int16" if low >= -(2**15) and high < 2**15 else "int32"
