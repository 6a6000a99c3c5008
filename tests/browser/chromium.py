"""Which Chromium the tests drive: Playwright's own, or the one of the system."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def of_the_system() -> str | None:
    """The Chromium that CHROMIUM names or that is installed, if any."""
    # First the one without windows: it needs a third less processor time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def of_playwright() -> str | None:
    """The Chromium that Playwright has fetched, if any."""
    with sync_playwright() as playwright:
        place = playwright.chromium.executable_path
    return place if Path(place).exists() else None


if __name__ == "__main__":
    sys.exit(0 if of_the_system() or of_playwright() else 1)
