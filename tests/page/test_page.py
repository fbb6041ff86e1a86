"""What the page says: counts, keys, rules and courses; and that what is on a router stays text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.formats import text_of
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.page.model import Page, Title
from knockdeploy.report.page.trend import Day, chart
from knockdeploy.store.findings import DayOfChecks, Past, Spell

from .fleet import ACL, HOLE, SILENT, check

TITLE = Title("check", "20260102T030405Z-0af9", "2026-01-02T03:04:05Z")
BAD = CheckOutcome("drifted", (HOLE,))


def spell(host: str, first: str, last: str, *, is_gone: bool = False) -> Spell:
    what = (HOLE.rule, HOLE.severity, HOLE.message, HOLE.line, HOLE.parents)
    return Spell(host, *what, f"{first}T06:00:00", f"{last}T06:00:00", is_gone, times=1)


def test_what_could_not_be_measured_is_neither_well_nor_not() -> None:
    hosts: dict[str, Outcome] = {
        "a": CheckOutcome("compliant"),
        "b": BAD,
        "c": CheckOutcome("failed", error=SILENT),
    }
    page = Page.of(TITLE, hosts, {name: {"site": ("x" if name == "a" else "y",)} for name in hosts})
    assert page.well == (1, 3)
    assert [(each.name, dict(each.tones)) for each in page.statuses] == [
        ("drifted", {"bad": 1}),
        ("failed", {"unknown": 1}),
        ("compliant", {"good": 1}),
    ]
    assert [(each.name, dict(each.tones)) for each in page.keys["site"]] == [
        ("y", {"bad": 1, "unknown": 1}),
        ("x", {"good": 1}),
    ]
    assert [(each.name, each.severity, each.n_routers) for each in page.rules] == [
        ("access-list", "error", 1),
        ("unreachable", "not measured", 1),
    ]


def test_a_finding_has_its_days_and_those_that_are_gone_are_told_apart() -> None:
    spells = (
        spell("b", "2026-01-01", "2026-01-03"),
        spell("b", "2025-12-30", "2025-12-31", is_gone=True),
    )
    days = tuple(
        DayOfChecks(date, {"compliant": 1})
        for date in ("2025-12-30", "2025-12-31", "2026-01-01", "2026-01-03")
    )
    page = Page.of(TITLE, {"b": BAD}, {}, Past(spells, days))
    (router,), (rule,) = page.routers, page.rules
    assert router.found[0].spell is spells[0]
    assert router.gone == spells[1:]
    assert (router.since, rule.first_seen, rule.last_seen) == (
        "2026-01-01",
        "2026-01-01",
        "2026-01-03",
    )
    assert rule.strip is not None
    assert [(bar.x, bar.height) for bar in rule.strip.bars] == [(0, 1), (1, 1), (2, 1), (4, 1)]


def test_a_rule_is_told_since_when_the_first_router_has_what_it_finds() -> None:
    spells = (spell("a", "2026-01-02", "2026-01-03"), spell("b", "2026-01-01", "2026-01-02"))
    (rule,) = Page.of(TITLE, {"a": BAD, "b": BAD}, {}, Past(spells)).rules
    assert (rule.first_seen, rule.last_seen) == ("2026-01-01", "2026-01-03")


def test_doors_that_were_probed_are_counted_and_told() -> None:
    page = Page.of(TITLE, check(200).hosts, {})
    assert [(each.name, each.word, dict(each.tones)) for each in page.doors] == [
        ("did not do what it should", "door:failed", {"bad": 1}),
        ("no knock got there", "door:unreached", {"unknown": 1}),
        ("opened to its knock alone", "door:door", {"good": 192}),
    ]
    well = next(each for each in page.routers if each.door == "door")
    assert well.facts == (("proof", "door, from 198.51.100.7"),)
    assert well.seen == ()
    deaf = next(each for each in page.routers if each.door == "failed")
    assert deaf.seen == (("the door shut", "wrong knock", "no entry"),)
    assert "door:door" in well.words.split()
    assert Page.of(TITLE, {"b": BAD}, {}).doors == []


def test_a_finding_that_comes_and_goes_is_told_and_found_by_the_filter() -> None:
    often = replace(spell("b", "2026-01-03", "2026-01-03"), times=4)
    hosts: dict[str, Outcome] = {"a": BAD, "b": BAD}
    text = text_of("html", FleetCheck(TITLE.run, hosts, {}, Past((often,))))
    assert text.count("comes and goes: 4 times in 30 days") == 1
    page = Page.of(TITLE, hosts, {}, Past((often,)))
    assert [each.name for each in page.routers if "is:flapping" in each.words.split()] == ["b"]


def test_a_chart_stands_on_its_ground_and_leaves_gaps() -> None:
    drawn = chart([Day("2026-02-27", {"bad": 2, "unknown": 1}), Day("2026-03-02", {"bad": 1})])
    assert drawn is not None
    assert (drawn.width, drawn.height) == (4, 3)
    assert [(bar.x, bar.y, bar.height, bar.tone) for bar in drawn.bars] == [
        (0, 1, 2, "bad"),
        (0, 0, 1, "unknown"),
        (3, 2, 1, "bad"),
    ]
    assert chart([Day("2026-02-27", {"bad": 2})]) is None


class Tags(HTMLParser):
    """Every tag, and every id."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]


def test_what_a_router_holds_is_text() -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    finding = Finding("access-list", "error", evil, f"remark {evil}", (*ACL, evil))
    outcome = CheckOutcome("drifted", (finding,), f"+ remark {evil}\n")
    plain, hurt = Tags(), Tags()
    plain.feed(text_of("html", FleetCheck(TITLE.run, {"r1": BAD}, {"r1": {"site": ("x",)}})))
    fleet = FleetCheck(TITLE.run, {evil: outcome}, {evil: {"site": (evil,)}})
    text = text_of("html", fleet)
    hurt.feed(text)
    assert set(hurt.tags) - set(plain.tags) <= {"pre", "ins", "span"}
    assert hurt.tags.count("script") == plain.tags.count("script") == 1
    assert html.escape(evil, quote=False).split("&")[1] in text


def test_no_two_things_have_one_id_whatever_routers_are_called() -> None:
    names = (":find", ":list", "a b", "a%20b", "rules", "é")
    hosts: dict[str, Outcome] = dict.fromkeys(names, BAD)
    tags = Tags()
    tags.feed(text_of("html", FleetCheck(TITLE.run, hosts)))
    assert len(tags.ids) == len(set(tags.ids))


def test_every_word_of_the_filter_is_a_word() -> None:
    page = Page.of(TITLE, {"r1": replace(BAD)}, {"r1": {"site": ("New  York",)}})
    assert "site:new_york" in page.routers[0].words.split(" ")


def test_2000_routers_are_no_burden_to_a_mailbox() -> None:
    text = text_of("html", check(2000))
    assert len(text) < 1_500_000
    assert not re.search(r"(src|href)=\"?(https?:)?//", text)
