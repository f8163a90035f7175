"""One comment on a pull request of GitHub for each policy, written anew in its place at every judgement.

The REST API as its documentation states it (issue comments: a pull request is an issue; lists have 100 items a page at
most; a body has 65,536 characters at most).
"""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.data.jsonl import one_line

TOKEN: Final = "GITHUB_TOKEN"  # noqa: S105 -- the name of a variable
BODY_CHARACTERS: Final = 65_536
_CUT: Final = "\n\nThe rest is left out: a comment holds 65,536 characters. The step's summary has it.\n"
_PAGE: Final = 100
_SECONDS: Final = 20


class NoComment(Exception):  # noqa: N818 -- what the caller says, and goes on
    """Why no comment was written, in one line."""


@dataclass(frozen=True)
class PullRequest:
    """Where comments of a pull request are: the API's address, the repository, its number, and what opens them."""

    api: str
    repository: str
    number: int
    token: str

    @classmethod
    def of_job(cls, environment: Mapping[str, str] = os.environ) -> "PullRequest":
        """The pull request that a job of GitHub Actions runs for.

        Raises:
            NoComment: the job runs for none, or has no token.
        """
        number = _number(environment.get("GITHUB_EVENT_PATH", ""))
        if number is None:
            raise NoComment("found no pull request in GITHUB_EVENT_PATH, wanted a job that runs for one")
        missing = [name for name in (TOKEN, "GITHUB_REPOSITORY") if not environment.get(name)]
        if missing:
            raise NoComment(f"found no {missing[0]}, wanted it in the environment of the step")
        api = environment.get("GITHUB_API_URL") or "https://api.github.com"
        return cls(api.rstrip("/"), environment["GITHUB_REPOSITORY"], number, environment[TOKEN])

    def write(self, name: str, text: str) -> str:
        """Write the comment called `name`, or write it anew where it is; its address.

        Raises:
            NoComment: GitHub did not take it: the token of a fork may only read.
        """
        # Nothing that could end the mark of HTML.
        mark = f"<!-- arabic-extraction-gate: {re.sub('[^A-Za-z0-9._]+', '-', name)} -->"
        room = BODY_CHARACTERS - len(mark) - 1
        kept = text if len(text) <= room else text[: room - len(_CUT)].rpartition("\n")[0] + _CUT
        body = {"body": f"{mark}\n{kept}"}
        issues = f"{self.api}/repos/{self.repository}/issues"
        known = next((comment for comment in self._comments(issues) if comment["body"].startswith(mark)), None)
        if known is None:
            written = self._ask("POST", f"{issues}/{self.number}/comments", body)
        else:
            written = self._ask("PATCH", f"{issues}/comments/{known['id']}", body)
        return str(written["html_url"])

    def _comments(self, issues: str) -> Iterator[Mapping[str, Any]]:
        """The comments that are there, oldest first."""
        page: int | None = 1
        while page is not None:
            address = f"{issues}/{self.number}/comments?per_page={_PAGE}&page={page}"
            comments = self._ask("GET", address)
            yield from comments
            page = page + 1 if len(comments) == _PAGE else None

    def _ask(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 -- the address that GitHub names
            address,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            # It holds the answer's socket.
            error.close()
            wanted = "200 or 201"
            if error.code in (401, 403):
                wanted += ": the token needs pull-requests: write, and that of a fork only reads"
            raise NoComment(f"{method} {address}: found status {error.code}, wanted {wanted}") from error
        except (OSError, ValueError, KeyError) as error:
            raise NoComment(f"{method} {address}: found {one_line(str(error))}, wanted an answer in JSON") from error


def _number(event: str) -> int | None:
    """The number of the pull request of an event, which GitHub keeps in a file."""
    try:
        told = json.loads(Path(event).read_text(encoding="utf-8")) if event else {}
    except (OSError, ValueError):
        return None
    number = (told.get("pull_request") or {}).get("number") if isinstance(told, dict) else None
    return number if isinstance(number, int) else None
