"""Help, the manual page and completion: they follow from the command line, and shells and man(1) take them."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from portlint import cli
from portlint.catalog import load_catalog
from portlint.commands.completion import SHELLS, commands_of
from portlint.commands.examples import EXAMPLES
from portlint.manual import EXIT_CODES, manual

COMMANDS = commands_of(cli.parser())
CALLS = [call for rows in EXAMPLES.values() for call, _ in rows]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The script for each shell, as the command prints it."""
    folder = tmp_path_factory.mktemp("completion")
    written = {}
    for shell in SHELLS:
        with pytest.MonkeyPatch.context() as patch:
            texts: list[str] = []
            patch.setattr("portlint.commands.completion.write_stdout", texts.append)
            assert cli.run(["completion", shell]) == 0
        written[shell] = folder / f"portlint.{shell}"
        written[shell].write_text("".join(texts))
    return written


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_eighty_columns_and_ends_with_examples(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = COMMANDS[command].format_help()
    assert [line for line in text.splitlines() if len(line) > 80] == []
    examples = text.partition("\nexamples:\n")[2]  # last, whatever else the command says below its options
    assert f"  portlint {command}" in examples or f"(portlint {command}" in examples


@pytest.mark.parametrize("call", CALLS)
def test_examples_are_understood(call: str) -> None:
    inner = re.search(r"\$\((.*)\)", call)
    words = shlex.split(re.split(" [|>] ", inner[1] if inner else call)[0])
    assert words[0] == "portlint"
    assert cli.parser().parse_args(words[1:]).command


def test_every_option_says_what_it_is_for() -> None:
    options = [(name, act) for name, command in COMMANDS.items() for act in command._actions if act.option_strings]
    assert [(name, act.option_strings) for name, act in options if not act.help] == []


@needs("man")
def test_man_renders_the_page_without_a_warning(tmp_path: Path) -> None:
    page = tmp_path / "portlint.1"
    page.write_text(manual(cli.parser()))
    command = ["man", "--warnings", "-E", "UTF-8", "-l", str(page)]
    done = subprocess.run(
        command, env={"MANWIDTH": "80", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    text = re.sub(".\b", "", done.stdout)
    assert "portlint - say what keeps a game from running as WebAssembly" in text
    for title in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "FILES", "ENVIRONMENT"):
        assert f"\n{title}\n" in text
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_the_manual_names_every_command_option_and_exit_code() -> None:
    text = manual(cli.parser()).replace("\\-", "-")
    for name, command in COMMANDS.items():
        assert f"\n.SS {name}\n" in text
        options = [option for act in command._actions for option in act.option_strings if act.dest != "help"]
        assert [option for option in options if f"\\fB{option}\\fR" not in text] == []
    assert "\n\\fBschema\\fR\n" in text, "a command of a command"
    codes = {cli.CLEAN, cli.FOUND, cli.MISTAKE, cli.BUG, cli._INTERRUPTED}
    assert {int(code) for code, _ in EXIT_CODES} == codes


def test_text_that_looks_like_a_request_is_text() -> None:
    parser = argparse.ArgumentParser("portlint", description=".so /etc/passwd")
    parser.add_subparsers().add_parser("x", help="'br \\fBx\\fR")
    page = manual(parser)
    assert "\n\\&.so /etc/passwd\n" in page
    assert "\n\\&'br \\efBx\\efR.\n" in page


def bash(script: Path, *words: str) -> list[str]:
    """What the tab key would offer for the last word."""
    line = " ".join(map(shlex.quote, words))
    code = (
        f"source {shlex.quote(str(script))}; complete -p portlint >/dev/null || exit 9\n"
        f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _shtab_portlint 2>/dev/null\n"
        "printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@needs("bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ex",), {"explain"}),
        (("scan", "--fail-on", ""), {"error", "warning", "note", "never"}),
        (("scan", "--output-format", "sa"), {"sarif"}),
        (("scan", "--target", "wasip"), {target for target in load_catalog().targets if target.startswith("wasip")}),
        (("scan", "--exit"), {"--exit-zero"}),
        (("explain", "udp-"), {"udp-socket"}),
        (("explain", "net.ud"), {"net.udp"}),
        (("explain", "steamw"), {"steamworks"}),
        (("targets", "godot-"), {"godot-web", "godot-web-threads"}),
        (("completion", ""), set(SHELLS)),
        (("config", "ch"), {"check"}),
    ],
)
def test_bash(scripts: dict[str, Path], words: tuple[str, ...], offered: set[str]) -> None:
    assert {word for word in bash(scripts["bash"], "portlint", *words) if word[0] != "-" or words[-1]} >= offered
    if words[-1]:
        assert all(word.startswith(words[-1]) for word in bash(scripts["bash"], "portlint", *words))


@needs("fish")
@pytest.mark.parametrize(
    ("line", "offered"),
    [("portlint ex", "explain"), ("portlint explain udp-", "udp-socket"), ("portlint scan --target wasip", "wasip2")],
)
def test_fish(scripts: dict[str, Path], line: str, offered: str) -> None:
    command = ["fish", "--no-config", "-c", f"source {scripts['fish']}; complete -C {shlex.quote(line)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert offered in {row.partition("\t")[0] for row in done.stdout.splitlines()}
    assert done.stderr == ""


@needs("zsh")
def test_zsh(scripts: dict[str, Path], tmp_path: Path) -> None:
    """A script of zsh is loaded, and is what completes the command."""
    start = f'autoload -Uz compinit && compinit -u -d {tmp_path}/dump; eval "$(<{scripts["zsh"]})"'
    code = f"{start}; print -r -- $_comps[portlint] $+functions[$_comps[portlint]]"
    done = subprocess.run(["zsh", "-f", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "_shtab_portlint 1"
    assert done.stderr == ""
