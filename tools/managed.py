"""What managers' pages show on `docs/screenshots`, made through the pages as a manager would."""

from collections.abc import Iterator

import httpx
from playwright.sync_api import FilePayload, Page

from tests.e2e.documents import DESK, DESK_QUESTION, LEAVE, QUESTION, UNANSWERABLE
from tests.e2e.servers import PASSWORD

TERMS = "לפטופ, מחשב נייד, laptop"
APPROVED = "אפשר להביא כלב לעבודה?"
TOLD = "כן, בימי חמישי, באישור של מנהל הצוות וברצועה."
QUESTIONS = f"""שאלה,מסמך,מילים
{QUESTION},{LEAVE},21 ימים
כמה זמן מראש מגישים בקשה לחופשה?,{LEAVE},14 ימים
{DESK_QUESTION},{DESK},כיסא
מה תקרת ההחזר על ארוחה בנסיעה?,נוהל החזר הוצאות,120
{UNANSWERABLE},,
"""
FIGURES = "admin/analytics/dailyusage/"
RUNS = "admin/analytics/evaluationrun/"
KEYS = {"מערכת הפניות": ("chat",), "דוחות להנהלה": ("analytics", "search")}
RECEIVER = "https://example.org/hooks/sicha"
JOINING = ("dana.mizrahi", "uri.cohen")


def kept_by_managers(page: Page, url: str) -> dict[str, str]:
    """Keep a glossary, an approved answer, a second version, two evaluations and what else managers keep;
    return names and addresses of pages that show them and are none of the `lists_and_forms`.
    """
    _send(page, f"{url}/admin/retrieval/glossaryentry/add/", terms=TERMS)
    _send(
        page, f"{url}/admin/retrieval/approvedanswer/add/", questions=APPROVED, answer=TOLD, state="approved"
    )
    versions = _second_version(page, url)
    _evaluated(page, url)
    _programs(page, url)
    return {
        "try-question": f"admin/retrieval/glossaryentry/try/?question={QUESTION}",
        "versions": versions,
        "questions-import": "admin/analytics/evaluationquestion/import/",
        "dashboard": f"{FIGURES}dashboard/?days=90",
        "graph": f"{FIGURES}graph/",
        "kept": "admin/conversations/hold/kept/",
        "document-new": "admin/retrieval/document/add/",
        "invitation-new": "admin/accounts/invitation/add/",
        "budget-new": "admin/accounts/budget/add/",
    }


def lists_and_forms(page: Page, url: str) -> Iterator[tuple[str, str]]:
    """Yield name and address of every list of the administration, and of the form of its first row."""
    page.goto(f"{url}/admin/")
    links = page.locator("#content-main tr[class*=model-] th a")
    for address in links.evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        name = address.strip("/").split("/")[-1]
        yield name, address[1:]
        page.goto(f"{url}{address}")
        row = page.locator("#result_list tbody th a").first
        if row.count():
            yield f"{name}-form", str(row.get_attribute("href"))[1:]


def told_of(url: str, organization: str) -> None:
    """Have two people ask to join, of which the managers are told."""
    for username in JOINING:
        wanted = {"username": username, "password": PASSWORD, "email": f"{username}@example.org"}
        sent = {**wanted, "organization": organization}
        httpx.post(f"{url}/register", json=sent, timeout=30).raise_for_status()


def _send(page: Page, address: str, **fields: str) -> None:
    page.goto(address)
    for name, value in fields.items():
        field = page.locator(f"#id_{name}")
        if name == "state":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("[name=_save]").click()
    page.locator(".messagelist .success").wait_for()


def _programs(page: Page, url: str) -> None:
    """Make keys and a webhook."""
    for name, scopes in KEYS.items():
        page.goto(f"{url}/admin/accounts/apikey/add/")
        page.locator("#id_name").fill(name)
        for scope in scopes:
            page.locator(f"[name=scopes][value={scope}]").check()
        page.locator("[name=_save]").click()
        page.locator(".shown-once").wait_for()
    page.goto(f"{url}/admin/analytics/webhook/add/")
    page.locator("#id_url").fill(RECEIVER)
    page.locator("[name=events][value='gap.answered']").check()
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()


def _second_version(page: Page, url: str) -> str:
    page.goto(f"{url}/admin/retrieval/document/")
    page.get_by_role("link", name=DESK, exact=True).click()
    content = page.locator("#id_content")
    content.fill(f"{content.input_value()}\n- מנורת שולחן.\n")
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()
    return page.url.removeprefix(f"{url}/").replace("/change/", "/versions/")


def _evaluated(page: Page, url: str) -> None:
    """Bring questions in, and evaluate twice."""
    page.goto(f"{url}/admin/analytics/evaluationquestion/import/")
    file: FilePayload = {"name": "questions.csv", "mimeType": "text/csv", "buffer": QUESTIONS.encode()}
    page.locator("#id_file").set_input_files(file)
    page.locator("#content form [type=submit]").click()
    for number in (1, 2):
        page.goto(f"{url}/{RUNS}")
        page.locator(f"form[action='/{RUNS}start/'] button").click()
        while page.locator("#result_list tbody tr").filter(has_text="%").count() < number:
            page.wait_for_timeout(500)
            page.reload()
