"""Take `docs/screenshots`: every page and state, on a phone and on a desk, light and dark.

    python -m tools.screenshots

It starts a product of its own, which answers by quoting, and takes it down again.
"""

import io
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.e2e.chat import ChatPage
from tests.e2e.documents import DOCUMENTS, QUESTION, UNANSWERABLE
from tests.e2e.figures import write_figures
from tests.e2e.servers import ROOT, Product
from tools.managed import kept_by_managers, lists_and_forms, told_of
from tools.states import Shoot, losses, opened_over

ORGANIZATION, MANAGER, NAME = "עיריית הדוגמה", "noa.levi", "נועה לוי"
FOLDER = ROOT / "docs/screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
COLOURS = 128  # of a picture; pages have few, and there are hundreds of pictures
FONTS = "Promise.all([...document.fonts].map((face) => face.load())).then(() => document.fonts.ready)"
OFFER = "הצעת המחיר של ספק הצבעים היא ארבעים אלף שקלים, ותוקף ההצעה הוא עד סוף החודש."
FILES = ("הצעת מחיר v2 (סופי).txt", "Annual report 2026 – final version for the board.txt")
FOR_EVERYBODY = {
    "login": "accounts/login/",
    "register": "accounts/register/",
    "statement": "accessibility/",
    "password-reset": "accounts/password-reset/",
    "password-reset-sent": "accounts/password-reset/sent/",
    "password-reset-invalid": "accounts/password-reset/MQ/none/",
}
PLACES = {
    "archive": "?archived=1",
    "missing": "c/00000000-0000-4000-8000-000000000000/",
    "no-network": "offline/",
}
OWN = {
    "admin": "admin/",
    "profile": "accounts/profile/",
    "sign-ins": "accounts/sign-ins/",
    "second-step": "accounts/second-step/state/",
    "second-step-new": "accounts/second-step/set-up/",
    "password-change": "accounts/password-change/",
    "notifications": "notifications/",
    "notification-settings": "notifications/settings/",
    "readings": "readings/",
}


def main() -> None:
    """Take them all."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="sicha-screens-") as home,
        Product(Path(home)) as product,
        sync_playwright() as playwright,
    ):
        person = product.organization(ORGANIZATION, DOCUMENTS, username=MANAGER)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        context = browser.new_context(locale="he-IL")
        chat = ChatPage(context.new_page(), product.url)
        chat.log_in(person)
        called(chat.page, product.url, NAME)
        managed = kept_by_managers(chat.page, product.url)
        write_figures(product, person)
        told_of(product.url, ORGANIZATION)
        managed |= dict(lists_and_forms(chat.page, product.url))
        session = context.storage_state()
        for size in SIZES:
            for scheme in SCHEMES:
                take_all(browser, product.url, session, (size, scheme), OWN | managed | PLACES)


def take_all(
    browser: Browser, url: str, session: StorageState, look: tuple[str, str], managed: dict[str, str]
) -> None:
    """Take every page in one size and one scheme; `managed` are those of a manager by name."""
    size, scheme = look
    width, height = SIZES[size]
    options = {
        "locale": "he-IL",
        "reduced_motion": "reduce",
        "color_scheme": scheme,
        "viewport": {"width": width, "height": height},
    }

    def shoot(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate(f"{FONTS}.then(() => null)")  # not yet loaded, they are shown in another face
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        picture.quantize(COLOURS).save(FOLDER / f"{name}-{size}-{scheme}.png", optimize=True)

    stranger = browser.new_context(**options)  # type: ignore[arg-type]
    visit(stranger, url, FOR_EVERYBODY, shoot)
    english = browser.new_context(storage_state=session, **options)  # type: ignore[arg-type]
    in_english(english.new_page(), url, shoot)
    known = browser.new_context(storage_state=session, **options)  # type: ignore[arg-type]
    visit(known, url, managed, shoot)
    talk(ChatPage(known.new_page(), url), shoot)
    for context in (stranger, english, known):
        context.close()


def called(page: Page, url: str, name: str) -> None:
    """Give whoever is logged in a name."""
    page.goto(f"{url}/accounts/profile/")
    page.locator("[name=display_name]").fill(name)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_load_state()


def in_english(page: Page, url: str, shoot: Shoot) -> None:
    """Show the chat and a page of managers to a browser that has chosen English."""
    page.goto(f"{url}/{OWN['profile']}")
    page.get_by_role("button", name="English").click()
    for name, path in {"english": "", "english-admin": OWN["admin"]}.items():
        page.goto(f"{url}/{path}")
        shoot(page, name)


def visit(context: BrowserContext, url: str, paths: dict[str, str], shoot: Shoot) -> None:
    page = context.new_page()
    for name, path in paths.items():
        page.goto(f"{url}/{path}")
        shoot(page, name)


def talk(chat: ChatPage, shoot: Shoot) -> None:
    """Go through a conversation and what opens beside it."""
    page = chat.page
    chat.open()
    shoot(page, "empty")
    page.locator(".menu__button").click()
    shoot(page, "menu")
    page.keyboard.press("Escape")
    page.locator("[data-part=bell-button]").click()
    page.locator("[data-part=bell-list] .news__link").first.wait_for()
    shoot(page, "bell")
    page.keyboard.press("Escape")
    chat.ask(QUESTION)
    chat.wait_for_end()
    shoot(page, "answer")
    chat.answer.locator(".cite a").first.click()
    chat.panel.locator("mark").first.wait_for()
    shoot(page, "source")
    page.keyboard.press("Escape")
    chat.ask(UNANSWERABLE)
    chat.wait_for_end("refused")
    shoot(page, "refusal")
    page.keyboard.press("Control+/")
    shoot(page, "shortcuts")
    opened_over(chat, shoot)
    files(chat, shoot)
    losses(chat, shoot)


def files(chat: ChatPage, shoot: Shoot) -> None:
    """Ask about a file of one's own, in a conversation that the file begins."""
    chat.open()
    sent = [{"name": name, "mimeType": "text/plain", "buffer": OFFER.encode()} for name in FILES]
    chat.page.locator("[data-part=file-picker]").set_input_files(sent)  # type: ignore[arg-type]
    chat.page.locator("[data-part=files] .file[data-state=indexed]").nth(len(FILES) - 1).wait_for()
    chat.ask("מה תוקף ההצעה של ספק הצבעים?")
    chat.wait_for_end()
    shoot(chat.page, "files")
    program = {"name": "התקנה.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    chat.page.locator("[data-part=file-picker]").set_input_files(program)  # type: ignore[arg-type]
    chat.page.locator("[data-part=files] .file[data-state=failed]").wait_for()
    shoot(chat.page, "file-failed")
    chat.page.locator("[data-action=remove-file]").first.click()
    shoot(chat.page, "file-removal")
    chat.page.keyboard.press("Escape")


if __name__ == "__main__":
    main()
