"""The comment on a pull request, against a server on this machine that keeps comments as GitHub's API does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harness.data.types import InputError
from harness.gating.baseline import bless
from harness.gating.comment import BODY_CHARACTERS, NoComment, PullRequest
from harness.gating.tasks import gate
from tests.gating.runs import GOLD, finished, opened
from tests.gating.test_tasks import EMPTY, FIRST, request

TOKEN = "secret-of-the-job"  # noqa: S105


class Hub:
    """Comments of pull request 7 of team/corpus, by number."""

    def __init__(self, server: HTTPServer) -> None:
        self.comments: dict[int, str] = {}
        self.refused: int | None = None
        self.address = server.url_for("").rstrip("/")
        server.expect_request(re.compile("/repos/team/corpus/issues/.*")).respond_with_handler(self.answer)

    def answer(self, asked: Request) -> Response:
        if self.refused is not None or asked.headers["Authorization"] != f"Bearer {TOKEN}":
            return Response("{}", self.refused or 401)
        body = json.loads(asked.data or b"{}").get("body")
        if asked.method == "GET":
            page, size = int(asked.args["page"]), int(asked.args["per_page"])
            kept = [{"id": number, "body": text} for number, text in self.comments.items()]
            return Response(json.dumps(kept[(page - 1) * size : page * size]), content_type="application/json")
        assert asked.path.startswith("/repos/team/corpus/issues/")
        number = len(self.comments) + 1 if asked.method == "POST" else int(asked.path.rpartition("/")[2])
        assert asked.path.endswith("/7/comments" if asked.method == "POST" else f"/comments/{number}")
        self.comments[number] = body
        told = {"id": number, "html_url": f"https://hub.example/team/corpus/pull/7#issuecomment-{number}"}
        return Response(json.dumps(told), 201 if asked.method == "POST" else 200, content_type="application/json")


@pytest.fixture
def hub(httpserver: HTTPServer) -> Iterator[Hub]:
    yield Hub(httpserver)
    httpserver.check_assertions()


@pytest.fixture
def job(tmp_path: Path, hub: Hub) -> dict[str, str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
    return {
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "team/corpus",
        "GITHUB_API_URL": hub.address,
        "GITHUB_TOKEN": TOKEN,
    }


def test_a_second_comment_of_one_name_takes_the_place_of_the_first(hub: Hub, job: dict[str, str]) -> None:
    hub.comments |= {number: f"of a reader, {number}" for number in range(1, 131)}
    there = PullRequest.of_job(job)
    assert there.write("rules", "## first") == "https://hub.example/team/corpus/pull/7#issuecomment-131"
    assert there.write("other", "## of another gate").endswith("-132")
    assert there.write("rules", "## second").endswith("-131")
    assert len(hub.comments) == 132
    assert hub.comments[131].endswith("\n## second")
    assert hub.comments[132].endswith("\n## of another gate")
    assert hub.comments[130] == "of a reader, 130"


def test_a_name_cannot_end_the_mark_it_stands_in(hub: Hub, job: dict[str, str]) -> None:
    there = PullRequest.of_job(job)
    for text in ("first", "second"):
        there.write("a --> <b>", text)
    (body,) = hub.comments.values()
    assert body.count("-->") == 1
    assert body.endswith("\nsecond")


def test_a_long_text_is_cut_at_a_line_and_says_so(hub: Hub, job: dict[str, str]) -> None:
    PullRequest.of_job(job).write("rules", "سطر طويل من الجدول\n" * 10_000)
    (body,) = hub.comments.values()
    assert len(body) <= BODY_CHARACTERS
    assert "The rest is left out" in body
    assert "الجدول\n\nThe rest" in body


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_refusal_is_told_in_one_line_without_the_token(hub: Hub, job: dict[str, str], status: int) -> None:
    hub.refused = status
    with pytest.raises(NoComment, match=f"found status {status}, wanted 200 or 201") as told:
        PullRequest.of_job(job).write("rules", "text")
    assert TOKEN not in str(told.value)
    assert ("fork" in str(told.value)) == (status in (401, 403))


def test_a_job_that_runs_for_no_pull_request_has_no_comment(tmp_path: Path) -> None:
    for text in ("{}", '{"pull_request": null}', '{"pull_request": {"number": "x"}}', "[]", "no json"):
        (tmp_path / "event.json").write_text(text, encoding="utf-8")
        with pytest.raises(NoComment, match="found no pull request"):
            PullRequest.of_job({"GITHUB_EVENT_PATH": str(tmp_path / "event.json")})
    with pytest.raises(NoComment, match="found no pull request"):
        PullRequest.of_job({})


def test_what_the_job_does_not_have_is_named(job: dict[str, str]) -> None:
    with pytest.raises(NoComment, match="found no GITHUB_TOKEN"):
        PullRequest.of_job(job | {"GITHUB_TOKEN": ""})
    gone = {name: value for name, value in job.items() if name != "GITHUB_REPOSITORY"}
    with pytest.raises(NoComment, match="found no GITHUB_REPOSITORY"):
        PullRequest.of_job(gone)


def test_a_server_that_is_none_is_told(job: dict[str, str], httpserver: HTTPServer) -> None:
    httpserver.clear()
    httpserver.expect_request(re.compile(".*")).respond_with_data("<html>")
    with pytest.raises(NoComment, match="wanted an answer in JSON"):
        PullRequest.of_job(job).write("rules", "text")
    with pytest.raises(NoComment, match="wanted an answer in JSON"):
        PullRequest.of_job(job | {"GITHUB_API_URL": "http://127.0.0.1:9"}).write("rules", "text")


def test_the_gate_writes_what_the_summary_of_its_step_says(
    tmp_path: Path, hub: Hub, job: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bless(opened(tmp_path / "good"), tmp_path / "baseline")
    summary = tmp_path / "summary.md"
    for name, value in (job | {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}).items():
        monkeypatch.setenv(name, value)
    runs: list[tuple[dict[str, Any], int]] = [(GOLD | {FIRST: EMPTY}, 1), (dict(GOLD), 0)]
    for number, (answers, code) in enumerate(runs):
        run = finished(tmp_path / f"run{number}", answers)
        summary.unlink(missing_ok=True)
        assert gate("judge", request(run, baseline=tmp_path / "baseline", comment="rules")) == code
        (body,) = hub.comments.values()
        assert body.partition("\n")[2].strip() == summary.read_text().strip()


def test_a_comment_that_cannot_be_written_changes_no_verdict(
    tmp_path: Path,
    hub: Hub,
    job: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bless(opened(tmp_path / "good"), tmp_path / "baseline")
    hub.refused = 403
    for name, value in job.items():
        monkeypatch.setenv(name, value)
    assert gate("judge", request(finished(tmp_path / "run"), baseline=tmp_path / "baseline", comment="rules")) == 0
    assert "none is written" in capsys.readouterr().err
    with pytest.raises(InputError):
        gate("judge", request(tmp_path / "nowhere", baseline=tmp_path / "baseline", comment="rules"))
