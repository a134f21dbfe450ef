"""Log lines as JSON: the parts of a request under their names, and a crash on one line."""

import json
import logging
import logging.config
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from trigpoint.web.log_lines import REQUESTS, JsonLines, log_request
from trigpoint.web.server import logging_config


class Lines(logging.Handler):
    """Keeps what the formatter of JSON writes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening(name: str) -> Iterator[Lines]:
    handler, logger = Lines(), logging.getLogger(name)
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(
        logging.INFO
    )  # a level that is set as an attribute leaves what the logger remembers of the one before
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def told(line: str, *, error: Exception | None = None, **fields: object) -> dict[str, object]:
    with listening(REQUESTS) as heard:
        log_request(logging.INFO, line, fields, error=error)
    (written,) = heard.lines
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_refused_request_has_its_fields() -> None:
    fields = {"requestId": "rid-1", "status": 401, "method": "GET", "path": "/v1/geocode"}
    line = told("%s %d %s %s %s: %s", **fields, code="KEY_UNKNOWN", detail="No key.")
    assert list(line) == [
        "at", "level", "logger", "process", "requestId", "status", "method", "path", "code", "detail", "message"
    ]  # fmt: skip
    assert line["message"] == "rid-1 401 GET /v1/geocode KEY_UNKNOWN: No key."
    assert (line["requestId"], line["status"], line["code"], line["detail"]) == ("rid-1", 401, "KEY_UNKNOWN", "No key.")
    assert (line["level"], line["logger"]) == ("info", "trigpoint.requests")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(line["at"]))


def test_a_request_that_went_well_and_one_that_hung_up_have_theirs() -> None:
    well = told("%s %d %s %s", requestId="rid-2", status=200, method="GET", path="/v1/etas")
    assert well["status"] == 200
    assert "code" not in well
    line = told("%s client disconnected: %s %s", requestId="rid-3", method="GET", path="/v1/etas")
    assert (line["requestId"], line["method"], line["path"]) == ("rid-3", "GET", "/v1/etas")
    assert "status" not in line


def test_another_line_has_its_message_and_a_crash_its_traceback() -> None:
    with listening("trigpoint.authority") as heard:
        logging.getLogger("trigpoint.authority").warning("Webhooks wait: %s", "away")
    assert json.loads(heard.lines[0])["message"] == "Webhooks wait: away"
    assert "ValueError: no" in str(told("%s crash", requestId="rid-4", error=ValueError("no"))["traceback"])


def test_a_field_is_one_line_without_secrets_and_what_is_not_ours_is_left_out() -> None:
    line = told("%s %s %s", requestId="rid-5", path="/a\nb\x1b[31m", color_message="red")
    assert line["path"] == "/a�b�[31m"
    assert "color_message" not in line
    assert "taskName" not in line


def test_the_setting_chooses_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    for log_format, first in (("json", "{"), ("line", "2")):
        logging.config.dictConfig(logging_config(log_format))
        logger = logging.getLogger("trigpoint")
        logger.handlers[0].stream = sys.stderr  # type: ignore[attr-defined]
        logger.info("hello")
        assert capsys.readouterr().err.startswith(first)
        logger.handlers.clear()
        logger.propagate = True
