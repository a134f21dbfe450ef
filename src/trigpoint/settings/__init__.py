"""Settings: environment variables, which override `$TRIGPOINT_HOME/trigpoint.toml`, as one frozen dataclass.

Every setting is one row of `ROWS`: `TRIGPOINT_PORT` in the environment is `port` in the file.
"""

from trigpoint.settings.installation import PREFIX, Settings
from trigpoint.settings.reading import read_settings, warn_of_unknown
from trigpoint.settings.rows import ROWS, SECRETS

__all__ = ["PREFIX", "ROWS", "SECRETS", "Settings", "read_settings", "warn_of_unknown"]
