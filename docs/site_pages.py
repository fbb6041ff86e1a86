"""The pages of the project's folder on the docs site; MkDocs calls these as it builds.

README.md is the front page there. Links lead from docs/ to the folder above it and back, as they
do in a clone; on the site all pages stand in one folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ABOVE: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "benchmarks/README.md": "benchmarks.md",
}
"""What each page outside of docs/ is on the site."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages of the project's folder."""
    for name, there in ABOVE.items():
        text = (Path(config.docs_dir).parent / name).read_text(encoding="utf-8")
        files.append(File.generated(config, there, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:  # noqa: ANN401  # more than we need
    """Return a page with its links as they are on the site."""
    markdown = markdown.replace("](../docs/", "](").replace("](docs/", "](")
    markdown = markdown.replace('"docs/pictures/', '"pictures/')
    for name, there in ABOVE.items():
        markdown = markdown.replace(f"](../{name}", f"]({there}").replace(f"]({name}", f"]({there}")
    return markdown
