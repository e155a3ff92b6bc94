"""Firefox as the operating system has it, driven by WebDriver BiDi: https://w3c.github.io/webdriver-bidi/.

Playwright drives only a Firefox of its own. What the tests need of a page is small, so it is said here in the
protocol itself: go somewhere, evaluate, press keys, and hear of every error.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox") or ""
START_SECONDS = 120
ANSWER_SECONDS = 60
ENTER, ESCAPE = "\ue007", "\ue00c"  # as WebDriver names those keys
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# Hebrew first, and nothing asked of the network that no test has asked.
_PREFERENCES = {
    "intl.accept_languages": "he-IL,he",
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}

# Waits within the page, so that nothing is asked again and again over the wire.
_UNTIL = """async (wanted) => {
  const found = () => document.querySelector(wanted);
  while (!found()) await new Promise((done) => requestAnimationFrame(done));
  return true;
}"""


class FirefoxError(AssertionError):
    """The browser refused a command, or a page's script threw."""


class Firefox:
    """`with Firefox(folder) as firefox: firefox.goto(…)`: one window, its profile in the folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._log = home / "firefox.log"
        self._count = 0
        self.problems: list[str] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            opened.enter_context(self._running())
            self._connection = opened.enter_context(self._connected())
            self._send("session.new", capabilities={})
            self._send("session.subscribe", events=["log.entryAdded"])
            tree = self._send("browsingContext.getTree")
            self._context = tree["contexts"][0]["context"]
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def goto(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, script: str, argument: Any = None, /) -> Any:
        """Return what a function of the page returns, as JSON can say it."""
        called = self._send(
            "script.callFunction",
            functionDeclaration=f"async (said) => JSON.stringify(await ({script})(JSON.parse(said)) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if called["type"] != "success":
            raise FirefoxError(called["exceptionDetails"]["text"])
        return json.loads(called["result"]["value"])

    def wait_for(self, selector: str) -> None:
        """Wait until the page has such an element."""
        self.evaluate(_UNTIL, selector)

    def focus(self, selector: str) -> None:
        self.evaluate("(wanted) => document.querySelector(wanted).focus()", selector)

    def write(self, selector: str, text: str) -> None:
        """Type a text into a field, key by key."""
        self.focus(selector)
        self.press(*text)

    def press(self, *keys: str) -> None:
        """Press and release each key where the focus is; a text is a key for each of its characters."""
        strokes = [{"type": stroke, "value": key} for key in keys for stroke in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self._send("input.performActions", context=self._context, actions=actions)

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        profile = self._home / "profile"
        profile.mkdir(parents=True)
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()
        )
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        arguments = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
        environment = {**os.environ, "HOME": str(self._home), "MOZ_CRASHREPORTER_DISABLE": "1"}
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                [FIREFOX, *arguments], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                yield
            finally:
                process.terminate()
                process.wait(timeout=30)

    def _connected(self) -> ClientConnection:
        """Connect to where the browser says that it listens."""
        deadline = time.monotonic() + START_SECONDS
        while not (found := _LISTENS.search(self._log.read_text(errors="replace"))):
            if time.monotonic() > deadline:
                raise FirefoxError(self._log.read_text(errors="replace"))
            time.sleep(0.1)
        return connect(f"{found[1]}/session", max_size=None, open_timeout=START_SECONDS)

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        self._connection.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._connection.recv(timeout=ANSWER_SECONDS))
            if said["type"] == "event":
                self._remember(said["params"])
            elif said.get("id") == self._count:
                if said["type"] == "error":
                    raise FirefoxError(f"{method}: {said['error']}: {said['message']}")
                return dict(said["result"])

    def _remember(self, entry: dict[str, Any]) -> None:
        if entry.get("level") == "error":
            self.problems.append(str(entry.get("text")))
