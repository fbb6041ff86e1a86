"""What routers print, taken apart: cases from ios-facts §2, §9, §10, §13."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knockdeploy.device.answers import Answer, Answers
from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.refusals import exec_refusal, is_authorization, refusal

R1 = Prompt("R1#")
INVALID = "% Invalid input detected at '^' marker."


def answers(
    text: str, lines: Sequence[str], prompt: Prompt = R1, *, piece: int = 5, configures: bool = True
) -> tuple[Answer, ...] | None:
    """Feed ``text`` piece by piece; the answers, if its last piece completes them and no other."""
    incoming, found = Incoming(), Answers(lines, prompt, configures=configures)
    given = None
    for start in range(0, len(text), piece):
        assert given is None, f"complete before {text[start:]!r}"
        incoming.feed(text[start : start + piece])
        given = found(incoming)
    return given


def test_answers_are_matched_to_the_lines_of_one_write() -> None:
    text = (
        "class-map X\nR1(config-cmap)#match bogus\n"
        "                       ^\n% Invalid input detected at '^' marker.\n\n"
        "R1(config-cmap)#match any\nR1(config-cmap)#exit\nR1(config)#"
    )
    given = answers(text, ["class-map X", "match bogus", "match any", "exit"])
    assert given is not None
    assert [(one.line, refusal(one.text), one.mode) for one in given] == [
        ("class-map X", None, "config-cmap"),
        ("match bogus", "% Invalid input detected at '^' marker.", "config-cmap"),
        ("match any", None, "config-cmap"),
        ("exit", None, "config"),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "show cl", "show clock\n", "show clock\n*11:35:59 UTC\n", "show clock\n*11:35:59 UTC\nR"],
    ids=["nothing", "half an echo", "echo", "answer without prompt", "half a prompt"],
)
def test_incomplete_answer_is_waited_for(text: str) -> None:
    assert answers(text, ["show clock"]) is None


def test_old_prompt_behind_a_log_message_is_not_the_answer() -> None:
    text = (
        "\n*Mar  1 00:26:44.431: %SYS-5-CONFIG_I: Configured from console by vty0\nR1#"
        "show clock\n*11:35:59 UTC\nR1#"
    )
    assert answers(text[: text.index("show")], ["show clock"]) is None
    assert answers(text, ["show clock"]) == (Answer("show clock", "*11:35:59 UTC", ""),)


def test_prompt_followed_by_a_log_message_without_new_prompt_ends_the_answer() -> None:
    text = "exit\nR1(config)#\n*Mar  1 00:26:44.431: %SYS-5-CONFIG_I: Configured\n"
    assert answers(text, ["exit"], piece=len(text)) == (Answer("exit", "", "config"),)
    assert answers(text[:16], ["exit"], piece=16) == (Answer("exit", "", "config"),)


def test_prompt_like_line_inside_a_shown_configuration_ends_nothing() -> None:
    text = "show running-config\nbanner motd ^C\nR1#R2# keep out\n^C\nend\n\nR1#"
    found = answers(text, ["show running-config"])
    assert found is not None
    assert found[0].text == "banner motd ^C\nR1#R2# keep out\n^C\nend"


def test_hostname_is_cut_in_configuration_prompts() -> None:
    prompt = Prompt("branch-amsterdam-zuid-0001#")
    found = answers("exit\nbranch-amsterdam-zui(config)#", ["exit"], prompt)
    assert found is not None
    assert found[0].mode == "config"


@pytest.mark.parametrize(
    "message",
    [
        "000123: *Mar  1 00:26:44.431: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)",
        "*Oct 15 09:12:40.734: %SYS-5-CONFIG_I: Configured from console by admin on vty0",
        ".Jul 10 15:58:56.590 EDT: %SYS-5-CONFIG_I: Configured from console",
        "Apr  7 22:02:14.089: %SYS-5-CONFIG_I: Configured from console",
        "000123: %CP-5-FEATURE: Control-plane Policing feature enabled on Control plane host path",
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to flash:a-1",
        "1w2d: %HA_EM-6-LOG: EEM_Knock: opened",
        "1y23w: %HA_EM-6-LOG: EEM_Knock: opened",
        "3d04h: %HA_EM-6-LOG: EEM_Knock: opened",
        "1000042: 3d04h: %HA_EM-6-LOG: EEM_Knock: opened",
        "Nov 23 22:23:27.921 NewYork: %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/0 is up",
        "000123: .Nov  3 2024 22:23:27 CET-1: %SYS-5-CONFIG_I: Configured from console",
        "*Nov 23 22:23:27.921 Berlin: %SYS-5-RELOAD: Reload requested",
        "%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON",
        "*Mar  1 00:26:44: %C6K_PLATFORM-SP-4-CONFREG_BREAK_ENABLED: the register is bad",
        "%HA-HA_EM-4-FMPD_POLICY_NOT_EXIST : Policy file disk0:/eem/x.tcl could not be found",
        "00:00:46: %LINK-3-UPDOWN: Interface GigabitEthernet0/0, changed state to up",
    ],
)
def test_log_messages_are_no_answers(message: str) -> None:
    assert cleaned(f"{message}\n") == ""
    assert refusal(cleaned(f"% Incomplete command.\n{message}\n")) == "% Incomplete command."


def cleaned(text: str) -> str:
    incoming = Incoming()
    incoming.feed(text)
    return "\n".join((*incoming.lines, incoming.tail))


@pytest.mark.parametrize(
    "line",
    [
        " description see Nov 23 22:23:27.921: %SYS-5-CONFIG_I: there",
        ' event syslog pattern ".*%LINK-3-UPDOWN: .*"',
        "% Class-map CM_CoPP_Knock is being used",
        "ntp: %clock-is-not-synchronised",
        "***",
        "*** authorized users only ***",
    ],
)
def test_other_lines_are_no_log_messages(line: str) -> None:
    assert cleaned(f"{line}\nend\n") == f"{line}\nend\n"


@pytest.mark.parametrize(
    ("prompt", "text", "mode"),
    [
        ("R1-STP-1234#", "R1-STP-1234#", ""),
        ("R1-STP-1234#", "R1(config)#", "config"),
        ("R1 (site 12) #", "R1 (site 12) #", ""),
        ("R1 (site 12) #", "R1(config-ext-nacl)#", "config-ext-nacl"),
        ("R1(site12)#", "R1(site12)#", ""),
        ("R1#", "R1(ca-trustpoint)#", "ca-trustpoint"),
        ("R1#", "R1> ", None),
        ("R1#", "R1#x", None),
        ("R1#", "% (see config) #", None),
    ],
)
def test_prompts_are_what_was_learned_and_those_of_configuration_modes(
    prompt: str, text: str, mode: str | None
) -> None:
    assert Prompt(prompt).mode(text, configures=True) == mode
    assert Prompt(prompt).mode(text, configures=False) == (mode if mode == "" else None)


BANNER_END = "banner motd ^C\nend\n\nR1#\n^C\n"


def test_configuration_does_not_end_in_a_text_of_its_own() -> None:
    text = f"show running-config\n{BEGUN}{BANNER_END}line vty 0 4\nend\n\nR1#"
    found = answers(text, ["show running-config"], piece=1)
    assert found is not None
    assert found[0].text.endswith("line vty 0 4\nend")


def test_nothing_may_follow_the_prompt() -> None:
    assert answers("show users\nR1#\n*  2 vty 0\n", ["show users"], piece=40) is None
    assert answers("show users\nR1#\n*  2 vty 0\nR1#", ["show users"]) is not None


@pytest.mark.parametrize(
    "answer",
    [
        "% Incomplete command.",
        '% Ambiguous command:  "x"',
        "% Class-map CM_CoPP_Knock is being used",
        "%Failed to add ace to access-list",
        "% Duplicate sequence number",
        "Command authorization failed.",
        "EEM configuration: no event registered",
        "Something nobody has seen before",
    ],
)
def test_any_answer_is_a_refusal(answer: str) -> None:
    assert refusal(f"\n{answer}\n") == answer


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n\n",
        "%Warning: this may take a while",
        "Note: changes take effect at once",
        "%No specific protocol configured in class C for inspection. All protocols will be "
        "inspected",
        "% service policy PM_X not attached",
        "%entry does not exist",
        "Enter configuration commands, one per line.  End with CNTL/Z.",
        "Configuration mode locked exclusively. The lock will be cleared once you exit out of "
        "configuration mode using end/exit",
    ],
)
def test_known_warnings_are_no_refusals(answer: str) -> None:
    assert refusal(answer) is None


def test_lock_of_somebody_else_is_a_refusal() -> None:
    text = "Configuration mode locked exclusively by user 'x' process '13' from terminal '0'."
    assert refusal(text) == text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (f"     ^\n{INVALID}\n", INVALID),
        ('Translating "shwo"...\n% Unknown command', 'Translating "shwo"...'),
        ("Command authorization failed.\n", "Command authorization failed."),
        ("!\nversion 15.2\n% Invalid as a banner\n", None),
        ("%No Rollback Confirmed Change pending", None),
    ],
)  # fmt: skip
def test_exec_refusals_are_at_the_beginning(answer: str, expected: str | None) -> None:
    assert exec_refusal(answer) == expected


def test_authorization_is_told_from_syntax() -> None:
    assert is_authorization("Command authorization failed.")
    assert is_authorization("% Authorization failed.")
    assert not is_authorization("% Invalid input detected at '^' marker.")


BANNER = "banner motd ^C\nR1#\n^C\n"
BEGUN = "Building configuration...\n\nCurrent configuration : 99 bytes\n!\nversion 15.2\n"


@pytest.mark.parametrize("command", ["show running-config", "show startup-config"])
def test_prompt_alone_on_a_line_of_a_configuration_ends_nothing(command: str) -> None:
    log = "\n*Mar  1 00:26:44.431: %SYS-5-CONFIG_I: Configured from console by vty0\n"
    text = f"{command}\n{BEGUN}{BANNER}hostname R1\nend\n{log}\nR1#"
    found = answers(text, [command], piece=1)
    assert found is not None
    assert found[0].text == f"{BEGUN}{BANNER}hostname R1\nend\n".rstrip("\n")


@pytest.mark.parametrize(
    "said",
    [
        "startup-config is not present\n",
        f"     ^\n{INVALID}\n",
        "Command authorization failed.\n",
        "%Error opening nvram:/startup-config (No such file or directory)\n",
        "",
    ],
)
def test_answer_without_a_configuration_ends_at_the_prompt(said: str) -> None:
    command = "show startup-config"
    assert answers(f"{command}\n{said}\nR1#", [command]) is not None


def test_end_is_waited_for_in_configurations_alone() -> None:
    assert answers("show version\n!\nR1#", ["show version"]) is not None
