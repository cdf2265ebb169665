"""``python -m kpi``: the product's jobs without a browser."""

import gc
import sys

if __name__ == "__main__":
    # What is loaded stays: looked through for garbage after every 700 objects, as is usual, it takes a tenth longer.
    gc.set_threshold(10_000, 5, 5)
    try:
        from kpi.cli.main import main
    except KeyboardInterrupt:
        sys.exit(130)  # as main.INTERRUPTED: Ctrl-C while the modules are loaded is no traceback either
    main()
