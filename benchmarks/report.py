"""What the benchmarks measured, as tables for people and JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import torch

Row = Mapping[str, str | int | float]

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
INTRODUCTION = """# Performance

`make bench` writes this page, up to its JSON; what stands below is written by hand. Seconds are
medians of *n* runs by the clock; the share is of the roof, which is what one 3 x 3 convolution from
64 to 64 channels at 256 x 256 pixels reaches in the same arithmetic, in the same run. A section
that was not run again keeps its figures as long as the machine and the libraries are the same; one
that is lacking was not measured on this machine.
"""
PASSING = ("date", "load")


@dataclass
class Report:
    """Rows by section; the rows of a section have the same columns."""

    sections: dict[str, list[Row]] = field(default_factory=dict)
    below: str = ""
    """What people wrote below the JSON."""

    def add(self, section: str, **row: str | float) -> None:
        """Appends a row; numbers keep four digits."""
        rounded = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in row.items()}
        self.sections.setdefault(section, []).append(rounded)

    def tables(self) -> str:
        """Every section as a table in Markdown."""
        parts = [f"## {name}\n\n{_table(rows)}" for name, rows in self.sections.items()]
        return "\n".join(parts)

    def over(self, page: str) -> Report:
        """These sections, and those of an earlier page of the same machine and libraries."""
        text, _, below = page.partition("```json\n")[2].partition("```\n")
        earlier: dict[str, list[Row]] = json.loads(text or "{}")
        if _lasting(earlier.pop("environment", {})) != _lasting(environment()):
            earlier = {}
        return Report({**earlier, **self.sections}, below)

    def page(self) -> str:
        """The page for the documentation."""
        facts = environment()
        where = "\n".join(f"- {key}: {value}" for key, value in facts.items())
        data = json.dumps({"environment": facts, **self.sections}, indent=1)
        return f"{INTRODUCTION}\n{where}\n\n{self.tables()}\n```json\n{data}\n```\n{self.below}"


def _table(rows: Sequence[Row]) -> str:
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([str(r[c]) for c in columns] for r in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _lasting(facts: Any) -> dict[str, str]:
    return {key: value for key, value in facts.items() if key not in PASSING}


def environment() -> dict[str, str]:
    """The hardware and the libraries that the figures hold for."""
    return {
        "date": date.today().isoformat(),
        "load": f"{os.getloadavg()[1]:.1f} in the last five minutes, with what was measured",
        "processor": _processor(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "cores": f"{os.cpu_count()}, of which PyTorch uses {torch.get_num_threads()}",
        "accelerator": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "PyTorch": torch.__version__,
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
