"""Text as a model writes it, as safe HTML: paragraphs, lists, headings, emphasis and code. All else stays text.

Escaped first, marked up after, so that nothing in it can become markup that is not ours. Knows no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

_FENCE = re.compile(r"^\s*```")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BULLET = re.compile(r"^\s*[-*•]\s+(.+)$")
_NUMBER = re.compile(r"^\s*(\d{1,3})[.)]\s+(.+)$")
_CODE = re.compile(r"(`[^`\n]+`)")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*\*")
_SLANTED = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![\w*])")


def prose(text: str, level: int = 3) -> Markup:
    """The text as HTML whose first headings are of that level; deeper ones follow without a gap."""
    told: list[str] = []
    depths: list[int] = []
    for kind, lines in _blocks(text):
        if kind == "heading":
            told += [_heading(line, level, depths) for line in lines]
        elif kind == "code":
            told.append(f'<pre tabindex="0">{escape(chr(10).join(lines))}</pre>')
        elif kind == "bullet":
            told.append(_listed("ul", [match[1] for line in lines if (match := _BULLET.match(line))], ""))
        elif kind == "number":
            rows = [match for line in lines if (match := _NUMBER.match(line))]
            start = "" if rows[0][1] == "1" else f' start="{rows[0][1]}"'
            told.append(_listed("ol", [match[2] for match in rows], start))
        else:
            told.append(f"<p>{'<br>'.join(map(_inline, lines))}</p>")
    return Markup("".join(told))  # noqa: S704  # every piece of it was escaped


def inline(text: str) -> Markup:
    """A line of text with its emphasis and code."""
    return Markup(_inline(text))  # noqa: S704  # escaped within


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of a kind: paragraphs, headings, lists, code."""
    fenced: list[str] | None = None
    waiting: list[tuple[str, str]] = []
    for line in text.splitlines():
        if _FENCE.match(line):
            yield from _gathered(waiting)
            waiting = []
            if fenced is not None:
                yield "code", fenced
            fenced = [] if fenced is None else None
        elif fenced is not None:
            fenced.append(line)
        else:
            waiting.append((_kind(line), line))
    yield from _gathered(waiting)
    if fenced:
        yield "code", fenced


def _gathered(lines: list[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for kind, group in groupby(lines, key=lambda one: one[0]):
        if kind != "blank":
            yield kind, [line for _, line in group]


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _HEADING.match(line):
        return "heading"
    if _BULLET.match(line):
        return "bullet"
    return "number" if _NUMBER.match(line) else "paragraph"


def _heading(line: str, level: int, depths: list[int]) -> str:
    """One heading; `depths` are those that it stands under, and are kept up to date."""
    match = _HEADING.match(line)
    assert match is not None
    depth = len(match[1])
    while depths and depths[-1] >= depth:
        depths.pop()
    depths.append(depth)
    rank = min(6, level + len(depths) - 1)
    return f"<h{rank}>{_inline(match[2])}</h{rank}>"


def _listed(tag: str, items: list[str], attributes: str) -> str:
    rows = "".join(f"<li>{_inline(item)}</li>" for item in items)
    return f"<{tag}{attributes}>{rows}</{tag}>"


def _inline(text: str) -> str:
    """Code first, since nothing within it is emphasis."""
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if _CODE.fullmatch(part) else _emphasised(str(escape(part)))
        for part in _CODE.split(text)
    )


def _emphasised(escaped: str) -> str:
    return _SLANTED.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", escaped))
