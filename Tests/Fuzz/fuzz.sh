#!/bin/sh
# Feeds every parser what a fuzzer thinks of: fuzz.sh FUZZER SECONDS-EACH CORPUS SPARSAM [TARGET…]
#
# Fails on a crash, a sanitizer's report, or an input that takes longer than a second. The bytes of an
# input that failed lie in the corpus folder as TARGET-crash-* and become a regression test.
set -u
fuzzer=$1 seconds=$2 corpus=$3 sparsam=$4
shift 4
[ $# -gt 0 ] || set -- $("$fuzzer")

# Seeds: the samples, the pipelines, and what a run of them publishes.
seeds=$corpus/seeds
if [ ! -d "$seeds" ]; then
  mkdir -p "$seeds"
  "$sparsam" run Pipelines/shop-nightly.yaml --input SampleData --output "$seeds/out" \
    --state "$seeds/state" --date 2026-04-30 >/dev/null 2>&1 || exit 1
fi
seed() { # TARGET FILE… : the first four kilobytes of each, whole where the form needs its end
  target=$1 limit=4096 number=0
  shift
  case $target in parquet | container | data_package | pipeline) limit=65536 ;; esac
  for file; do
    number=$((number + 1))
    case $target:$file in
      container:*) head -c $limit "$file" ;;
      *.gz) gzip -dc "$file" 2>/dev/null | head -c $limit ;;
      *) head -c $limit "$file" ;;
    esac >"$corpus/$target/seed-$number"
  done
}
failed=0
for target; do
  mkdir -p "$corpus/$target"
  case $target in
    access_log) seed $target $(find SampleData -name '*access*') ;;
    csv | draft | objections) seed $target $(find SampleData -name '*.csv*') ;;
    ndjson) seed $target $(find SampleData -name '*.ndjson*') ;;
    container) seed $target $(find SampleData "$seeds/out" -name '*.gz' -size -64k) ;;
    pipeline) seed $target Pipelines/*.yaml ;;
    parquet) seed $target $(find "$seeds/out" -name '*.parquet' -size -64k) ;;
    data_package) seed $target $(find "$seeds/out" -name datapackage.json) ;;
    csv_rows) seed $target $(find "$seeds/out" -name '*.csv*') ;;
    key_file) seed $target $(find "$seeds/state/keys" -name '*.key') ;;
    plan_file) seed $target $(find "$seeds/state" -name '*.json') ;;
    user_agent | url | detectors | identifiers) seed $target $(find SampleData -name '*access*') ;;
  esac
  FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$fuzzer" \
    -max_total_time="$seconds" -timeout=1 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix="$corpus/$target-" "$corpus/$target" >"$corpus/$target.log" 2>&1
  code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus/$target.log")
  slowest=$(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$corpus/$target.log")
  if [ "$target" = control ]; then
    [ "$code" -ne 0 ] && echo "fuzz control: the planted fault was found" && continue
    failed=1 && echo "fuzz control: the planted fault was not found: the fuzzer proves nothing" && continue
  fi
  echo "fuzz $target: ${runs:-0} executions, slowest ${slowest:-?} s, exit $code"
  [ "$code" -eq 0 ] || { failed=1; tail -n 20 "$corpus/$target.log"; }
done
exit "$failed"
