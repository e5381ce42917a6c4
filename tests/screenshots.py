"""Pictures of every page, light and dark, for the docs: `python tests/screenshots.py [FOLDER]`. Knows which pages are
worth a picture; leaves what is in them to `furnishing`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browsing import THEMES, chromium, chromium_program, looking
from furnishing import Furnished, furnish
from serving import serving

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "web"
WIDTH = 1280
HIGHEST = 1_800
"""Pictures show the beginning of a long page."""


def pages(things: Furnished) -> dict[str, str]:
    """Name → path of each page that gets a picture."""
    return {
        "studio": "/studio",
        "piece": f"/items/{things.items['gospel']}",
        "exercise": f"/items/{things.items['exercise']}",
        "tutorial": f"/items/{things.items['tutorial']}",
        "task": "/studio/tasks/tutorial",
        "compare": "/compare",
        "overview": "/overview",
        "review": "/review",
        "library": "/library",
        "job": f"/library/jobs/{things.job}",
        "curriculum": f"/curricula/{things.curriculum}",
        "coach": f"/coach?learner={things.learner}",
        "models": "/models",
        "settings": "/settings",
        "sign-in": "/sign-in",
    }


def main(folder: Path) -> None:
    """Furnish a house, serve it, and take every picture."""
    program = chromium_program()
    if program is None:
        sys.exit("Chromium is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as served, chromium(program) as browser:
        things = furnish(Path(place))
        for theme in THEMES:
            for name, path in pages(things).items():
                with looking(browser, served.url, theme=theme, width=WIDTH) as (page, _):
                    page.goto(path)
                    page.wait_for_load_state("networkidle")
                    high = min(HIGHEST, int(page.evaluate("document.documentElement.scrollHeight")))
                    page.set_viewport_size({"width": WIDTH, "height": max(high, 700)})
                    page.screenshot(path=folder / f"{name}-{theme}.png")
                    print(folder / f"{name}-{theme}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
