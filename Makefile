# make run    start the app with a demonstration store   make test   run all checks
# PYTHON=python3.12 selects an interpreter, PORT=8600 a port, CHROMIUM=/path/to/chromium the browser for the tests.

PYTHON ?=
PORT ?= 8501
export PYTHON PORT

# Dozens of processes are started, and each would otherwise recompile pandas, Streamlit and our own code.
unexport PYTHONDONTWRITEBYTECODE

# The interpreter by a relative path, never the scripts beside it: the folder may have spaces or Chinese in its name.
RUN := .venv/bin/python
# Stamps: one installation per change of a lock.
READY := .venv/.ready-to-run
READY_TO_TEST := .venv/.ready-to-test
READY_TO_BENCH := .venv/.ready-to-bench
READY_FOR_SPARK := .venv/.ready-for-spark
SLOW := api attacks cli hostile pages performance server services spark store
# What `make test-postgres` runs with every store on PostgreSQL.
ON_POSTGRES := tests/services tests/api tests/cli tests/attacks tests/pages
NBMAKE := --nbmake --nbmake-timeout=300
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run test check tests quick campaign everything test-postgres spark test-spark format bench coverage-of-the-notice security-requirements docs drill-newest screenshots lock bundle install-offline scan

help:
	@echo "make run      install if needed, then start a demonstration on http://127.0.0.1:$(PORT)"
	@echo "make quick    check style and types, run the unit tests that start nothing and open no store (a minute)"
	@echo "make test     check style and types, run unit, property, page, browser and notebook tests"
	@echo "make campaign run every test in its long form, then test-postgres and test-spark, and print one table (hours)"
	@echo "make test-postgres  the suites of services, pages, commands and attacks with every store on PostgreSQL (a quarter of an hour)"
	@echo "make spark    install pyspark as well (450 MB), for --engine of kpi place and kpi baseline import"
	@echo "make test-spark  place and freeze on a Spark cluster of its own, with workers killed (forty minutes; needs Java 17)"
	@echo "make bench    run the benchmarks and write the page of their figures (half an hour on a machine with nothing else to do, 8 GB)"
	@echo "make drill-newest  run the tests of docs/library-internals.md against the newest Streamlit, DuckDB and pandas"
	@echo "make coverage-of-the-notice  write the page of what decides which clause"
	@echo "make security-requirements  write the page of how each requirement of OWASP ASVS stands"
	@echo "make docs     write the documentation as a site to site/"
	@echo "make screenshots  draw the pictures of the guides again"
	@echo "make bundle   write dist/duibiao-VERSION, which installs without a network: project, wheels, font, sums, SBOM (500 MB)"
	@echo "make install-offline  in that folder: check it and install; then make run"
	@echo "make scan     ask PyPI for known faults of all that is locked; SCAN='-s osv' asks another service"
	@echo "make format   format the code"
	@echo "make lock     update the locked requirements from requirements*.in"

run: $(READY)
	@exec $(RUN) -m kpi serve --demo --port $(PORT)

test: check tests

check: $(READY_TO_TEST)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

# Two workers: each further one loads pandas, DuckDB and Streamlit again. The tests of a file stay together; all that use
# the served app or a browser run on one worker, which begins with them (tests/conftest.py).
PYTEST := TMPDIR="$$(sh scripts/scratch.sh)" $(RUN) -m pytest -n 2 --dist loadfile

tests: $(READY_TO_TEST)
	@sh scripts/programs.sh install
	$(PYTEST) --no-loadscope-reorder -m "not campaign" tests $(NBMAKE) notebooks/verdict-by-hand.ipynb

# Without a browser: what is served on PostgreSQL is tests/server/operation/test_several_processes.py. What is about the files of a store in a
# folder is left out, and says so; so is what would be the same test once more, by what it asks for (tests/either_store.py).
test-postgres: export KPI_TEST_STORE := postgresql
test-postgres: $(READY_TO_TEST)
	@sh scripts/programs.sh install
	$(PYTEST) -m "not browser and not server" $(ON_POSTGRES)

# Unit tests that start no program and open no store. Folders that hold none are not even collected.
quick: check
	$(PYTEST) -m "not slow and not server and not campaign" tests $(SLOW:%=--ignore=tests/%)

# Goes on after what fails, which the table at its end names.
campaign: $(READY_TO_TEST)
	@export KPI_TALLY="$$(mktemp -d)"; \
	$(MAKE) --no-print-directory --keep-going everything test-postgres test-spark; \
	ended=$$?; $(RUN) -m tests.campaign; exit $$ended

everything: export KPI_CAMPAIGN := 1
everything: $(READY_TO_TEST)
	@sh scripts/programs.sh install
	$(PYTEST) --no-loadscope-reorder tests $(NBMAKE) notebooks

spark: $(READY_FOR_SPARK)

# Apart from the tests above, where they are skipped: nobody should have to load 450 MB for an engine that few need.
test-spark: $(READY_TO_TEST) $(READY_FOR_SPARK)
	$(RUN) -m pytest tests/spark

format: $(READY_TO_TEST)
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: $(READY_TO_BENCH)
	$(RUN) -m benchmarks.one_run docs/benchmarks-of-one-run.md

coverage-of-the-notice: $(READY_TO_TEST)
	PYTHONPATH=. $(RUN) scripts/coverage_of_the_notice.py

security-requirements: $(READY_TO_TEST)
	PYTHONPATH=. $(RUN) scripts/security_requirements.py

docs: $(READY_TO_TEST)
	$(RUN) -m mkdocs build --quiet
	@echo "The documentation is in site/index.html."

# Apart from .venv, which stays as it is locked.
drill-newest: $(READY_TO_TEST)
	@sh scripts/programs.sh install
	@sh scripts/newest.sh

screenshots: $(READY_TO_TEST)
	@sh scripts/programs.sh install
	PYTHONPATH=. $(RUN) scripts/screenshots.py

bundle: $(READY_TO_TEST)
	@$(RUN) scripts/bundle.py

install-offline:
	@sh scripts/install_offline.sh
	@touch $(READY)

# What the service does not know is not called sound (--strict). Apart from the tests: its answer changes without a change of ours.
scan: $(READY_TO_TEST)
	$(RUN) -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off $(SCAN) $(patsubst %,-r %,$(wildcard requirements*.txt))

lock: $(READY_TO_TEST)
	$(RUN) -m uv pip compile $(LOCK) requirements.in -o requirements.txt
	$(RUN) -m uv pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt
	$(RUN) -m uv pip compile $(LOCK) requirements-postgresql.in -o requirements-postgresql.txt
	$(RUN) -m uv pip compile $(LOCK) requirements-spark.in -o requirements-spark.txt
	$(RUN) -m uv pip compile $(LOCK) requirements-bench.in -o requirements-bench.txt

$(READY): requirements.txt scripts/environment.sh
	@sh scripts/environment.sh requirements.txt
	@touch $@

$(READY_TO_TEST): $(READY) requirements-dev.txt
	@sh scripts/environment.sh requirements.txt requirements-dev.txt
	@touch $@

$(READY_FOR_SPARK): $(READY) requirements-spark.txt
	@sh scripts/environment.sh requirements.txt requirements-spark.txt
	@touch $@

# An opponent that nothing but the benchmarks needs.
$(READY_TO_BENCH): $(READY_TO_TEST) requirements-bench.txt
	@sh scripts/environment.sh requirements.txt requirements-dev.txt requirements-bench.txt
	@touch $@
