"""The shape of the code: what may import what, how long things are, which words it knows."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

import pytest

import tissuegan

ROOT = Path(tissuegan.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

# Each may import what stands in its own line or above; within a line there are no cycles.
ORDER = (
    {"allocator", "errors", "progress", "region", "classes", "tissue", "noise", "version"},
    {"data", "networks", "ome"},
    {"models", "baselines"},
    {"training", "sampling"},
    {"editing", "objects", "io", "evaluation"},
    {"web", "cli", "reproduction"},
)
GENERAL = ("networks", "models", "training", "sampling", "editing")


def rank(package: str) -> int:
    return next(k for k, packages in enumerate(ORDER) if package in packages)


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The packages of ours that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "tissuegan":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _ours(node.module or "")
        elif isinstance(node, ast.Import):
            yield from (name for alias in node.names for name in _ours(alias.name))


def _ours(module: str) -> list[str]:
    return module.split(".")[1:2] if module.startswith("tissuegan.") else []


def edges() -> Iterator[tuple[Path, str, str]]:
    """(file, its package, another package that it imports)."""
    for path in FILES:
        if path.parent == ROOT and path.stem in ("__init__", "__main__"):
            continue  # the public face, which nothing inside imports
        for target in imported(path):
            if target != package(path):
                yield path, package(path), target


def test_imports_go_downhill_only() -> None:
    uphill = [
        f"{path.relative_to(ROOT)} imports {target}"
        for path, source, target in edges()
        if rank(target) > rank(source)
    ]
    assert not uphill


def test_packages_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for _, source, target in edges():
        graph.setdefault(source, set()).add(target)
    TopologicalSorter(graph).prepare()


def test_evaluation_never_imports_models() -> None:
    assert ("evaluation", "models") not in {(source, target) for _, source, target in edges()}


def test_every_package_has_its_place_in_the_order() -> None:
    known = set().union(*ORDER)
    found = {package(path) for path in FILES} - {"__init__", "__main__", "weights"}
    assert found <= known


@pytest.mark.parametrize("module", ["tissuegan", "tissuegan.cli"])
def test_torch_is_not_imported_before_it_is_needed(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_torchvision_is_absent() -> None:
    assert find_spec("torchvision") is None


def test_no_file_is_longer_than_400_lines() -> None:
    long = [p for p in FILES if len(p.read_text(encoding="utf-8").splitlines()) > 400]
    assert not long


def bodies() -> list[int]:
    """Lines of every function's body, its docstring aside."""
    return sorted(
        node.end_lineno - node.body[first].lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for first in [int(ast.get_docstring(node) is not None and len(node.body) > 1)]
        if node.end_lineno is not None
    )


def test_functions_are_short() -> None:
    lines = bodies()
    assert statistics.median(lines) <= 8
    assert lines[int(0.9 * len(lines))] <= 30


@pytest.mark.parametrize("name", GENERAL)
def test_what_works_for_any_classes_names_none(name: str) -> None:
    texts = [p for p in (ROOT / name).rglob("*") if p.suffix in (".py", ".toml")]
    knowing = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in texts
        for word in ("membrane", "mitochond")
        if word in path.read_text(encoding="utf-8").lower()
    ]
    assert not knowing
