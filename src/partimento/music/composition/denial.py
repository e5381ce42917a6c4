"""What a description does not want ("no turnaround", "not too slow"): parts such words from the rest. Knows no meaning.

Which words are wishes at all comes in as patterns. A denial reaches over its list ("no X, Y or Z") and not beyond. It
is read word by word and never back, so that no text takes long.
"""

from __future__ import annotations

import re
from typing import Final

_CUE: Final = (
    r"\b(?:(?P<plain>not)|no|non|without|w/o|avoid(?:ing)?|never|nothing|neither|nor|skip(?:ping)?"
    r"|exclud(?:e|es|ing)|except(?: for)?|instead of|rather than|anything but|sans|minus|omit(?:ting)?"
    r"|leav(?:e|ing) out|free of|cannot|[a-z]{1,8}n['’]t|dont|doesnt|isnt|shouldnt)"
    r"(?!\s{1,4}(?:only|just)\b|\s{1,4}\w{1,12}\s{1,4}than\b)(?:\s+|-)"
)
_AFFIRMED: Final = (
    r"\b(?:not|never|[a-z]{1,8}n['’]t|dont)\s{1,4}(?:without|skip|avoid|omit|forget|miss|leave out|only|just)\b"
    r"|\bno\s{1,4}(?:matter|problem|doubt)\b"
)
"""Two denials, or a phrase that denies nothing."""

_FILLING: Final = re.compile(
    r"(?:(?:an?|any|the|too|very|so|really|overly|quite|much|more|such|like|of|sort|kinds?|style|in|be|it|make|sounds?"
    r"|sounding|play|feel|wants?|to|that|this|for|all|at|another|usual|typical|write|give|me|us|do|use|using|choose)"
    r"\s+)*+",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(r"(?:(?:too|so|very|overly|that|really|quite|particularly)\s+)?", re.IGNORECASE)
_STEP: Final = re.compile(
    r"(?:(?:end|finish|clos|start|begin|go|fill)(?:s|es|e|ing)?\s+(?:it\s+)?(?:with|in|on|at)|need\s+for)\s+"
    r"|(?!(?:but|with|just|only|keep|then|though|although|yet|while|because|and|plus|instead|please|rather|in|at|for"
    r"|into)\b)[\w'’-]+\s+",
    re.IGNORECASE,
)
"""A word between a denial and the device it means; none where another thought begins."""

_SPACE: Final = re.compile(r"\s+")
_MOST_STEPS: Final = 6
_OR: Final = re.compile(r"\s*,?\s+n?or\s+|\s*/\s*", re.IGNORECASE)
_COMMA: Final = re.compile(r"\s*,\s*")
_ENDS_IN_OR: Final = re.compile(r"(?:^|\s)n?or\s", re.IGNORECASE)
_AND: Final = re.compile(
    r"\s*,?\s+(?:and|&)\s+(?!(?:an?|the|some|lots|plenty|many|more|use|one|with)\b)", re.IGNORECASE
)
_LONGEST_ITEM: Final = 40
_MOST_ITEMS: Final = 6


class Denial:
    """Finds what is denied among devices ("turnaround"), qualities ("slow") and other nouns ("ballad", "in C")."""

    def __init__(self, devices: str, qualities: str, nouns: str) -> None:
        self._device, self._quality, self._noun = (
            re.compile(rf"(?:{pattern})(?!\w)", re.IGNORECASE) for pattern in (devices, qualities, nouns)
        )
        self._start = re.compile(
            rf"(?P<affirmed>{_AFFIRMED})|(?P<free>\b(?:{devices})-free\b)|(?P<cue>{_CUE})", re.IGNORECASE
        )

    def parted(self, text: str) -> tuple[str, str]:
        """The text without what it denies, and what it denies; ";" stands where something was taken out."""
        kept: list[str] = []
        denied: list[str] = []
        at = done = 0
        while found := self._start.search(text, at):
            at = end = found.end()
            if found["affirmed"]:
                continue
            if found["cue"]:
                end = (self._qualities(text, at) if found["plain"] else 0) or self._list(text, at)
            if end:
                kept.append(text[done : found.start()])
                denied.append(text[found.start() : end])
                at = done = end
        kept.append(text[done:])
        return " ; ".join(kept), " ; ".join(denied)

    def _qualities(self, text: str, at: int) -> int:
        """Where "too slow or dark" ends; 0 where nothing of that sort begins here. A noun after it is not denied."""
        end = 0
        while found := self._quality.match(text, _past(_DEGREE, text, at)):
            end = found.end()
            joined = _OR.match(text, end)
            if joined is None:
                break
            at = joined.end()
        return end

    def _list(self, text: str, at: int) -> int:
        """Where the list of denied things that begins here ends; 0 where none begins."""
        end = self._device_at(text, at)
        of_devices = bool(end)
        end = end or self._phrase(text, at)
        while end:
            if found := _OR.match(text, end) or _comma_in_a_list(text, end):
                more = self._device_at(text, found.end()) or self._phrase(text, found.end())
            elif of_devices and (found := _AND.match(text, end)):
                more = self._device_at(text, found.end(), 1)
            else:
                return end
            if not more:
                return end
            end = more
        return 0

    def _device_at(self, text: str, at: int, steps: int = _MOST_STEPS) -> int:
        """Where a device ends that stands here or a few words on; 0 for none."""
        for _ in range(steps + 1):
            if found := self._device.match(text, at):
                return found.end()
            step = _STEP.match(text, at)
            if step is None:
                return 0
            at = step.end()
        return 0

    def _phrase(self, text: str, at: int) -> int:
        """Where a phrase ends: qualities, a noun, or both ("a slow ballad"); 0 for none."""
        end = 0
        while True:
            at = _past(_FILLING, text, at)
            if found := self._noun.match(text, at):
                return found.end()
            found = self._quality.match(text, at)
            if found is None:
                return end
            end = found.end()
            space = _SPACE.match(text, end)
            if space is None:
                return end
            at = space.end()


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _comma_in_a_list(text: str, at: int) -> re.Match[str] | None:
    """A comma after which the list goes on: one of its next short items is joined by "or"."""
    comma = _COMMA.match(text, at)
    if comma is None:
        return None
    rest = re.split(r"[.;:!?]", text[comma.end() : comma.end() + _LONGEST_ITEM * _MOST_ITEMS])[0]
    for item in rest.split(",")[:_MOST_ITEMS]:
        if _ENDS_IN_OR.search(item[:_LONGEST_ITEM]):
            return comma
        if len(item) > _LONGEST_ITEM:
            return None
    return None
