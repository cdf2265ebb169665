"""``python -m kpi``: the product's jobs without a browser."""

import gc
import os
import sys


def _in_utf8() -> None:
    """Start again where Python was set to read names as ASCII: Chinese ones would be shown as the numbers of their
    bytes, and refused as unprintable where an option takes them.
    """
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the same call


if __name__ == "__main__":
    _in_utf8()
    # What is loaded stays: looked through for garbage after every 700 objects, as is usual, it takes a tenth longer.
    gc.set_threshold(10_000, 5, 5)
    try:
        from kpi.cli.main import main
    except KeyboardInterrupt:
        sys.exit(130)  # as main.INTERRUPTED: Ctrl-C while the modules are loaded is no traceback either
    main()
