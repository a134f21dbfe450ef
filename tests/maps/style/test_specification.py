"""The styles are valid against the style specification of MapLibre, in all their variants."""

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from maps.style.sets import EVERYWHERE, HELSINKI, a_world_set, an_imagery_set, an_own_set
from trigpoint.maps.style import SCHEMES, STYLES, build_style
from trigpoint.maps.tiles import Schema

SCRIPT = Path(__file__).resolve().parents[3] / "script"
CHECK = """
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import fs from "node:fs";
const problems = Object.entries(JSON.parse(fs.readFileSync(0, "utf8"))).flatMap(([name, style]) =>
  validateStyleMin(style).map(problem => `${name}: ${problem.message}`));
console.log(JSON.stringify(problems));
"""


def test_every_style_is_valid() -> None:
    node = shutil.which("node")
    if node is None or not (SCRIPT / "node_modules" / "@maplibre" / "maplibre-gl-style-spec").is_dir():
        pytest.skip("Install nodejs and npm, then run `npm ci --ignore-scripts` in script/.")
    schemas = (Schema.SHORTBREAD, Schema.OPENMAPTILES, Schema.PROTOMAPS)
    styles = {
        f"{style}-{scheme} of {schema}, {'world' if box == EVERYWHERE else 'region'}, {language or 'local'}": build_style(
            style=style,
            scheme=scheme,
            sets=(an_own_set(schema=schema, box=box), a_world_set(), an_imagery_set()),
            language=language,
            base_url="https://maps.example.com",
            access_key="key",
        )
        for style, scheme, schema, box in product(STYLES, SCHEMES, schemas, (HELSINKI, EVERYWHERE))
        for language in ("", "zh-Hant-TW")
    }
    checked = subprocess.run(
        [node, "--input-type=module", "-e", CHECK],
        input=json.dumps(styles), capture_output=True, text=True, cwd=SCRIPT, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(checked.stdout) == []
    assert len(styles) == 96
