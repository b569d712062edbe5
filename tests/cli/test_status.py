from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from tissuegan.cli.entry import main
from tissuegan.cli.status import guarded, sentence
from tissuegan.errors import UserError


def raising(error: BaseException) -> Callable[[], object]:
    def call() -> object:
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UserError("a.png is broken;\n  export it again"), "a.png is broken; export it again."),
        (UserError("Nothing there."), "Nothing there."),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/x"),
            "/data/x: permission denied; check the path, its permissions and the free space, "
            "and try again.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "no space left on device; check the path, its permissions and the free space, "
            "and try again.",
        ),
        (MemoryError(), "There is not enough memory for this; ask for a smaller size."),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence(error) == told
    assert guarded(raising(error)) == 2
    assert capsys.readouterr().err == told + "\n"


def test_an_interruption_is_status_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err.startswith("Interrupted")


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 / 0)


def test_a_full_disk_that_hides_in_another_error_is_found() -> None:
    def call() -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            raise RuntimeError("unexpected pos 106560 vs 106448")  # noqa: B904

    assert guarded(call) == 2


def test_memory_that_torch_could_not_have_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert guarded(raising(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))) == 2
    assert "not enough memory" in capsys.readouterr().err


def test_other_runtime_errors_are_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        guarded(raising(RuntimeError("shapes cannot be multiplied")))


def test_one_of_several_processes_tells_the_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert guarded(raising(UserError("no"))) == 2
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Missing command"),
        ("genrate", "No such command 'genrate'"),
        ("data", "Missing command"),
        ("data lose x", "No such command 'lose'"),
        ("generate", "Missing option '--out'"),
        ("generate --out", "requires an argument"),
        ("generate --out x --sise 1x1", "No such option: --sise"),
        ("generate --out x --size 0x10", "--size 0x10 is not a size"),
        ("generate --out x --origin 3", "--origin 3 is not a point"),
        ("generate --out x --seed -1", "--seed"),
        ("generate --out x --seed 18446744073709551616", "--seed"),
        ("generate --out x --seed one", "--seed"),
        ("generate --out x --count 0", "--count"),
        ("generate --out x --preview x.jpg", "end its name in .png"),
        ("generate one two --out x", "unexpected extra argument"),
        ("train", "Missing argument"),
        ("train sgan --out x", "Missing option '--data'"),
        ("train sgan --data x --out y --device tpu", "'tpu' is not one of 'auto', 'cpu', 'cuda'"),
        ("train sgan --data x --out y --sections 5:5", "chooses nothing"),
        ("train sgan --data x --out y --set batch", "sets nothing"),
        ("render --labels x", "Missing option '--out'"),
        ("data fetch cats", "'cats' is not one of 'vnc'"),
        ("data phantom --out x --size 10", "--size 10 is not a size"),
        ("models info", "Missing argument"),
    ],
)
def test_a_command_that_cannot_be_understood_is_one_sentence_and_status_2(
    words: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert main(words.split()) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert told in output.err
    assert output.err.count("\n") == 1
