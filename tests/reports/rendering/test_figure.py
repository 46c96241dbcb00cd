"""Figures are plain values, which a process can compute without the libraries that draw them."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, sys
import reports.figures.study
for module in pkgutil.iter_modules(reports.figures.study.__path__, "reports.figures.study."):
    importlib.import_module(module.name)
print(sorted({"jinja2", "plotly"} & set(sys.modules)))
"""


def test_the_figures_of_a_study_import_neither_jinja2_nor_plotly():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
