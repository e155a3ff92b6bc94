"""What no text may make a page do, and how that is seen."""

from playwright.sync_api import Dialog, Page

# Elements and attributes that no page of ours has, so that a text must have made them.
_MADE = """origin => [...document.querySelectorAll("*")].filter(element => {
  const ownSteps = ".steps__picture, .steps a[href^='otpauth:']";
  if (location.pathname === "/accounts/second-step/set-up/" && element.matches(ownSteps)) return false;
  if (element.localName === "script" && !element.src && element.type !== "application/json") return true;
  if (element.matches("iframe, object, embed, base, marquee, video, audio, [srcdoc], [ping]")) return true;
  if (element.matches("meta[http-equiv]")) return true;
  return [...element.attributes].some(({name: attribute, value}) => {
    if (/^on/iu.test(attribute)) return true;
    if (!/^(src|poster|data|background|href|action|formaction|xlink:href)$/iu.test(attribute)) return false;
    const {href, protocol} = new URL(value, origin);
    if (/^(src|poster|data|background)$/iu.test(attribute)) return !href.startsWith(origin);
    return !["http:", "https:", "mailto:"].includes(protocol);
  });
}).map(element => element.outerHTML.slice(0, 200))"""


class Watch:
    """What a page did that no text may make it do."""

    def __init__(self, page: Page, *, origin: str) -> None:
        self.executed: list[str] = []
        self.asked: list[str] = []
        page.on("dialog", self._executed)
        page.on("request", lambda request: self._asked(request.url, origin))

    def _executed(self, dialog: Dialog) -> None:
        self.executed.append(dialog.message)
        dialog.dismiss()

    def _asked(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:")):
            self.asked.append(url)


def made_of_text(page: Page, origin: str) -> list[str]:
    """Return the elements that only a text can have made."""
    found: list[str] = page.evaluate(_MADE, origin)
    return found
