# Every target does its own set-up: Python 3.11+ and make are all it needs. The rest is uv.
UV_VERSION := 0.13.9
PYTHON ?= python3
UV := .venv/bin/uv
# Bytecode is kept: many short commands would compile the package again and again.
RUN := env -u PYTHONDONTWRITEBYTECODE $(UV) run --frozen --no-sync
# What an audit needs, that with JupyterLab, and that with the tests' tools. The last holds the others, and none
# takes away what another has put there. Only the tests load enough of it to have all bytecode made beforehand.
AUDIT := .venv/.audit
LAB := .venv/.lab
READY := .venv/.ready
SYNC := env -u PYTHONDONTWRITEBYTECODE $(UV) sync --locked

.PHONY: audit league archive test test-quick test-system test-wheel lint messages bench lab sample clean

audit: $(AUDIT)  ## the sample annual audit, to its HTML and PDF report
	$(RUN) talentcalc run params/dongsheng-2025-annual.yaml

league: $(AUDIT)  ## the sample city's league, to its reports and its public page
	$(RUN) talentcalc run params/quanzhou-2025.yaml

# The sample's signers; each party keeps its own key, here they lie together in keys/.
SAMPLES := dongsheng-2025-annual dongsheng-2025-half-year quanzhou-2025
SIGNERS := prepared-agency reviewed-agency approved-office received-operator
SHELF := outputs/archive/2025

archive: $(AUDIT) $(SIGNERS:%=keys/%.key) keys/pseudonyms  ## the sample audits sealed, signed, verified and run again
	cat keys/*.pub > keys/trust.yaml
	for audit in $(SAMPLES); do \
	  $(RUN) talentcalc run params/$$audit.yaml && $(RUN) talentcalc seal outputs/2025/$$audit || exit; \
	  for signer in $(SIGNERS); do \
	    $(RUN) talentcalc sign $(SHELF)/$$audit --key keys/$$signer.key --as $${signer%-*} || exit; \
	  done; \
	  $(RUN) talentcalc verify $(SHELF)/$$audit --trust keys/trust.yaml --require approved,received --rerun || exit; \
	done
	$(RUN) talentcalc seal outputs/2025/dongsheng-2025-annual --redacted --pseudonyms keys/pseudonyms
	$(RUN) talentcalc verify $(SHELF)/dongsheng-2025-annual-redacted --unsigned --rerun
	$(RUN) talentcalc diff $(SHELF)/dongsheng-2025-half-year $(SHELF)/dongsheng-2025-annual
	$(RUN) talentcalc index

keys/%.key: | $(AUDIT)
	mkdir -p keys
	$(RUN) talentcalc keygen $@ --name "样例签署人（$*）" --party $(lastword $(subst -, ,$*))

keys/pseudonyms: | $(AUDIT)
	mkdir -p keys
	$(RUN) talentcalc keygen $@ --pseudonyms

test: $(READY)  ## the whole test suite, but for the system tests
	$(RUN) pytest -n 2 --dist loadfile

test-quick: $(READY)  ## the modules that take no more than seconds, while one works
	$(RUN) pytest -n 2 --dist worksteal -m "not slow and not system and not wheel"

test-system: $(READY)  ## whole runs, faults, and pages, workbook, database in real programs (CI installs them: .ci/run)
	$(RUN) pytest -n 2 --dist loadfile -m system

test-wheel: $(READY)  ## the wheel, built and installed into a fresh environment, in an empty folder
	$(RUN) pytest -m wheel

lint: $(READY)  ## ruff, mypy strict, the rulebooks, stripped notebooks
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) nbstripout --verify notebooks/*.ipynb
	$(RUN) talentcalc rulebook lint dongsheng-2025
	$(RUN) talentcalc rulebook lint quanzhou-talent-home

messages: $(READY) $(patsubst %.po,%.mo,$(wildcard talentcalc/messages/*/*.po))  ## the catalogues, after a change of their wording

%.mo: %.po
	$(RUN) pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(@D))

bench: $(READY)  ## the speed of it, as ratios measured in one run
	$(RUN) python -m tests.bench

lab: $(LAB)  ## JupyterLab on the notebooks
	$(RUN) jupyter lab notebooks

sample: $(AUDIT)  ## make the synthetic sample evidence again
	$(RUN) python tools/make_sample.py
	$(RUN) python tools/make_city.py

clean:  ## remove the environment, never the outputs
	rm -rf .venv .work

$(UV):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet "uv==$(UV_VERSION)"

$(AUDIT): pyproject.toml uv.lock | $(UV)
	$(SYNC) --no-dev --inexact
	touch $@

$(LAB): pyproject.toml uv.lock | $(UV)
	$(SYNC) --no-dev --extra lab --inexact
	touch $(AUDIT) $@

$(READY): pyproject.toml uv.lock | $(UV)
	$(SYNC) --all-extras --compile-bytecode
	touch $(AUDIT) $(LAB) $@
