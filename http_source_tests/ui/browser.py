"""Debian's Chromium, driven as a person would: Dagster's UI is looked at and clicked on, never asked behind its back."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NotThereError

_PATIENCE_MS = 120_000
"""Until a page has what is looked for: a net, since on a busy machine Dagster's daemon takes its time."""

_SEVERAL_RELOADS, _BETWEEN_RELOADS_MS = 8, 20_000

PICTURES = os.environ.get("HTTP_SOURCE_UI_PICTURES", "")
"""The folder where the pictures of the documentation are to be written; empty for none."""


def missing() -> str:
    """Why there can be no browser; empty when there can."""
    return "" if chromium() else "Chromium is missing: apt-get install chromium."


def chromium() -> str | None:
    return shutil.which("chromium")


@contextmanager
def started() -> Iterator[Chromium]:
    """A browser without a window."""
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to be started by root; what is looked at is served by the test itself.
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@contextmanager
def looking(browser: Chromium, address: str) -> Iterator["Browser"]:
    """A page that remembers nothing of former ones."""
    page = browser.new_page(base_url=address, viewport={"width": 1400, "height": 900})
    page.set_default_timeout(_PATIENCE_MS)
    page.set_default_navigation_timeout(_PATIENCE_MS)
    yield Browser(page)
    page.close()


class Browser:
    """One page of Dagster's UI."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, path: str) -> None:
        self.page.goto(path, wait_until="commit")

    def text(self, said: str | re.Pattern[str]) -> Locator:
        """The first element with this text."""
        return self.page.get_by_text(said).first

    def sees(self, said: str | re.Pattern[str]) -> None:
        """Wait until the page shows a text."""
        expect(self.text(said)).to_be_visible()

    def sees_after_a_reload(self, said: str | re.Pattern[str]) -> None:
        """The same, of a page that does not always follow what happens: a person would load it anew."""
        for _ in range(_SEVERAL_RELOADS):
            try:
                self.text(said).wait_for(timeout=_BETWEEN_RELOADS_MS)
            except NotThereError:
                self.page.reload(wait_until="commit")
            else:
                return
        self.sees(said)

    def click(self, name: str | re.Pattern[str], role: str = "button") -> None:
        """Click on what has a role and a name."""
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]  # one of ARIA's roles

    def switch(self) -> None:
        """Move the only switch of the page; it shows the other state when Dagster has stored that."""
        box = self.page.get_by_role("checkbox").first
        expect(box).to_be_enabled()
        is_on = box.is_checked()
        self.page.locator("label:has(input[type=checkbox])").first.click()
        expect(box).to_be_checked(checked=not is_on)

    def types(self, config: str) -> None:
        """Replace what stands in the editor of a launchpad."""
        self.page.locator(".CodeMirror-code").first.click()
        self.page.keyboard.press("ControlOrMeta+A")
        # Not key by key: the editor would indent each line by its own rules.
        self.page.keyboard.insert_text(config)

    def is_valid(self) -> None:
        """Wait until the launchpad has checked what stands in it, and finds nothing wrong."""
        expect(self.page.get_by_role("button", name="Launch Run")).to_be_enabled()
        self.sees("No errors")

    def launches(self) -> None:
        """Launch the run of a launchpad, and look at it."""
        self.click("Launch Run")
        self.page.wait_for_url("**/runs/*")

    def picture(self, name: str) -> None:
        """Keep what is seen now for the documentation, if a folder is named."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")
