"""Pages of the site that are made from the program: its commands, and the keys of a manifest."""

from __future__ import annotations

import argparse
import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from autograder.cli import parser
from autograder.course.bank.schema import manifest_schema

_ROOT = Path(__file__).parents[1]
_FROM_OUTSIDE = re.compile(
    r"<(?:script|img|iframe)[^>]*\ssrc=\"(https?:[^\"]+)|<link[^>]*rel=\"stylesheet\"[^>]*href=\"(https?:[^\"]+)"
)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^):]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not written by hand."""
    pages = {
        "reference/commands.md": _commands(),
        "reference/manifest.md": _manifest(),
        "reference/questions.md": _questions(),
        "explanation/decisions.md": _decisions(),
    }
    for uri, text in pages.items():
        files.append(File.generated(config, uri, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Links to files of the repository that the site does not have become their text."""
    folder = posixpath.dirname(page.file.src_uri)

    def kept(link: re.Match[str]) -> str:
        inside = not posixpath.normpath(posixpath.join(folder, link[2])).startswith("..")
        return link[0] if inside else link[1]

    return _LINK.sub(kept, markdown)


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Refuse a page that would load anything from the network: the site is read from a folder.

    Raises:
        PluginError: a script, a style or an image lies elsewhere.
    """
    if found := _FROM_OUTSIDE.search(output):
        raise PluginError(f"{page.file.src_uri} loads {found[1] or found[2]} from the network")
    return output


def _commands() -> str:
    os.environ["COLUMNS"] = "90"
    top = parser.make_parser()
    (commands,) = (a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    pages = ["# Commands", "What each prints with `--help`.", _fenced(top.format_help())]
    for name, command in commands.choices.items():
        pages += [f"## {name}", _fenced(command.format_help())]
    return "\n\n".join(pages)


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def _manifest() -> str:
    lines = [
        "# The manifest",
        "",
        "An assignment is a file `assignments/NAME.toml`. `autograder init` puts the schema that this "
        "page is made from next to it, so that editors complete keys and mark errors. An unknown key is "
        "an error that names the nearest known one.",
        "",
    ]
    lines += _table(manifest_schema(), "", {})
    return "\n".join(lines)


def _table(node: Mapping[str, Any], name: str, definitions: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a table of the manifest, then those of the tables in it."""
    definitions = {**definitions, **node.get("$defs", {})}
    required = set(node.get("required", ()))
    yield from (
        f"## `{name}`" if name else "## At the top",
        "",
        str(node.get("description", "")),
        "",
        "| key | what it takes | default | meaning |",
        "| --- | --- | --- | --- |",
    )
    inner = []
    for key, value in node.get("properties", {}).items():
        whole = _resolved(value, definitions)
        items = _resolved(whole.get("items", {}), definitions)
        path = f"{name}.{key}" if name else key
        if "properties" in whole:
            inner.append((path, whole))
        elif "properties" in items:
            inner.append((path, items))
        needed = ", needed" if key in required else ""
        meaning = _cell(whole.get("description", ""))
        yield f"| `{key}` | {_kind(whole, items)}{needed} | {_default(whole)} | {meaning} |"
    yield ""
    for path, table in inner:
        yield from _table(table, path, definitions)


def _resolved(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    if reference is None:
        return node
    return {**definitions[reference.rpartition("/")[2]], **node}


def _kind(node: Mapping[str, Any], items: Mapping[str, Any]) -> str:
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    if node.get("type") == "array":
        return "tables" if "properties" in items else f"list of {_kind(items, {})}s"
    kind = node.get("type", "value")
    return {"object": "table", "string": "text"}.get(kind, str(kind).replace("'", ""))


def _default(node: Mapping[str, Any]) -> str:
    """As it would be written in a manifest; nothing where there is none, or an empty list."""
    value = node.get("default")
    return "" if value is None or value == [] else f"`{json.dumps(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _questions() -> str:
    """What the guide for contributors says to authors; its links begin at the top of the repository."""
    whole = (_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, heading, text = whole.partition("## A new question\n")
    if not heading:
        raise PluginError("CONTRIBUTING.md has no section '## A new question' any more")
    text = f"# Writing a question\n{text}"

    def from_here(link: re.Match[str]) -> str:
        if link[2].startswith("#"):
            return link[0]
        return link[0].replace("](docs/", "](../") if link[2].startswith("docs/") else link[1]

    return _LINK.sub(from_here, text)


def _decisions() -> str:
    lines = ["# Decisions", "", "Why things are as they are, one page each.", ""]
    for path in sorted((_ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
        lines.append(f"- [{title}](../decisions/{path.name})")
    return "\n".join(lines)
