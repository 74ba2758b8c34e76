#!/bin/sh
# Feeds every parser what a fuzzer thinks of: fuzz.sh PROGRAM SECONDS-EACH CORPUS
#
# Fails on a crash, a sanitizer's report, or an input that takes longer than a second. The bytes of an
# input that failed lie in the corpus folder as crash-* and become a regression case.
set -u
program=$1 seconds=$2 corpus=$3
here=$(dirname "$0")
failed=0
for target in access_log csv ndjson yaml gzip parquet; do
  mkdir -p "$corpus/$target"
  [ ! -d "$here/corpus/$target" ] || cp -n "$here/corpus/$target"/* "$corpus/$target/"
  FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$program" \
    -max_total_time="$seconds" -timeout=1 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$corpus/" "$corpus/$target" >"$corpus/$target.log" 2>&1
  code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus/$target.log")
  slowest=$(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$corpus/$target.log")
  echo "fuzz $target: ${runs:-0} executions, slowest ${slowest:-?} s, exit $code"
  [ "$code" -eq 0 ] || { failed=1; tail -n 20 "$corpus/$target.log"; }
done
exit "$failed"
