"""`make mutants`: takes out one defence after the other, and asks the tests that guard it.

    make mutants                           all of them
    make mutants ARGS="T8 T13 a-name"      those of these threats, or with these names
    make mutants ARGS="--list"             what there is

Each is tried on a copy of the checkout, in which first, with nothing taken out, all of these tests must pass.
Ends with 1 unless every mutant was killed: a survivor is a test that is missing.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tools.mutants.catalogue import Mutant, read_catalogue
from tools.mutants.trial import Copy, Result, copy_of

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "tests/mutants"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="make mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="threats (T1 to T36) or names of mutants")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument(
        "--trusting", action="store_true", help="the tests have just passed: do not run them whole"
    )
    options = parser.parse_args(arguments)
    chosen = _chosen(read_catalogue(CATALOGUE), {*options.names})
    if options.list:
        for mutant in chosen:
            print(f"{mutant.threat:<4} {mutant.name}  ({mutant.file})")
        return 0
    with tempfile.TemporaryDirectory(prefix="sicha-mutants-") as folder:
        copy = copy_of(ROOT, Path(folder))
        return (not options.trusting and _fails_whole(copy, chosen)) or _tried(copy, chosen)


def _chosen(mutants: list[Mutant], names: set[str]) -> list[Mutant]:
    known = {name for mutant in mutants for name in (mutant.name, mutant.threat)}
    if names - known:
        raise SystemExit(f"There is no mutant {', '.join(sorted(names - known))}: make mutants ARGS=--list")
    return [mutant for mutant in mutants if not names or names & {mutant.name, mutant.threat}]


def _fails_whole(copy: Copy, mutants: list[Mutant]) -> bool:
    """Run the tests with everything in its place: one that fails then would seem to notice anything."""
    run = copy.run(test for mutant in mutants for test in mutant.tests)
    if not run.red and not run.words:
        return False
    print("With nothing taken out these fail:", *sorted(run.red), run.words, sep="\n  ")
    return True


def _tried(copy: Copy, mutants: list[Mutant]) -> int:
    verdicts: Counter[str] = Counter()
    for mutant in mutants:
        began = time.monotonic()
        result = copy.try_out(mutant)
        verdicts[result.verdict] += 1
        print(f"{_told(result)} ({time.monotonic() - began:.0f} s)", flush=True)
    print(", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common()))
    return int(verdicts["killed"] != len(mutants))


def _told(result: Result) -> str:
    said = [f"{result.verdict:<9} {result.mutant.threat:<4} {result.mutant.name}"]
    said += [f"    not noticed by {test}" for test in result.green]
    return "\n".join([*said, *([f"    {result.words}"] if result.words else [])])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
