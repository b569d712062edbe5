"""As plain tests the benchmarks run once and tiny; ``--benchmark-enable`` measures in earnest."""

from __future__ import annotations

import pytest
from benchmarks.report import PAGE, Report
from benchmarks.subjects import fresh_model

from tissuegan.models import load, shipped

REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether times are asked for."""
    return bool(request.config.getoption("benchmark_enable"))


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    return request.config.stash[REPORT]


@pytest.fixture(scope="session")
def model_folder(full: bool, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The best model, or one of its size that knows nothing; a tiny one where nothing is timed."""
    if full and shipped():
        return load().name
    folder = tmp_path_factory.mktemp("models") / "fresh"
    fresh_model(folder, smoke=not full)
    return str(folder)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    report = config.stash[REPORT]
    if report.sections and config.getoption("benchmark_enable"):
        terminalreporter.write_line(report.tables())
        whole = report.over(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")
        PAGE.write_text(whole.page(), encoding="utf-8")
