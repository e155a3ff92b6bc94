"""axe-core on a page as it stands, in light and in dark."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests.e2e.servers import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Everything that axe knows, also what it holds for good practice, and the target sizes of WCAG 2.2.
RUN = """async () => {
  for (const move of document.getAnimations()) if (move instanceof CSSTransition) move.finish();
  const {violations} = await axe.run(document, {
    rules: {"target-size": {enabled: true}}, resultTypes: ["violations"]});
  return violations.flatMap(({id, nodes}) => nodes.map(({target, failureSummary, any}) =>
    [id, target.join(" "), failureSummary.split("\\n").slice(1).join(";")].join(" | ")));
}"""


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong on the page as it is now, in light and in dark; nothing moves then."""
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(_source(AXE))
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {violation}" for violation in page.evaluate(RUN)]
    return found


def _source(path: Path) -> str:
    assert path.is_file(), "axe-core is not installed; `make check` installs it"
    return f"{path.read_text(encoding='utf-8')}; undefined"
