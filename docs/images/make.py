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
METRICS: Final = ("entities_strict/micro/recall", "entities_strict/micro/precision", "claims/relation/f1")


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
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        page.set_default_timeout(180_000)
        page.goto(address)
        page.get_by_text("Parallel Coordinates Plot").wait_for()
        _leave_out_the_assistant(page)
        box = page.get_by_label("Metrics:")
        for metric in METRICS:
            box.click()
            box.fill(metric)
            box.press("Enter")
        page.mouse.click(700, 60)
        page.wait_for_timeout(5_000)
        page.screenshot(path=PICTURE)
        browser.close()


def _leave_out_the_assistant(page: Any) -> None:
    """Close the panel at the side that offers a chat with a model; no part of this."""
    panel = page.get_by_text("MLflow Assistant")
    if panel.count():
        page.locator("button:has(svg)").last.wait_for()
        page.get_by_role("button", name="Close").last.click()


if __name__ == "__main__":
    main()
