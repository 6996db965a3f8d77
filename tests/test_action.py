"""The GitHub action: its shell steps are run as a runner would, and no input can become code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCAN = next(step for step in STEPS if step.get("id") == "scan")
FAIL = STEPS[-1]
WORKFLOW = re.search(r"```yaml\n(name: portlint\n.*?)```", (ROOT / "docs" / "code-scanning.md").read_text(), re.S)


class Runner:
    """What GitHub gives to a step: files to write to, a temporary folder, and inputs in the environment."""

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        self.output, self.summary = folder / "output", folder / "summary.md"
        program = self.temp / "portlint" / "bin" / "portlint"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m portlint "$@"\n')
        program.chmod(0o755)

    def run(self, step: dict[str, Any], where: Path, **values: str) -> subprocess.CompletedProcess[str]:
        """The step's script under the shell options of a runner, the expressions of `env` replaced by values."""
        given = {name: values.get(_input(text), "") for name, text in step["env"].items()}
        files = {"RUNNER_TEMP": self.temp, "GITHUB_OUTPUT": self.output, "GITHUB_STEP_SUMMARY": self.summary}
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **given,
            **{name: str(path) for name, path in files.items()},
        }
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        return subprocess.run(
            command, cwd=where, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines()) if self.output.exists() else {}


def _input(expression: str) -> str:
    """`${{ inputs.fail-on }}` is `fail_on`, `${{ steps.scan.outputs.exit-code }}` is `exit_code`."""
    return expression.strip("${} ").rpartition(".")[2].replace("-", "_")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def project(folder: Path, code: str) -> Path:
    folder.mkdir()
    (folder / "main.c").write_text(code)
    return folder


UDP = '#include <sys/socket.h>\nint main(void) { return (int)recvfrom(socket(2, SOCK_DGRAM, 0), "", 0, 0, 0, 0); }\n'
CLEAN = "int main(void) { return 0; }\n"


def test_no_script_holds_an_expression() -> None:
    assert [step["name"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_foreign_actions_are_pinned_by_hash() -> None:
    uses = [step["uses"] for step in STEPS if "uses" in step]
    assert uses and all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in uses)


def test_every_input_is_used_and_every_used_input_is_declared() -> None:
    text = (ROOT / "action.yml").read_text()
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert set(re.findall(r"steps\.scan\.outputs\.([\w-]+)", text)) == {"sarif", "exit-code"}


def test_findings_are_reported_before_the_job_fails(runner: Runner, tmp_path: Path) -> None:
    where = project(tmp_path / "game", UDP)
    done = runner.run(SCAN, where, path=".", targets="wasip1\nwasip2", summary="true")
    assert done.returncode == 0, done.stderr
    assert runner.outputs()["exit-code"] == "1"
    runs = json.loads(Path(runner.outputs()["sarif"]).read_text())["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["portlint/wasip1/", "portlint/wasip2/"]
    assert runner.summary.read_text().startswith("## portlint: `game`")
    assert runner.run(FAIL, where, exit_code="1").returncode == 1


def test_a_clean_project_passes_and_a_summary_can_be_left_out(runner: Runner, tmp_path: Path) -> None:
    where = project(tmp_path / "game", CLEAN)
    assert runner.run(SCAN, where, path=".", targets="wasip1", summary="false").returncode == 0
    assert runner.outputs()["exit-code"] == "0"
    assert not runner.summary.exists()
    assert runner.run(FAIL, where, exit_code="0").returncode == 0


def test_fail_on_never(runner: Runner, tmp_path: Path) -> None:
    where = project(tmp_path / "game", UDP)
    assert runner.run(SCAN, where, path=".", targets="wasip1", fail_on="never").returncode == 0
    assert runner.outputs()["exit-code"] == "0"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": "no such folder"}, "no such file or folder"),
        ({"path": ".", "targets": "wasip9"}, "unknown target"),
        ({"path": ".", "fail_on": "sometimes"}, "invalid choice"),
        ({"path": "--version"}, "no such file or folder"),
        ({"path": '"; touch hacked; "'}, "no such file or folder"),
        ({"path": "$(touch hacked)"}, "no such file or folder"),
        ({"path": ".", "targets": "$(touch hacked) *"}, "unknown target"),
        ({"path": ".", "targets": "--output=text=hacked"}, "unknown target"),
        ({"path": ".", "fail_on": "error --output text=hacked"}, "invalid choice"),
    ],
)
def test_a_mistake_fails_at_once_and_no_input_is_run(
    runner: Runner, tmp_path: Path, given: dict[str, str], message: str
) -> None:
    where = project(tmp_path / "game", CLEAN)
    done = runner.run(SCAN, where, **given)
    assert done.returncode == 2
    assert message in done.stderr
    assert runner.outputs() == {}
    assert list(where.iterdir()) == [where / "main.c"]


def test_the_documented_workflow_gives_inputs_that_exist() -> None:
    assert WORKFLOW
    workflow = yaml.safe_load(WORKFLOW[1])
    job = workflow["jobs"]["portlint"]
    assert job["permissions"]["security-events"] == "write"
    (step,) = [step for step in job["steps"] if "portlint@" in step["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_manual_names_every_input() -> None:
    text = (ROOT / "docs" / "code-scanning.md").read_text()
    assert [name for name in ACTION["inputs"] if f"| `{name}` |" not in text] == []
