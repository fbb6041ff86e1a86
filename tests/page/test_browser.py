"""The page in Chromium: what one does with it, by mouse, by keys, and without a script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.formats import text_of

from .fleet import RUN, check

MANY = 2000
FILTER_MS = 100
"""What is answered within this is felt as at once."""

CONTRAST = """() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => {
    const [r, g, b] = rgb.match(/[0-9.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = (each) => {
    for (; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!colour.endsWith(", 0)")) return light(colour);
    }
    return 1;
  };
  document.getElementById("branch-7").open = true;
  const texts = "header *, .counts *, .columns *, form *, #branch-7 *, #branch-167 *, footer";
  return [...document.querySelectorAll(texts)]
    .filter((each) => each.innerText?.trim() && each.checkVisibility())
    .map((each) => {
      const [a, b] = [light(getComputedStyle(each).color), ground(each)];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), each.outerHTML.slice(0, 99)];
    });
}"""
"""WCAG's ratio of each text to what it stands on, and what that is."""


FILTERED = """async () => {
  const find = document.getElementById(":find"), took = [];
  for (const words of ["b", "branch-1", "permit", "status:drifted", "site:zug 9", ""]) {
    const began = performance.now();
    find.value = words;
    find.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - began);
  }
  return took;
}"""
"""How many milliseconds each of some filters takes."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page_file = tmp_path_factory.mktemp("mail") / "check.html"
    page_file.write_text(text_of("html", check(MANY)), encoding="utf-8")
    return page_file


@pytest.fixture
def requests() -> list[str]:
    return []


@pytest.fixture
def page(chromium: Browser, page_file: Path, requests: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: requests.append(f"error: {error}"))
    page.on("console", lambda message: requests.append(f"console: {message.text}"))
    page.goto(page_file.as_uri())
    yield page
    context.close()


def visible(page: Page) -> list[str]:
    names: list[str] = page.eval_on_selector_all(
        ".router:not([hidden]) > summary .name", "all => all.map(each => each.textContent)"
    )
    return names


def test_it_is_whole_by_itself_and_no_policy_is_broken(
    page: Page, page_file: Path, requests: list[str]
) -> None:
    page.locator("#branch-7 summary").first.click()
    page.get_by_label("Filter").fill("branch-7")
    page.locator(".sort button").first.click()
    assert requests == [page_file.as_uri()]
    assert RUN in page.inner_text("header")
    assert page.inner_text("h1") == "1,930 of 1,990 routers compliant"


def test_what_needs_somebody_comes_first(page: Page) -> None:
    statuses = page.eval_on_selector_all(
        ".router .status", "all => [...new Set(all.map(each => each.textContent))]"
    )
    assert statuses == ["drifted", "failed", "compliant", "unmanaged"]


def test_a_link_leads_to_a_router_and_opens_it(page: Page, page_file: Path) -> None:
    page.goto(f"{page_file.as_uri()}#branch-207")
    page.wait_for_function("document.getElementById('branch-207').open")
    assert page.evaluate("document.activeElement.parentElement.id") == "branch-207"
    body = page.locator("#branch-207 .body")
    assert "5 permit tcp any any eq 22" in body.inner_text()
    assert body.locator("ins").first.inner_text().startswith("+ event manager applet")


@pytest.mark.parametrize("name", ["2001:db8::7", "Leeds r1", "100%", "b\u00fcro-1"])
def test_a_name_typed_behind_the_address_leads_to_its_router(
    chromium: Browser, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "check.html"
    hosts = {name: CheckOutcome("compliant"), "other": CheckOutcome("compliant")}
    file.write_text(text_of("html", FleetCheck(RUN, hosts, {})), encoding="utf-8")
    page = chromium.new_page()
    page.goto(f"{file.as_uri()}#{name}")
    page.wait_for_function("document.querySelector('.router[open] .name') !== null")
    assert page.locator(".router[open] .name").all_inner_texts() == [name]
    page.goto(f"{file.as_uri()}#nobody")
    wait_for_filter(page, "nobody")
    assert visible(page) == []
    assert page.get_by_text("No router matches.").is_visible()
    page.close()


def test_the_name_of_a_rule_is_never_broken(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 800})
    page.evaluate("for (const each of document.querySelectorAll('.bad.router')) each.open = true")
    lines = page.eval_on_selector_all(
        ".bad.router .found td:nth-child(2)",
        """all => all.map(each => {
          const words = document.createRange();
          words.selectNodeContents(each);
          return words.getClientRects().length;
        })""",
    )
    assert lines
    assert set(lines) == {1}


def wait_for_filter(page: Page, words: str) -> None:
    """A link changes the address; the page hears of it later."""
    page.wait_for_function("words => document.getElementById(':find').value === words", arg=words)


def test_a_count_a_site_and_a_rule_filter_the_routers(page: Page) -> None:
    page.locator(".counts a", has_text="failed").click()
    wait_for_filter(page, "status:failed")
    assert set(visible(page)) == {f"branch-{at}" for at in range(167, MANY, 200)}
    page.get_by_role("link", name="New York").click()
    wait_for_filter(page, "site:new_york")
    assert len(visible(page)) == MANY // 10
    page.go_back()
    wait_for_filter(page, "status:failed")
    page.get_by_role("link", name="applet", exact=True).click()
    wait_for_filter(page, "rule:applet")
    assert visible(page) == [f"branch-{at}" for at in range(7, MANY, 200)]


def test_keys_are_enough(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("EQ 22 branch-7")
    assert visible(page) == ["branch-7"]
    assert page.locator("output").inner_text() == "1 of 2,000"
    page.keyboard.press("Escape")
    assert len(visible(page)) == MANY
    page.locator("#branch-7 > summary").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('branch-7').open")


def test_a_column_sorts_and_sorts_back(page: Page) -> None:
    by_name = page.get_by_role("button", name="name")
    by_name.click()
    assert visible(page)[:2] == ["branch-1", "branch-2"]
    assert by_name.get_attribute("aria-pressed") == "true"
    by_name.click()
    assert visible(page)[0] == f"branch-{MANY}"


def test_a_filter_of_2000_routers_answers_at_once(page: Page) -> None:
    """To the next frame that shows it; the first word also reads every router's text.

    On a busy machine it is asked again: what is slow never does.
    """
    medians = (median(page.evaluate(FILTERED)) for _ in range(10))
    assert any(took_ms < FILTER_MS for took_ms in medians)


def test_without_a_script_it_can_be_read(chromium: Browser, page_file: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.get_by_label("Filter").is_hidden()
    page.locator("#branch-7 > summary").click()
    assert "EEM_Knock" in page.locator("#branch-7 .body").inner_text()
    context.close()


@pytest.mark.parametrize("width", [400, 1000, 1900])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("#branch-7 > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_what_is_not_well_is_open(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert "EEM_Knock" in page.locator("#branch-7 .diff").inner_text()
    assert page.get_by_label("Filter").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(page: Page, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # of its own words
    ratios = page.evaluate(CONTRAST)
    assert min(ratios)[0] >= 4.5, min(ratios)
