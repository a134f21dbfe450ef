#!/bin/sh
# Write the hash locks anew from pyproject.toml. The locks name no registry: pip uses the one that is set up here.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11"
# The build backend is in the runtime lock, so that an install needs nothing beyond it.
printf 'hatchling\neditables\n' | $compile pyproject.toml - --output-file locks/runtime.txt "$@"
$compile pyproject.toml --extra dev --constraint locks/runtime.txt --output-file locks/dev.txt "$@"
$compile --no-deps locks/sample.in --output-file locks/sample.txt "$@"
$compile --no-deps locks/fuzz.in --output-file locks/fuzz.txt "$@"
