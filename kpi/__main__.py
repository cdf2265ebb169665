"""``python -m kpi``: the product's jobs without a browser."""

import sys

if __name__ == "__main__":
    try:
        from kpi.cli.main import main
    except KeyboardInterrupt:
        sys.exit(130)  # as main.INTERRUPTED: Ctrl-C while the modules are loaded is no traceback either
    main()
