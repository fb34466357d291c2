# Every target does its own set-up: Python 3.11+ and make are all it needs. The rest is uv.
UV_VERSION := 0.13.9
PYTHON ?= python3
UV := .venv/bin/uv
RUN := $(UV) run --frozen --no-sync
READY := .venv/.ready

.PHONY: audit league test test-system lint bench lab sample clean

audit: $(READY)  ## the sample annual audit, to its HTML and PDF report
	$(RUN) talentcalc run params/dongsheng-2025-annual.yaml

league: $(READY)  ## the sample city's league, to its reports and its public page
	$(RUN) talentcalc run params/quanzhou-2025.yaml

test: $(READY)  ## the whole test suite, but for the pages in a browser
	$(RUN) pytest -n 2 --dist loadfile

test-system: $(READY)  ## the pages in a real browser (needs chromium)
	$(RUN) pytest -m system

lint: $(READY)  ## ruff, mypy strict, the rulebooks, stripped notebooks
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) nbstripout --verify notebooks/*.ipynb
	$(RUN) talentcalc rulebook lint dongsheng-2025
	$(RUN) talentcalc rulebook lint quanzhou-talent-home

bench: $(READY)  ## the speed of it, as ratios measured in one run
	$(RUN) python tests/bench.py

lab: $(READY)  ## JupyterLab on the notebooks
	$(RUN) jupyter lab notebooks

sample: $(READY)  ## make the synthetic sample evidence again
	$(RUN) python evidence/make_sample.py
	$(RUN) python evidence/make_city.py

clean:  ## remove the environment, never the outputs
	rm -rf .venv .work

$(READY): pyproject.toml uv.lock
	test -x $(UV) || { $(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet "uv==$(UV_VERSION)"; }
	env -u PYTHONDONTWRITEBYTECODE $(UV) sync --locked --compile-bytecode
	touch $@
