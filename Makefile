# Sparsam: make help
#
# Everything that is built, installed for tests or written by a sample run lies below .build.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

# Swift's crash handler prints register contents, and those may be bytes of a record.
export SWIFT_BACKTRACE := enable=no

DATE   ?= 2026-04-30
RUN    := .build/run
PYTHON := .build/venv/bin/python
READERS := .build/venv-readers/bin/python
SYSTEM := zlib1g-dev libisal-dev libdeflate-dev libzstd-dev libsqlite3-dev libpsl-dev tzdata
TOOLS  := pyarrow duckdb polars pandas
comma  := ,

# Installs the Debian packages in $(1) that are missing; asks the network only then.
define install
	@missing=""; \
	if ! command -v dpkg-query >/dev/null 2>&1; then \
	  echo "make: no Debian system; install what these packages hold yourself: $(1)" >&2; exit 0; \
	fi; \
	for package in $(1); do \
	  dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null | grep -qx installed \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" -eq 0 ]; then root=""; else root="sudo"; fi; \
	  echo "make: installing$$missing" >&2; \
	  $$root apt-get update -qq && \
	  $$root env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -qq -y --no-install-recommends $$missing >&2; \
	fi
endef

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## install the system packages that are missing
	@command -v swift >/dev/null 2>&1 \
	  || { echo "make: Swift 6.2 or newer is needed; see https://www.swift.org/install" >&2; exit 1; }
	$(call install,$(SYSTEM))

.PHONY: build
build: setup ## build sparsam for use (.build/release/sparsam)
	@swift build -c release --product sparsam

# A real run with real keys, as cron would start it; a second one finds everything published.
.PHONY: run
run: build ## run the sample night: results in .build/run/out, keys and evidence in .build/run/state
	@.build/release/sparsam run Pipelines/shop-nightly.yaml --input SampleData \
	  --output $(RUN)/out --state $(RUN)/state --date $(DATE) --verbose
	@echo
	@echo "Open a result (a region is text: 01 is not 1):"
	@echo "  DuckDB  SELECT * FROM read_csv('$(RUN)/out/controlling/regions/data/*/*.csv', types = {'region': 'VARCHAR'});"
	@echo "  pandas  pandas.read_csv('$(RUN)/out/controlling/regions/data/dt=$(DATE)/part-00000.csv', dtype={'region': str})"
	@echo "  R       read.csv('$(RUN)/out/controlling/regions/data/dt=$(DATE)/part-00000.csv', colClasses = c(region = 'character'))"

.PHONY: clean-run
clean-run: ## forget the sample night with its keys, so that it runs anew
	@rm -rf $(RUN)

.PHONY: samples
samples: setup ## write SampleData anew from its seed
	@swift build -c release --product samples
	@.build/release/samples --out SampleData

.PHONY: build-tests
build-tests: setup
	@swift build --build-tests

# Independent readers of what Sparsam writes; the tests call them.
.PHONY: test-tools
test-tools:
	@python3 -c 'import venv, ensurepip' 2>/dev/null || $(MAKE) --no-print-directory python-venv
	@[ -x $(PYTHON) ] || python3 -m venv .build/venv
	@$(PYTHON) -c 'import $(subst $() $(),$(comma),$(TOOLS))' 2>/dev/null \
	  || $(PYTHON) -m pip install --quiet --disable-pip-version-check $(TOOLS)

.PHONY: python-venv
python-venv:
	$(call install,python3 python3-venv)

.PHONY: test
test: build-tests test-tools torture-tools ## run all tests
	@swift test --skip-build --disable-xctest

# What the campaigns break the world with: strace injects faults, cc builds what is preloaded.
.PHONY: torture-tools
torture-tools:
	$(call install,strace gcc libc6-dev python3 e2fsprogs mount)

.PHONY: torture
torture: setup torture-tools build-tests ## the long form of every campaign of Tests/Torture (some hours; root for all)
	@swift build -c release --product sparsam
	@swift build -c release --product samples
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/Torture/torture.py --long $(BENCH)
	@SPARSAM_TORTURE=1 SPARSAM_NIGHTS=2000 swift test --skip-build --disable-xctest \
	  --filter 'SmallCellAttackTests|LogrotateTests'

# Built apart, because every module carries the instrumentation; the first time takes a quarter of an
# hour. The gold linker, Swift's own choice, fails on the instrumented program, so lld links it.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?=
.PHONY: fuzz
fuzz: build ## feed every parser what libFuzzer thinks of, FUZZ_SECONDS each (600)
	@FUZZ=1 swift build -c release --scratch-path .build/fuzz --product Fuzz \
	  -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library \
	  -Xswiftc -use-ld=lld
	@Tests/Fuzz/fuzz.sh .build/fuzz/release/Fuzz $(FUZZ_SECONDS) .build/fuzz/corpus \
	  .build/release/sparsam $(FUZZ_TARGETS)

# What is fuzzed changes, and no test is built with the fuzzer.
.PHONY: check-fuzz
check-fuzz: build-tests ## fail where the fuzzer's program no longer fits what it feeds
	@FUZZ=1 swift build --target Fuzz

# Optimised, for the tests take hours otherwise; as with the fuzzer, lld links what the gold linker cannot.
# TortureTests are left out: they kill and count whole programs, which a sanitizer's runtime would disturb.
SANITIZE := -c release -Xswiftc -use-ld=lld --build-tests
SANITIZED := release/sparsamPackageTests.xctest --testing-library swift-testing --skip TortureTests
.PHONY: sanitize
sanitize: sanitize-address sanitize-thread ## run the tests under both sanitizers (an hour)

.PHONY: sanitize-address
sanitize-address: setup test-tools
	@swift build --scratch-path .build/asan --sanitize=address $(SANITIZE)
	@ASAN_OPTIONS=detect_leaks=0 .build/asan/$(SANITIZED)

# The thread sanitizer is told of Swift's mutexes by what is preloaded; without it, it reports whatever
# they guard. `swift` itself needs no word of it, so the tests are started directly. Its own memory is a file,
# so that no program of it starts where files may not grow, which one case is about.
.PHONY: sanitize-thread
sanitize-thread: setup test-tools
	@swift build --scratch-path .build/tsan --sanitize=thread $(SANITIZE)
	@"$$(dirname "$$(command -v swift)")/clang" -shared -fPIC -O1 -o .build/tsan/mutexes.so \
	  Tests/Sanitize/mutexes.c -ldl
	@SPARSAM_WITHOUT=memory-disk-full LD_PRELOAD="$$PWD/.build/tsan/mutexes.so" .build/tsan/$(SANITIZED)

# Python with the peers that the jobs are compared with; only the benchmark wants them.
BENCH_PYTHON := .build/venv-bench/bin/python
BENCH_TOOLS  := duckdb polars polars_hash chdb
BENCH := --program .build/release/sparsam --samples .build/release/samples

.PHONY: bench-tools
bench-tools: setup
	@swift build -c release --product sparsam
	@swift build -c release --product samples
	@python3 -c 'import venv, ensurepip' 2>/dev/null || $(MAKE) --no-print-directory python-venv
	@[ -x $(BENCH_PYTHON) ] || python3 -m venv .build/venv-bench
	@$(BENCH_PYTHON) -c 'import $(subst $() $(),$(comma),$(BENCH_TOOLS))' 2>/dev/null \
	  || $(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check \
	    $(subst _,-,$(BENCH_TOOLS))

.PHONY: bench
bench: bench-tools ## time the jobs against DuckDB, Polars and chDB at 64 and 600 MB (half an hour)
	@$(BENCH_PYTHON) Tests/Bench/bench.py $(BENCH) --work .build/bench --sizes S,M \
	  --save Tests/Bench/results

.PHONY: bench-quick
bench-quick: bench-tools ## the same at 64 MB only
	@$(BENCH_PYTHON) Tests/Bench/bench.py $(BENCH) --work .build/bench --sizes S

.PHONY: gate-tools
gate-tools: setup
	$(call install,valgrind binutils python3)
	@swift build -c release --product sparsam
	@swift build -c release --product samples

.PHONY: gate
gate: gate-tools ## fail where a record costs more instructions or allocations than it may
	@python3 Tests/Bench/gate.py $(BENCH) --work .build/gate

.PHONY: gate-record
gate-record: gate-tools ## write the gate's thresholds anew from what is seen now
	@python3 Tests/Bench/gate.py $(BENCH) --work .build/gate --record

# Readers that are large to install: Spark, which needs Java, and fastparquet.
.PHONY: reader-tools
reader-tools:
	@command -v java >/dev/null 2>&1 && java -version >/dev/null 2>&1 || { \
	  echo "make: Spark needs a Java runtime, 17 or newer, and there is none; install one" >&2; \
	  echo "make: (Debian: apt-get install openjdk-17-jre-headless) and run this again" >&2; exit 1; }
	@python3 -c 'import venv, ensurepip' 2>/dev/null || $(MAKE) --no-print-directory python-venv
	@[ -x $(READERS) ] || python3 -m venv .build/venv-readers
	@$(READERS) -c 'import pyspark, fastparquet, pyarrow' 2>/dev/null \
	  || $(READERS) -m pip install --quiet --disable-pip-version-check pyspark fastparquet pyarrow

.PHONY: test-readers
test-readers: build-tests reader-tools ## read Parquet files with Spark and fastparquet too (needs Java)
	@SPARSAM_TEST_READERS=1 swift test --skip-build --disable-xctest --filter ParquetPeersTests

.PHONY: golden
golden: build-tests ## write the expectations of the golden tests anew; review the difference like code
	@RECORD_GOLDEN=1 swift test --skip-build --disable-xctest --filter GoldenTests || true
	@git status --short -- Tests/GoldenTests README.md

.PHONY: format
format: ## format all Swift files
	@git ls-files -z '*.swift' | xargs -0 swift format format --in-place --parallel

.PHONY: check-format
check-format: ## fail where a Swift file is not formatted
	@git ls-files -z --error-unmatch '*.swift' >/dev/null
	@git ls-files -z '*.swift' | xargs -0 swift format lint --strict --parallel

# A package that comes twice, from two places or in two versions, is two copies in one program.
.PHONY: check-packages
check-packages: ## fail where a dependency is there twice
	@swift package resolve >/dev/null
	@[ -s Package.resolved ] || { echo "make: there is no Package.resolved" >&2; exit 1; }
	@twice=$$(sed -n 's/.*"identity" *: *"\([^"]*\)".*/\1/p' Package.resolved | sort | uniq -d); \
	  [ -z "$$twice" ] || { echo "make: pinned more than once: $$twice" >&2; exit 1; }
	@swift package show-dependencies --format json >.build/dependencies.json
	@twice=$$(sed -n 's/.*"url" *: *"\([^"]*\)".*/\1/p' .build/dependencies.json | tr -d '\\' \
	    | sort -u | sed 's|.*/||; s|\.git$$||' | tr 'A-Z' 'a-z' | sort | uniq -d); \
	  [ -z "$$twice" ] || { echo "make: comes from more than one place: $$twice" >&2; exit 1; }

# Reads what `build-tests` has compiled; nothing is compiled for the documentation alone.
.PHONY: docs-check
docs-check: build-tests ## fail where the documentation names something that does not exist
	@[ -d Sources/Engine/Engine.docc ] || { echo "make: there is no Engine.docc" >&2; exit 1; }
	@command -v docc >/dev/null 2>&1 || { echo "make: the toolchain has no docc" >&2; exit 1; }
	@rm -rf .build/docs .build/symbols
	@target=$$(swift -print-target-info | sed -n 's/.*"unversionedTriple" *: *"\([^"]*\)".*/\1/p'); \
	maps=$$(ls Sources/*/module.modulemap .build/debug/*.build/module.modulemap \
	    .build/checkouts/*/Sources/*/include/module.modulemap \
	    .build/checkouts/*/Sources/*/module.modulemap 2>/dev/null \
	  | sed 's/^/-Xcc -fmodule-map-file=/'); \
	for catalog in Sources/*/*.docc; do \
	  module=$$(basename "$$catalog" .docc); \
	  mkdir -p ".build/symbols/$$module" .build/docs; \
	  swift symbolgraph-extract -module-name "$$module" -minimum-access-level package \
	    -I .build/debug/Modules $$maps -target "$$target" \
	    -output-dir ".build/symbols/$$module" || exit 1; \
	  docc convert "$$catalog" --additional-symbol-graph-dir ".build/symbols/$$module" \
	    --fallback-display-name "$$module" --fallback-bundle-identifier "sparsam.$$module" \
	    --warnings-as-errors --output-path ".build/docs/$$module" \
	    >".build/symbols/$$module.txt" 2>&1 \
	    || { cat ".build/symbols/$$module.txt" >&2; exit 1; }; \
	done

.PHONY: clean
clean: ## remove everything that was built, installed for tests or written by a sample run
	@rm -rf .build
