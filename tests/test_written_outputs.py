"""Reports in files and on standard output when the world does not play along: killed, full, closed, interrupted."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import portlint
from portlint import cli
from portlint.output import write_file

HOME = Path(portlint.__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HOME)}
SOURCE = b"#include <unistd.h>\nint go(void) { return fork(); }\n"
TOOL = (sys.executable, "-B", "-m", "portlint")  # -B: no module is compiled onto a full disk
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, devices and limits as POSIX has them")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "game"
    root.mkdir()
    for number in range(40):
        (root / f"part{number}.c").write_bytes(SOURCE)
    return root


def scan(root: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [*TOOL, "scan", str(root), "--target", "wasip1", "--no-cache", *arguments]
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        command, env=ENVIRONMENT, check=False, **{"capture_output": True, **options}
    )


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """The user's mistake: exit 2 and one line that says so."""
    text = done.stderr.decode()
    assert done.returncode == cli.MISTAKE, text
    assert text.count("\n") == 1
    return text


def left_behind(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".part")]


# files


@pytest.mark.parametrize("target", ["out", "out/", "."])
def test_a_folder_is_no_file(target: str, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert "cannot be written" in one_line(scan(tree, "--output", f"json={target}", cwd=tmp_path))
    assert left_behind(tmp_path) == []
    assert os.listdir(tmp_path / "out") == []


def test_a_name_of_255_bytes_can_be_written(tree: Path, tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250 + ".json")
    assert scan(tree, "--output", f"json={target}").returncode == cli.FOUND
    assert json.loads(target.read_text())["schema"] == "portlint-report/1"


def test_a_full_disk_leaves_the_old_file(tree: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the write fails half-way just so."""
    target = tmp_path / "report.json"
    target.write_text("old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    said = one_line(scan(tree, "--output", f"json={target}", preexec_fn=limit))
    assert "report.json: cannot be written" in said
    assert target.read_text() == "old"
    assert left_behind(tmp_path) == []


def test_links_devices_pipes_and_modes_stay_what_they_are(tree: Path, tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real.json", tmp_path / "link.json", tmp_path / "pipe"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(real)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert scan(tree, "--output", f"json={link}", "--output", f"github={pipe}").returncode == cli.FOUND
    assert link.is_symlink()
    assert json.loads(real.read_text())["schema"] == "portlint-report/1"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.read(reader, 7) == b"::error"
    os.close(reader)


def test_a_full_device_is_a_mistake_and_stays_a_device(tree: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    assert "No space left" in one_line(scan(tree, "--output", f"json={full}"))
    assert full.is_symlink()


def test_killed_while_writing_leaves_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    size = 3_000_000
    target.write_text("a" * size)
    program = (
        "import sys; from pathlib import Path; from portlint.cli import _write\n"
        "while True:\n    for letter in 'ba': _write(Path(sys.argv[1]), letter * 3_000_000)\n"
    )
    moments = random.Random(1)
    for _ in range(10):
        child = subprocess.Popen([sys.executable, "-c", program, str(target)], env=ENVIRONMENT)
        time.sleep(0.15 + moments.random() / 20)
        child.kill()
        child.wait()
        assert target.read_text() in ("a" * size, "b" * size)


# standard output


def test_a_full_standard_output_is_the_users_to_mend(tree: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = scan(tree, "--output-format", "json", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert "standard output: cannot be written" in one_line(done)


def test_a_closed_pipe_ends_quietly(tree: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = scan(tree, "--output-format", "json", capture_output=False, stdout=closed, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (cli.CLEAN, b"")


# signals


@pytest.fixture
def large_tree(tmp_path: Path) -> Path:
    root = tmp_path / "large"
    root.mkdir()
    text = SOURCE + b"".join(b"static int f%d(int a) { return a + socket(a, %d, 0); }\n" % (n, n) for n in range(300))
    for number in range(300):
        (root / f"part{number}.c").write_bytes(text)
    return root


def _members(session: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry))
    return found


def interrupted(root: Path, folder: Path, send: Callable[[int], None], after: float) -> tuple[int, float, str]:
    """(exit code, seconds to leave, standard error) of a scan that got a signal so long after Python was up."""
    up = "import sys; from portlint.__main__ import main; print('up', flush=True); main()"
    options = ["--no-cache", "--jobs", "2", "--output", f"json={folder / 'report.json'}"]
    command = [sys.executable, "-c", up, "scan", str(root), *options]
    child = subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    time.sleep(after)
    send(child.pid)
    start = time.monotonic()
    _, errors = child.communicate(timeout=30)
    took = time.monotonic() - start
    time.sleep(0.2)
    assert _members(child.pid) == []
    return child.returncode, took, errors.decode()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see what is left")
@pytest.mark.parametrize("after", [0.05, 0.2, 0.5, 0.9, 1.4])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_interrupted_leaves_nothing(number: signal.Signals, after: float, large_tree: Path, tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the group, a plain kill only ours."""

    def send(pid: int) -> None:
        os.killpg(pid, number) if number == signal.SIGINT else os.kill(pid, number)

    code, took, errors = interrupted(large_tree, tmp_path, send, after)
    assert code in (128 + number, -number, cli.FOUND), (
        errors
    )  # minus: while Python itself leaves; a shell says 128 + number
    assert took < 3
    assert "Traceback" not in errors
    assert left_behind(tmp_path) == []
    report = tmp_path / "report.json"
    assert not report.exists() or report.read_text().endswith("}\n")


@pytest.fixture
def nameless(tmp_path: Path) -> None:
    """A folder that can hold files without a name, as most file systems of Linux can."""
    try:
        os.close(os.open(tmp_path, os.O_WRONLY | os.O_TMPFILE))
    except (AttributeError, OSError):
        pytest.skip("no files without a name here")


@pytest.mark.usefixtures("nameless")
def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def under_its_name(file: Path, data: bytes) -> int:
        raise AssertionError(f"{file.name} was written under its name")

    monkeypatch.setattr(Path, "write_bytes", under_its_name)
    for text in ("first", "second"):
        write_file(tmp_path / "report", text)
        assert (tmp_path / "report").read_text() == text
        assert left_behind(tmp_path) == []


@pytest.mark.usefixtures("nameless")
def test_killed_in_the_middle_of_writing_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import os, sys, threading\nfrom pathlib import Path\nfrom portlint.output import write_file\n"
        "threading.Timer(0.2, lambda: os.kill(os.getpid(), 9)).start()\n"
        "while True: write_file(Path(sys.argv[1]), 'x' * 50_000_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "report")], env=ENVIRONMENT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not [name for name in left_behind(tmp_path) if (tmp_path / name).stat().st_size < 50_000_000]
    assert not (tmp_path / "report").exists() or (tmp_path / "report").stat().st_size == 50_000_000
