"""The demo on virtual routers: the whole story, or how the proof catches a broken recipe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from knockdeploy.cli.console import Console
from knockdeploy.cli.demo import chapters, sabotage
from knockdeploy.cli.demo.ingredients import USUAL, Ingredients
from knockdeploy.cli.demo.narrator import Story
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import IOS_XE
from knockdeploy.lab.fabric import LabOptions, fabric

_N_ROUTERS = 3  # one of each kind that the lab starts with


def demo(console: Console, sabotage_word: str | None, ingredients: Ingredients = USUAL) -> int:
    """Tell the story and return 0 if every step saw what it should; nothing is left running.

    Raises:
        InputError: there is no such sabotage; no router was started.
    """
    broken = sabotage.named(sabotage_word, ingredients) if sabotage_word is not None else None
    n_routers, behaviour = (1, broken.behaviour) if broken else (_N_ROUTERS, Behaviour())
    # The story runs in a thread of its own, so that Ctrl-C takes the routers from under it: what
    # it waits for ends then, so does the story, and only then its folder goes.
    n_iosxe = n_routers if ingredients.platform == IOS_XE.platform else 0
    options = LabOptions(behaviour=behaviour, start=ingredients.start, n_iosxe=n_iosxe)
    with (
        TemporaryDirectory(prefix="knockdeploy-demo-") as folder,
        ThreadPoolExecutor(1) as teller,
        fabric(n_routers, options, folder=Path(folder), base_port=0) as lab,
    ):
        ingredients.write(lab.config_file, broken.needed if broken else None)
        story = Story(console, lab.config_file, lab.routers, ingredients.wording)
        try:
            if broken:
                teller.submit(sabotage.tell, story, broken, lab.config_file).result()
            else:
                teller.submit(chapters.tell, story).result()
        except KeyboardInterrupt:
            story.stop()
            raise
    story.end()
    return console.finish(story.outcomes())
