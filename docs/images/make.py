"""Makes `mlflow-compare.png`: a sweep of the rules over their threshold, as MLflow's comparison page shows it.

From the root of a checkout, with the extra `test` and Chromium: `python -m docs.images.make`.
"""

import os
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from playwright.sync_api import sync_playwright

from harness.cli.main import run
from tests.stores import server

PICTURE: Final = Path(__file__).with_name("mlflow-compare.png")
SWEEP: Final = ("evaluate", "-m", "runner=rules", "runner.threshold=0.2,0.4,0.6,0.8,0.9")
METRICS: Final = ("entities_strict/micro/recall", "claims/relation/f1")


def main() -> None:
    """Run the sweep in a folder that is thrown away, and take the picture."""
    with tempfile.TemporaryDirectory() as name, chdir(name):
        code = run(SWEEP)
        if code:
            raise SystemExit(code)
        database = f"sqlite:///{name}/runs/mlflow.db"
        (experiment,) = [one for one in MlflowClient(database).search_experiments() if one.name == "default"]
        runs = MlflowClient(database).search_runs([experiment.experiment_id], order_by=["params.`runner.threshold`"])
        ids = [f'"{one.info.run_id}"' for one in runs if "mlflow.parentRunId" in one.data.tags]
        with server(Path(name), database) as uri:
            compared = f'#/compare-runs?runs=[{",".join(ids)}]&experiments=["{experiment.experiment_id}"]'
            _photograph(f"{uri}/{compared}")


def _photograph(address: str) -> None:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.set_default_timeout(180_000)
        page.goto(address)
        page.get_by_text("Parallel Coordinates Plot").wait_for()
        # The panel at the side offers a chat with a model: no part of this.
        panel = page.get_by_role("button", name="Close")
        if panel.count():
            panel.last.click()
        for metric in METRICS:
            _choose(page, metric)
        page.mouse.move(700, 60)
        page.wait_for_timeout(3_000)
        page.screenshot(path=PICTURE)
        browser.close()


def _choose(page: Any, metric: str) -> None:
    """Add a metric to the plot; the list holds only what is in sight."""
    page.get_by_role("combobox").nth(1).click(force=True)
    option = page.locator(f".rc-virtual-list [title='{metric}']")
    shown = page.locator(".rc-virtual-list:visible").last
    shown.hover()
    page.mouse.wheel(0, -100_000)
    page.wait_for_timeout(500)
    for _ in range(200):
        if option.count():
            break
        page.mouse.wheel(0, 150)
        page.wait_for_timeout(100)
    option.first.click()
    page.keyboard.press("Escape")


if __name__ == "__main__":
    main()
