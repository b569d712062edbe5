"""What the README shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tissuegan.cli import main
from tissuegan.models import shipped

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SHELL = "".join(re.findall(r"```\n(.*?)```", README, re.DOTALL))
COMMANDS = re.findall(r"^tissuegan ([^#\n]*)", SHELL, re.MULTILINE)
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_have_the_options_that_it_shows(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = command.split()
    verb = words[: 2 if words[0] in ("data", "models", "study") else 1]
    assert main([*verb, "--help"]) == 0
    told = capsys.readouterr().out
    options = [word.split("=")[0] for word in words if word.startswith("--")]
    assert all(f"  {option} " in told for option in options)


def test_the_readme_has_commands_and_python() -> None:
    assert len(COMMANDS) > 8
    assert BLOCKS


@pytest.mark.skipif(not shipped(), reason="no model is shipped yet")
@pytest.mark.parametrize("block", BLOCKS)
def test_python_of_the_readme_runs(block: str) -> None:
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert "tissue" in names
