"""Log lines as JSON: the parts of a request under their names, and a crash on one line."""

import json
import logging
import logging.config
import sys

import pytest

from trigpoint.web.log_lines import REQUESTS, JsonLines
from trigpoint.web.server import logging_config


def told(name: str, message: str, *arguments: object, error: Exception | None = None) -> dict[str, object]:
    info = None if error is None else (type(error), error, None)
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, info)
    line = JsonLines().format(record)
    assert "\n" not in line
    found: dict[str, object] = json.loads(line)
    return found


def test_a_refused_request_has_its_parts() -> None:
    line = told(REQUESTS, "%s %d %s %s %s: %s", "rid-1", 401, "GET", "/v1/geocode", "KEY_UNKNOWN", "No key.")
    assert line["message"] == "rid-1 401 GET /v1/geocode KEY_UNKNOWN: No key."
    assert (line["requestId"], line["status"], line["code"], line["detail"]) == ("rid-1", 401, "KEY_UNKNOWN", "No key.")
    assert str(line["at"]).endswith("Z")


def test_a_request_that_went_well_and_one_that_hung_up_have_theirs() -> None:
    assert told(REQUESTS, "%s %d %s %s", "rid-2", 200, "GET", "/v1/etas")["status"] == 200
    line = told(REQUESTS, "%s client hung up: %s %s", "rid-3", "GET", "/v1/etas")
    assert (line["requestId"], line["method"], line["path"]) == ("rid-3", "GET", "/v1/etas")


def test_another_line_has_its_message_and_a_crash_its_traceback() -> None:
    assert told("trigpoint.authority", "Webhooks wait: %s", "away")["message"] == "Webhooks wait: away"
    assert "ValueError: no" in str(told(REQUESTS, "crash", error=ValueError("no"))["traceback"])


def test_the_setting_chooses_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    for log_format, first in (("json", "{"), ("line", "2")):
        logging.config.dictConfig(logging_config(log_format))
        logger = logging.getLogger("trigpoint")
        logger.handlers[0].stream = sys.stderr  # type: ignore[attr-defined]
        logger.info("hello")
        assert capsys.readouterr().err.startswith(first)
        logger.handlers.clear()
        logger.propagate = True
