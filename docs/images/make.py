"""Makes pictures of MLflow from real sweeps: `mlflow-compare.png`, `mlflow-sweep.png` and `mlflow-extractors.png`.

Beside them `review.png`, the page on which a person reviews the gold.

The first two show a sweep of the rules over their threshold: MLflow's comparison page, and the runs at the address that
the sweep ends with. The third shows a sweep over four kinds of extractors, among them llama.cpp's server with a random
model, whose scores are those of random answers.

From the root of a checkout, with the extra `test` and Chromium: `python -m docs.images.make`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from playwright.sync_api import sync_playwright

from harness.cli import main as program
from harness.tracking.views import runs_page, sweep_key
from tests.runners.llm.tiny_llama import MODEL, llama_server, write_model
from tests.stores import server

COMPARED: Final = Path(__file__).with_name("mlflow-compare.png")
RUNS: Final = Path(__file__).with_name("mlflow-sweep.png")
SWEEP: Final = ("evaluate", "-m", "runner=rules", "runner.threshold=0.2,0.4,0.6,0.8,0.9")
EXTRACTORS: Final = Path(__file__).with_name("mlflow-extractors.png")
REVIEW: Final = Path(__file__).with_name("review.png")
PLACES: Final = Path(__file__).parents[2] / "examples" / "command" / "places.sh"
METRICS: Final = ("entities_strict/micro/recall", "claims/relation/f1")


def main() -> None:
    """Run the sweeps in folders that are thrown away, and take the pictures."""
    _review()
    with _swept(SWEEP) as (uri, experiment, parent, children):
        ids = ",".join(f'"{child}"' for child in children)
        with _page(900) as page:
            _compare(page, f'{uri}/#/compare-runs?runs=[{ids}]&experiments=["{experiment}"]')
        with _page(560) as page:
            _list(page, f"{uri}/{runs_page(experiment, sweep_key(parent))}", "runner.threshold=0.9", RUNS)
    with tempfile.TemporaryDirectory() as name, llama_server(write_model(Path(name, "tiny.gguf"))) as endpoint:
        sweep = (
            "evaluate", "-m", "runner=rules,transformer,command,llm",
            f"runner.command=[sh,{PLACES}]", "runner.mode=batch",
            f"runner.endpoint={endpoint}", f"runner.model={MODEL}", "runner.key=null", "runner.chunk=400",
            "runner.max_tokens=600", "runner.prices.input=1", "runner.prices.output=2",
        )  # fmt: skip
        with _swept(sweep) as (uri, experiment, parent, _), _page(480) as page:
            _list(page, f"{uri}/{runs_page(experiment, sweep_key(parent))}", "runner=llm", EXTRACTORS)


def _review() -> None:
    """An item of which the passes had two readings."""
    with tempfile.TemporaryDirectory() as name, chdir(name), _page(1150) as page:
        code = program.run(("curate", "review", "reviewer=Nour"))
        if code:
            raise SystemExit(code)
        page.set_viewport_size({"width": 1000, "height": 1150})
        page.goto(Path(name, "review-Nour.html").as_uri())
        page.screenshot(path=REVIEW)


@contextmanager
def _swept(sweep: Sequence[str]) -> Iterator[tuple[str, str, str, list[str]]]:
    """The address of MLflow's server with a sweep, the ids of its experiment, of its parent run, and of the others."""
    with tempfile.TemporaryDirectory() as name, chdir(name):
        code = program.run(sweep)
        if code:
            raise SystemExit(code)
        database = f"sqlite:///{name}/runs/mlflow.db"
        (experiment,) = [known for known in MlflowClient(database).search_experiments() if known.name == "default"]
        runs = MlflowClient(database).search_runs([experiment.experiment_id], order_by=["params.`runner.threshold`"])
        children = [run.info.run_id for run in runs if "mlflow.parentRunId" in run.data.tags]
        (parent,) = [run.info.run_id for run in runs if "mlflow.parentRunId" not in run.data.tags]
        with server(Path(name), database) as uri:
            yield uri, experiment.experiment_id, parent, children


@contextmanager
def _page(height: int) -> Iterator[Any]:
    """A page of a browser that has never been here."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        page = browser.new_page(viewport={"width": 1360, "height": height})
        page.set_default_timeout(180_000)
        yield page
        browser.close()


def _compare(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_text("Parallel Coordinates Plot").wait_for()
    _close_panel(page)
    for metric in METRICS:
        _choose(page, metric)
    page.mouse.move(700, 60)
    page.wait_for_timeout(3_000)
    page.screenshot(path=COMPARED)


def _list(page: Any, address: str, awaited: str, path: Path) -> None:
    page.goto(address)
    page.get_by_text(awaited).first.wait_for()
    _close_panel(page)
    # Bars at the top that come and go.
    page.get_by_role("button", name="Exit shared view").locator("xpath=following-sibling::*").first.click()
    page.wait_for_timeout(2_000)
    page.screenshot(path=path)


def _close_panel(page: Any) -> None:
    """The panel at the side offers a chat with a model: no part of this."""
    panel = page.get_by_role("button", name="Close")
    if panel.count():
        panel.last.click()


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
