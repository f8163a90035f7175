"""A real browser for tests of pages: Debian's Chromium, headless, without a network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((one) => one / 255);
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = rgba(getComputedStyle(one).backgroundColor);
      if (found[3] > 0.99) return found;
    }
    return rgba("white");
  };
  const low = [];
  let seen = 0;
  for (const element of document.querySelectorAll("body *:not(script):not(option)")) {
    const text = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!text || !element.getClientRects().length) continue;
    seen += 1;
    const [one, other] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) low.push([element.tagName, element.className, element.textContent.slice(0, 40), ratio]);
  }
  return { low, seen };
}"""


@contextmanager
def launched() -> Iterator[Any]:
    """A running browser; without Chromium the test is skipped, or fails where all tests are to run."""
    # Here, so that tests without the driver can be skipped before.
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        reason = "chromium: found none, wanted Debian's package chromium (apt-get install chromium)"
        if os.environ.get("CI", "") not in ("", "0", "false"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass
class Seen:
    """What a browser says about a page."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def hidden(self, selector: str) -> list[bool]:
        """Which elements are hidden by the filters."""
        found: list[bool] = self.page.eval_on_selector_all(selector, "all => all.map(one => one.hidden)")
        return found

    def until(self, condition: str) -> None:
        """Wait for what a script says; not by Playwright's own waiting, whose polling the page's policy forbids."""
        for _ in range(100):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"waited 5 s for {condition}")

    def focused(self) -> str:
        """The id of the focused element."""
        return str(self.page.evaluate("document.activeElement.id"))


def opened(chromium: Any, path: Path, anchor: str = "", **options: Any) -> Seen:
    """The page at `path` in a window of its own."""
    seen = Seen(chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options)).new_page())
    # Patience for a busy machine: nothing here is about speed.
    seen.page.set_default_timeout(180_000)
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.goto(path.as_uri() + anchor)
    return seen
