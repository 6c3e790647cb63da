"""A file gives the same data set and the same links on every processor.

Libraries choose their instructions by the processor. A child process is told to do without what
this one has: numpy without its dispatched features, numba for any processor of the architecture,
pyarrow without vectors, the C library without fused multiplication and addition. It must find
the fingerprints and the links that this process finds, which uses everything.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from genie3_engine.data.quality import FIXES
from tests.compatibility import fingerprints, test_links_bytes
from tests.data.io.samples import WRITERS

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(
        feature for feature in __cpu_dispatch__ if __cpu_features__.get(feature)
    ),
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "ARROW_USER_SIMD_LEVEL": "NONE",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-AVX512F",
}


def write_formats(folder: Path) -> None:
    """Write a file in every format; some have companions, so each has a folder of its own."""
    paths = []
    for number, (name, writer) in enumerate(WRITERS.values()):
        path = folder / f"format-{number:02d}" / name
        path.parent.mkdir()
        writer(path)
        paths.append(str(path.relative_to(folder)))
    (folder / "formats.json").write_text(json.dumps(paths))


def write_files(folder: Path) -> None:
    """Write what is fixed and inferred."""
    folder.mkdir()
    test_links_bytes.write_data(folder)
    series = [f"s{number:02d},{number % 3},{number // 3}.5,," for number in range(24)]
    knocked_out = [f"s{number},,,gene{number - 24:02d},KO" for number in range(24, 30)]
    sheet = ["sample,series,time,perturbed,perturbation", *series, *knocked_out]
    (folder / fingerprints.SHEET).write_text("\n".join(sheet))
    for name in ("dense.h5ad", "csr.h5ad"):
        next(writer for file, writer in WRITERS.values() if file == name)(folder / name)

    rng = np.random.default_rng(6)
    rows = rng.integers(0, 10**6, (200, 150)).tolist()
    text = [[f"{value // 1000}.{value % 1000:03d}" for value in row] for row in rows]
    samples = [f"s{number:03d}" for number in range(150)]
    genes = [f"gene{number:03d}" for number in range(200)]
    table = test_links_bytes.as_table
    (folder / "wide.tsv").write_text(table(genes, samples, text))
    copies = [f"gene{number // 20}" for number in range(200)]
    (folder / "copies.tsv").write_text(table(copies, samples, text))
    gaps = [["NA" if row % 3 == 0 and row == at % 40 else cell for at, cell in enumerate(cells)]
            for row, cells in enumerate(text)]  # fmt: skip
    (folder / "gaps.tsv").write_text(table(genes, samples, gaps))


def found_by_child(folder: Path) -> dict[str, object]:
    """Return what a process finds that does without what this processor has."""
    environment = {**os.environ, "GENIE3_HOME": str(folder / "plain"), "PYTHONPATH": str(ROOT)}
    child = subprocess.run(
        [sys.executable, "-m", fingerprints.__name__, str(folder)],
        env={**environment, **PLAIN},
        capture_output=True,
        text=True,
    )
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout.splitlines()[-1])


@pytest.mark.slow(60)
def test_fingerprints_and_links__are_the_same_without_the_processors_features(tmp_path, home):
    write_formats(tmp_path)  # once: the values are drawn by functions of the C library
    write_files(tmp_path / "files")
    plain = found_by_child(tmp_path)
    everything = fingerprints.hashes(tmp_path, tmp_path / "here")
    different = [name for name in everything if everything[name] != plain[name]]
    assert not different
    assert len(everything) == (
        len(WRITERS)
        + len(fingerprints.FIXES)
        + 2 * (len(fingerprints.RUNS) + len(fingerprints.FURTHER_RUNS))
        + sum("--confidence" in run for run in fingerprints.FURTHER_RUNS.values())
        + fingerprints.N_SIMULATIONS
    )


def test_fingerprints__try_every_fix():
    tried = {fix.partition("=")[0] for _, recipe in fingerprints.FIXES.values() for fix in recipe}
    assert tried == set(FIXES)


# What the packages between a file and its links do not call, since the result depends on the
# processor: functions of libm, and products of matrices, whose sums BLAS takes in its own order.
INEXACT = {
    *("log", "log1p", "log2", "log10", "exp", "exp2", "expm1", "power", "float_power", "pow"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "hypot", "cbrt", "logaddexp"),
    *("dot", "vdot", "inner", "outer", "matmul", "einsum", "tensordot", "cov", "corrcoef"),
    *("linalg", "fft", "convolve", "correlate", "erf", "gamma", "lgamma"),
}
ON_THE_ROAD = (
    *("data", "inference", "kernels", "store", "model", "combination", "confidence", "regulons"),
)
OFF_THE_ROAD = {
    "simulate.py": "makes files, of values that are rounded to a few digits",
    "sample_similarity.py": "what a person is told about samples that are alike",
    "levels.py": "weighs evidence for the orientation",
    "line_evidence.py": "compares columns; far from its limits a last bit decides nothing",
    "orientation.py": "weighs evidence; a last bit decides nothing unless it is balanced exactly",
    "heat_map.py": "orders the rows and columns of a picture",
}


def inexact_calls(source: str) -> list[str]:
    """Return the inexact functions and operators of a module, with their lines."""
    calls = []
    for node in ast.walk(ast.parse(source)):
        name = ""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            is_library = node.value.id in ("np", "numpy", "math", "cmath", "scipy", "special")
            name = node.attr if is_library and node.attr in INEXACT else ""
        elif isinstance(node, ast.ImportFrom) and node.module in ("math", "numpy", "cmath"):
            name = ", ".join(alias.name for alias in node.names if alias.name in INEXACT)
        elif isinstance(node, ast.BinOp | ast.AugAssign):
            if isinstance(node.op, ast.MatMult):
                name = "@"
            elif isinstance(node.op, ast.Pow) and isinstance(node, ast.BinOp):
                is_square = ast.unparse(node.right) == "2"
                is_number = not any(isinstance(each, ast.Name) for each in ast.walk(node))
                name = "" if is_square or is_number else "**"
        if name:
            calls.append(f"{name} in line {node.lineno}")
    return calls


def test_inexact_calls__are_found():
    source = "import numpy as np\nfrom math import exp, sqrt\nnp.log1p(x)\na @ b\nx ** 0.5\n2**31"
    found = [call.partition(" in ")[0] for call in inexact_calls(source)]
    assert sorted(found) == ["**", "@", "exp", "log1p"]


@pytest.mark.parametrize("package", ON_THE_ROAD)
def test_packages_between_file_and_links__call_nothing_inexact(package):
    files = sorted((ROOT / "genie3_engine" / package).rglob("*.py"))
    assert files
    calls = {
        str(path.relative_to(ROOT)): calls
        for path in files
        if path.name not in OFF_THE_ROAD and (calls := inexact_calls(path.read_text()))
    }
    assert calls == {}


def test_exceptions__are_still_needed():
    for name in OFF_THE_ROAD:
        paths = [
            path
            for package in ON_THE_ROAD
            for path in (ROOT / "genie3_engine" / package).rglob(name)
        ]
        assert any(inexact_calls(path.read_text()) for path in paths), name
