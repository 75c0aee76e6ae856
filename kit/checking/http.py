"""HTTP for checks: requests to a submission, which may answer slowly, endlessly or not at all."""

import json
import queue
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from kit.checking.causes import NOT_JSON, NOT_STRICT_JSON
from kit.checking.failure import Failure
from kit.checking.renaming import NONE, Renaming
from kit.language import said
from kit.running.patience import STEP, Patience

MOST_BYTES = 5_000_000
HARD_LIMIT = 60  # seconds on the clock for one answer; patience ends long before


@dataclass(frozen=True)
class Response:
    """An answer: its status, its headers (names in lower case), its body as text."""

    request: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def kind(self) -> str:
        """The media type, such as `application/json`."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def path(self) -> str:
        """The path that was asked for, without a query."""
        return self.request.split()[1].split("?")[0]

    @property
    def location(self) -> str:
        """Where it redirects to, or nothing."""
        return self.headers.get("location", "")

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it sets, by their names."""
        header = self.headers.get("set-cookie", "")
        return dict(re.findall(r"(?:^|, )([^=;, ]+)=([^;]*)", header))

    @property
    def summary(self) -> str:
        """A sentence of its status, where it redirects to, its media type, and its text."""
        kind = self.kind or said("no content type")
        text = shortened(self.text, 160)
        if self.location:
            return said(
                "it was answered with status {status}, to {location}, {kind}: {text}",
                status=self.status,
                location=self.location,
                kind=kind,
                text=text,
            )
        return said(
            "it was answered with status {status}, {kind}: {text}",
            status=self.status,
            kind=kind,
            text=text,
        )

    def json(self) -> Any:
        """Return the body as strict JSON. Raises Failure where it is none."""
        if self.kind != "application/json" and not self.kind.endswith("+json"):
            raise Failure(
                said("{request} answers with JSON", request=self.request),
                said(
                    "it answered with status {status} and {kind}: {text}",
                    status=self.status,
                    kind=self.kind or said("no content type"),
                    text=shortened(self.text),
                ),
                NOT_JSON,
            )
        try:
            return strict_json(self.text)
        except ValueError as error:
            cause = NOT_STRICT_JSON if isinstance(error, NotStrict) else NOT_JSON
            raise Failure(
                said("{request} answers with JSON", request=self.request),
                said("the body was {text}", text=shortened(self.text)),
                cause,
            ) from None


class NotStrict(ValueError):
    """NaN or Infinity where JSON has no such thing."""


def strict_json(text: str) -> Any:
    """Return what a browser would read from `text`. Raises ValueError, NotStrict for NaN."""
    try:
        return _STRICT.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> None:
    raise NotStrict(constant)


_STRICT = json.JSONDecoder(parse_constant=_refuse)  # made once: that takes as long as a short text


def shortened(text: str, most: int = 200) -> str:
    """Return `text` on one line, cut to `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


class NoAnswer(Exception):
    """The submission did not answer a request; `waited` says whether patience ran out."""

    def __init__(self, *, waited: bool) -> None:
        super().__init__()
        self.waited = waited


class Visitor:
    """Someone who asks for pages: keeps cookies from one request to the next, as a browser does."""

    def __init__(
        self, url: str, patience: Callable[[], Patience], renaming: Renaming = NONE
    ) -> None:
        """Ask the server at `url`; `patience` gives how long to wait for one answer.

        `renaming` says how it calls dashboards.
        """
        self._renaming = renaming
        self._url = url
        self._patience = patience
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between us and the loopback

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Return the answer, redirects not followed. `options` are those of `requests`.

        Raises NoAnswer.
        """
        answers: queue.SimpleQueue[Response | None] = queue.SimpleQueue()
        threading.Thread(
            target=self._fetch, args=(answers, method, path, options), daemon=True
        ).start()
        patience = self._patience()
        while True:
            try:
                answer = answers.get(timeout=STEP)
            except queue.Empty:
                if patience.is_over():
                    raise NoAnswer(waited=True) from None
                continue
            if answer is None:
                raise NoAnswer(waited=False)
            return answer

    @property
    def cookies(self) -> str:
        """What it has been given so far, as the header `Cookie` would hold it."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)

    def close(self) -> None:
        """Let go of the connections that were kept."""
        self._session.close()

    def _fetch(
        self,
        answers: queue.SimpleQueue[Response | None],
        method: str,
        path: str,
        options: dict[str, Any],
    ) -> None:
        try:
            with self._session.request(
                method,
                self._url + self._renaming.path(path),
                allow_redirects=False,
                stream=True,
                timeout=HARD_LIMIT,
                **self._told(options),
            ) as answer:
                body = bytearray()
                for chunk in answer.iter_content(65536):
                    body += chunk
                    if len(body) > MOST_BYTES:
                        break
                read = self._renaming.from_app
                headers = {name.lower(): read(value) for name, value in answer.headers.items()}
                text = read(_text(body, answer.encoding))
                # At once: to close the connection may take its time.
                answers.put(Response(f"{method} {path}", answer.status_code, headers, text))
        except Exception:  # what answers may say anything; no answer is all that it means
            return
        finally:
            answers.put(None)

    def _told(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the options of a request in the words of the app."""
        said = {name: options[name] for name in ("json", "data") if name in options}
        return options | {name: self._renaming.to_app(value) for name, value in said.items()}


def _text(body: bytearray, encoding: str | None) -> str:
    try:
        return body.decode(encoding or "utf-8", errors="replace")
    except LookupError:  # there is no such encoding
        return body.decode(errors="replace")
