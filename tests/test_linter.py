"""The linter refuses what makes code of data; what it is told to look for stands in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS_DATA = (
    "a = pickle.loads(b'')",
    "b = eval('1')",
    "exec('1')",
    "c = yaml.load('', Loader=yaml.Loader)",
    "d = subprocess.run('ls', shell=True)",
    "e = mark_safe(input())",
)
IMPORTS = "import pickle, subprocess, yaml\nfrom django.utils.safestring import mark_safe\n"


def test_what_makes_code_of_data_is_refused() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename"]
    said = subprocess.run(
        [*command, "chatbot/example.py", "-"],
        cwd=ROOT,
        input=IMPORTS + "\n".join(RUNS_DATA),
        capture_output=True,
        text=True,
    ).stdout
    found = {int(line.split(":")[1]) for line in said.splitlines() if re.search(r": S\d+ ", line)}
    first = IMPORTS.count("\n") + 1
    assert found >= set(range(first, first + len(RUNS_DATA)))
