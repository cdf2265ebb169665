"""``python -m kpi``: the product's jobs without a browser."""

from kpi.cli.main import main

if __name__ == "__main__":
    main()
