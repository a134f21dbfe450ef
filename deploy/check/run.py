"""Checks everything in `deploy/` with the programs that it is for: `make check-deploy`.

    python deploy/check/run.py [--strict] [NAME…]

Each check prints its result, or what to install if its program is missing, which counts as a failure with --strict.
"""

import sys
import time
import traceback
from collections.abc import Callable

import charts
import image
import proxies
import recipes
import units
from common import FailedError, MissingError, drop_sample_data

CHECKS: dict[str, Callable[[], str]] = {
    "units": units.check_units,
    "sandbox": units.check_sandbox,
    "nginx": proxies.check_nginx,
    "caddy": proxies.check_caddy,
    "haproxy": proxies.check_haproxy,
    "chart": charts.check_chart,
    "compose": charts.check_compose,
    "expressions": charts.check_expressions,
    "image": image.check_image,
    "recipes": recipes.check_recipes,
}
ONLY_WHEN_NAMED = {"recipes"}
"""Checks that take minutes and are not run by default."""


def main() -> int:
    """Run the checks that were named, or all."""
    wanted = [argument for argument in sys.argv[1:] if argument != "--strict"] or [
        name for name in CHECKS if name not in ONLY_WHEN_NAMED
    ]
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        print(f"No such checks: {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
        return 2
    missing, failed = [], []
    for name in wanted:
        began = time.monotonic()
        try:
            print(f"ok       {name}: {CHECKS[name]()} ({time.monotonic() - began:.0f} s)", flush=True)
        except MissingError as error:
            missing.append(name)
            print(f"missing  {name}: {error}", flush=True)
        except FailedError as error:
            failed.append(name)
            print(f"FAILED   {name}: {error}", flush=True)
        except Exception:  # noqa: BLE001 (one check that breaks does not hide the others)
            failed.append(name)
            print(f"FAILED   {name}: {traceback.format_exc()}", flush=True)
    proxies.stop_shared_server()
    drop_sample_data()
    print(
        f"{len(wanted) - len(missing) - len(failed)} checked, {len(missing)} without their program, {len(failed)} failed"
    )
    return 1 if failed or (missing and "--strict" in sys.argv) else 0


if __name__ == "__main__":
    sys.exit(main())
