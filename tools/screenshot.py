"""Takes the picture of an HTML page for the docs: `python tools/screenshot.py FILE.html IMAGE.png`.

The page is shown light, as it comes without any setting. Chinese pages need a font with Chinese
characters, such as Debian's fonts-noto-cjk.
"""

import argparse
import sys
from pathlib import Path

from chromium import MISSING, find
from playwright.sync_api import ViewportSize, sync_playwright


def main() -> int:
    """Take it; 0, or 1 without a browser."""
    parser = argparse.ArgumentParser(prog="screenshot", description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("image", type=Path)
    parser.add_argument("--width", type=int, default=1100, help="of the window in pixels")
    parser.add_argument("--height", type=int, help="cut there; default: the whole page")
    chosen = parser.parse_args()
    browser = find()
    if browser is None:
        print(MISSING, file=sys.stderr)
        return 1
    take(browser, chosen.page, chosen.image, chosen.width, chosen.height)
    return 0


def take(browser: str, page: Path, image: Path, width: int, height: int | None) -> None:
    """Open the page and write the picture."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        try:
            window = ViewportSize(width=width, height=height or 900)
            tab = chromium.new_page(viewport=window, color_scheme="light")
            tab.goto(page.resolve().as_uri())
            tab.screenshot(path=image, full_page=height is None)
        finally:
            chromium.close()


if __name__ == "__main__":
    sys.exit(main())
