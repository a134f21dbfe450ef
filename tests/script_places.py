"""Where the sources of mapkit.js are, and what is built from them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "script"
BUILT = ROOT / "src" / "trigpoint" / "web" / "mapkit" / "static" / "script"
