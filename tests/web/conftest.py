"""Loads the plugin of Schemathesis, which only tests of `web` use: to load it takes a second of each process of pytest."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin("schemathesis.pytest.plugin")
