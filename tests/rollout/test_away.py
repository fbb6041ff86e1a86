"""A turn on another machine, and its home: what is kept where, who may begin, what is given up."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.change.job import Job
from knockdeploy.device.hostkeys import KnownHosts
from knockdeploy.errors import InputError, LockedError
from knockdeploy.inventory import Settings
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.coordinator import Home
from knockdeploy.rollout.payload import Parcel
from knockdeploy.rollout.remote_turn import FilesAtHome, HomeLostError, StopAtHome, take
from knockdeploy.rollout.turn import Turn, WorkerLostError
from knockdeploy.store.images import Images, Quirk
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir
from knockdeploy.tasks.deploy import deploy

T = TypeVar("T")
RUN = "20261127T000000Z-0000"


def copied(value: T) -> T:
    """Return what comes out at the other end."""
    there: T = pickle.loads(pickle.dumps(value))  # noqa: S301
    return there


class Wire:
    """What pickles goes through, as between machines."""

    def __init__(self, home: Home, number: int) -> None:
        self._home, self._number = home, number

    def tell(self, what: str, *words: object) -> None:
        self.ask(what, *words)

    def ask(self, what: str, *words: object) -> Any:
        try:
            return copied(self._home.answer(self._number, what, copied(words)))
        except (Exception, HomeLostError) as error:  # noqa: BLE001  # as any comes there
            raise copied(error) from None


class Place:
    """Who started the run, and the turns that went out."""

    def __init__(self, folder: Path) -> None:
        self.state = StateDir(folder / "home")
        self.told: list[tuple[str, str]] = []
        self.job = Job(
            {}, Settings(), self.state, Run(self.state, RUN), tell=lambda *w: self.told.append(w)
        )
        self.home = Home(self.job, KnownHosts(folder / "known_hosts"))

    def out(self, number: int = 1) -> tuple[Wire, Future[Outcome]]:
        return Wire(self.home, number), self.home.expect(number)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_turn_leaves_the_process_without_what_is_of_it_alone(place: Place) -> None:
    job = replace(place.job, intents={"r1": None, "r2": None})
    parcel = copied(Parcel.of(Turn(Host("r1"), Config(), deploy, job)))
    turn = parcel.unpacked(tell=print)
    assert (turn.host.name, turn.verb, turn.job.tell) == ("r1", deploy, print)
    assert dict(turn.job.intents) == {"r1": None}


def test_what_a_turn_keeps_is_kept_at_home(place: Place, tmp_path: Path) -> None:
    wire, _ = place.out()
    away = StateDir(tmp_path / "elsewhere", FilesAtHome(wire.ask))
    assert away.key() == place.state.key() == away.key()
    away.remember_outside("r1", "203.0.113.10")
    assert place.state.outside("r1") == "203.0.113.10"
    assert Run(away, RUN).note("r1", Event.ARMED) is None
    assert [each.event for each in Run(place.state, RUN).events] == ["armed"]
    assert away.files.names("outside") == ["r1.address"]
    assert away.files.has("key")
    away.files.forget("key")
    assert not place.state.files.has("key")
    assert not (tmp_path / "elsewhere").exists()


def test_what_turns_learn_is_added_to_what_others_learned_meanwhile(place: Place) -> None:
    wire, _ = place.out()
    files = FilesAtHome(wire.ask, wire.ask("begin", "one"))
    there, here = Images(StateDir(place.state.path, files)), Images(place.state)
    here.remember(Quirk.NO_DECOYS, "15.2(4)M6")
    there.remember(Quirk.NO_DECOYS, "15.1(3)T1")
    for images in (here, there):
        assert images.has(Quirk.NO_DECOYS, "15.2(4)M6")
        assert images.has(Quirk.NO_DECOYS, "15.1(3)T1")


def test_what_each_turn_reads_comes_with_its_beginning(place: Place) -> None:
    Images(place.state).remember(Quirk.NO_DECOYS, "15.2(4)M6")
    key = place.state.key()
    wire, _ = place.out()
    known = wire.ask("begin", "one")

    def asks_no_more(what: str, *_words: object) -> None:
        raise AssertionError(what)

    there = StateDir(place.state.path, FilesAtHome(asks_no_more, known))
    assert there.key() == key
    assert Images(there).has(Quirk.NO_DECOYS, "15.2(4)M6")
    assert not Images(there).accepted()


def test_a_damaged_state_folder_stops_no_turn_before_it_reads(place: Place) -> None:
    (place.state.path / "images.yaml").mkdir(parents=True)
    wire, _ = place.out()
    files = FilesAtHome(wire.ask, wire.ask("begin", "one"))
    with pytest.raises(InputError, match="cannot be used"):
        Images(StateDir(place.state.path, files)).has(Quirk.NO_DECOYS, "15.2(4)M6")


def test_what_cannot_be_kept_at_home_is_told_as_here(place: Place, tmp_path: Path) -> None:
    place.state.path.write_text("")  # no folder
    wire, _ = place.out()
    with pytest.raises(InputError, match=r"the state folder cannot be used: .*state_dir"):
        StateDir(tmp_path, FilesAtHome(wire.ask)).files.write("x", b"")


def test_router_is_locked_at_home_until_its_turn_is_over(place: Place) -> None:
    wire, future = place.out()
    state = StateDir(place.state.path, FilesAtHome(wire.ask))
    second = Job({}, Settings(), place.state, Run(place.state, "another"))
    there = Job({}, Settings(), state, Run(state, RUN))
    with there.alone_at("r1"), pytest.raises(LockedError, match=RUN), second.alone_at("r1"):
        pass
    wire.ask("end", Outcome("deployed"))
    assert future.result(0).status == "deployed"
    other, _ = place.out(2)
    state = StateDir(place.state.path, FilesAtHome(other.ask))
    third = Job({}, Settings(), state, Run(state, RUN))
    with second.alone_at("r1"), pytest.raises(LockedError, match="another"), third.alone_at("r1"):
        pass


def test_turn_is_begun_once_whoever_is_given_it(place: Place) -> None:
    wire, future = place.out()
    wire.ask("begin", "one")
    take(b"never looked at", "another", wire.ask, wire.tell)
    place.home.lose_all("another")
    assert not future.done()


def lost(place: Place) -> None:
    place.home.lose(1)


def ended(place: Place) -> None:
    Wire(place.home, 1).ask("end", Outcome("deployed"))


@pytest.mark.parametrize("over", [lost, ended])
def test_turn_that_is_over_gets_no_answer_and_keeps_nothing(
    place: Place, over: Callable[[Place], None]
) -> None:
    wire, future = place.out()
    wire.ask("begin", "one")
    wire.ask("hold", "locks/r1.lock", RUN)
    over(place)
    assert future.done()
    with pytest.raises(HomeLostError):
        wire.ask("append", f"runs/{RUN}/events.jsonl", b"{}\n")
    assert not place.state.files.has(f"runs/{RUN}/events.jsonl")
    assert not place.state.files.is_held("locks/r1.lock")


def test_turns_of_a_worker_that_is_lost_are_told(place: Place) -> None:
    futures = [place.out(number)[1] for number in (1, 2, 3)]
    Wire(place.home, 1).ask("begin", "one")
    Wire(place.home, 2).ask("begin", "two")
    place.home.lose_all("one")
    assert [each.done() for each in futures] == [True, False, False]
    with pytest.raises(WorkerLostError):
        futures[0].result()
    place.home.lose_all()
    assert all(each.done() for each in futures)


def test_stop_is_that_of_home(place: Place) -> None:
    wire, _ = place.out()
    stop = StopAtHome(wire.ask)
    assert not stop.wait(0)
    place.job.stop.set()
    assert stop.wait(60)
