"""Scripts put together: the same as apart, in fewer files."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import script_packs
from tools import node

SOURCES = {
    "js/lib.js": 'import "./lib/count.js";\n',
    "js/lib/count.js": "/** Counts. */\nlet count = 0;\nexport const next = () => (count += 1);\n",
    "js/main.js": (
        'import { Page } from "./chat/page.js";\n'
        'import { next } from "./lib/count.js";\n'
        "// Every module has its own names.\n"
        "const word = `main ${next()}`;\n"
        "globalThis.said = [word];\n"
        "globalThis.ended = new Page().more();\n"
    ),
    "js/chat/page.js": (
        "import {\n  next as following,\n} from '../lib/count.js';\n".replace("'", '"')
        + "const word = () => `page ${following()}`;\n"
        "export class Page {\n"
        "  async more() {\n"
        "    said.push(word());\n"
        '    const { more } = await import("./later.js");\n'
        "    more();\n"
        "  }\n"
        "}\n"
    ),
    "js/chat/later.js": (
        'import { next } from "../lib/count.js";\n'
        'import { ending } from "./ending.js";\n'
        "export function more() {\n  said.push(`later ${next()}${ending}`);\n}\n"
    ),
    "js/chat/ending.js": 'export const ending = "!";\n',
}


def put_together(**changed: str) -> dict[str, str]:
    sources = SOURCES | {f"js/{name.replace('__', '/')}.js": text for name, text in changed.items()}
    return script_packs.put_together(sources.__getitem__)


def said_by(scripts: dict[str, str], folder: Path) -> str:
    for name, text in {**scripts, "package.json": '{"type": "module"}'}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "run.js").write_text(
        'await import("./js/main.js");\nawait ended;\nprocess.stdout.write(said.join());\n'
    )
    program, _ = node.programs(sys.executable) or pytest.skip("no Node on this machine")
    done = subprocess.run([program, "run.js"], cwd=folder, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def test_put_together_they_say_what_they_say_apart(tmp_path: Path) -> None:
    packs = put_together()
    assert sorted(packs) == ["js/chat/later.js", "js/lib.js", "js/main.js"]
    apart, together = said_by(SOURCES, tmp_path / "apart"), said_by(packs, tmp_path / "together")
    assert apart == together == "main 1,page 2,later 3!"


def test_comments_stay_at_home() -> None:
    assert not [text for text in put_together().values() if "Counts" in text or "own names" in text]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"chat__ending": "export default 1;\n"}, "cannot be put together"),
        ({"chat__ending": 'export * from "./page.js";\n'}, "cannot be put together"),
        (
            {"lib__count": 'import { a } from "./other.js";\n', "lib__other": 'import "./count.js";\n'},
            "circle",
        ),
        ({"chat__later": 'import { Page } from "./page.js";\n'}, "would be in js/main.js and in"),
    ],
)
def test_what_would_not_mean_the_same_is_refused(changed: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        put_together(**changed)


def test_our_own_pages_need_two_files_to_begin_with() -> None:
    packs = script_packs.put_together(lambda name: (settings.BASE_DIR / "static" / name).read_text())
    main = packs.pop(script_packs.MAIN)
    assert "class Chat " in main
    assert main.count("import {") == 1
    assert {"js/lib.js", "js/chat/render.js", "js/markdown/parser.js", "js/chat/rating.js"} <= set(packs)
    assert not [name for name, text in packs.items() if "class AnswerView " in text]
