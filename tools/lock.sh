#!/bin/sh
# Updates the locks with hashes from pyproject.toml. The locks name no registry: pip uses the one that it is configured with.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11"
# runtime.txt has trigpoint[all] and the build backend, so that an installation needs nothing else.
printf 'hatchling\neditables\n' | $compile pyproject.toml - --extra all --output-file locks/runtime.txt "$@"
$compile pyproject.toml --extra all --extra dev --constraint locks/runtime.txt --output-file locks/dev.txt "$@"
$compile --no-deps locks/sample.in --output-file locks/sample.txt "$@"
$compile --no-deps locks/fuzz.in --output-file locks/fuzz.txt "$@"
$compile locks/deploy.in --output-file locks/deploy.txt "$@"
$compile --no-emit-package pyicu locks/nominatim.in --output-file locks/nominatim.txt "$@"
