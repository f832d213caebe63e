"""Pictures of a class report for docs/images: two widths, both colour schemes.

python -m tests.classroom.pictures OUT/insight.html docs/images
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURES: dict[str, tuple[str, int, int, Literal["dark", "light"]]] = {
    "insight-understood": ("header", 1280, 1260, "light"),
    "insight-parts": ("#parts", 1280, 1500, "dark"),
    "insight-submissions": ("#cost", 1280, 1160, "light"),
    "insight-phone": ("#parts", 400, 1500, "dark"),
}
"""By name: where the picture begins, its width and height, and the colour scheme."""


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.classroom.pictures", description=__doc__
    )
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for name, (place, width, height, scheme) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page.goto(options.page.resolve().as_uri())
            page.locator(place).evaluate("place => place.scrollIntoView()")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = options.folder / f"{name}.png"
            picture.save(target, optimize=True)
            print(f"{target}: {target.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
