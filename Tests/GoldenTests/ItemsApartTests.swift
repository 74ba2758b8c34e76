import Foundation
import Support
import Testing

/// A night done item by item, on copies of the state folder, and what one run makes of the same.
@Suite struct ItemsApartTests {
  /// How the outputs are written: each form of rows takes its own way through a partial.
  struct Form: Sendable, CustomTestStringConvertible {
    var format: String
    var compression: String
    var testDescription: String { "\(format), \(compression)" }

    static let all = [
      Form(format: "csv", compression: "gzip"), Form(format: "ndjson", compression: "zstd"),
      Form(format: "parquet", compression: "zstd"),
    ]
  }

  /// The sample pipeline with all outputs in one form, a dominance rule, and damaged orders
  /// skipped.
  private static func pipeline(_ form: Form) -> String {
    """
    sed -e 's/^    format: .*/    format: \(form.format)/' \
      -e 's/^    compression: .*/    compression: \(form.compression)/' \
      -e 's/of: buyer, below: suppress}/of: buyer, below: suppress, dominance: 50%}/' \
      -e 's/^      files: "orders.*/&\\n      damaged: skip/' \
      Pipelines/shop-nightly.yaml > night.yaml
    """
  }

  /// Three servers and three shops, one order file damaged, one tracking file still being written.
  private static let input = """
    for seed in 5 6 7; do
      samples --out more --seed $seed
      for file in access-20260430 tracking-2026-04-30 orders-2026-04-30; do
        ending=$(basename more/$file.* | cut -d. -f2-)
        mv more/$file.* SampleData/$file-$seed.$ending
      done
    done
    head -c 20000 SampleData/tracking-2026-04-30-7.ndjson.gz > short
    mv short SampleData/tracking-2026-04-30-7.ndjson.gz
    printf 'damage' | dd of=SampleData/orders-2026-04-30-6.csv.gz bs=1 seek=9000 conv=notrunc status=none
    """

  private static let run =
    "sparsam run $night --input SampleData --state whole --output one --quiet"

  /// Plans in state `a`; runs the whole night in `whole`, its items in `a` and `b`, last ones
  /// first.
  private static func script(whole: String, merge: String) -> String {
    """
    night="night.yaml --date 2026-04-30"
    sparsam plan $night --input SampleData --state a --output apart > items
    cp -a a b
    cp -a a whole
    \(whole)
    state=a
    for item in $(sort -r items); do
      sparsam run $night --input SampleData --state $state --output apart --item $item \
        --partial $state/parts --threads 1
      if test $state = a; then state=b; else state=a; fi
    done
    \(merge)
    """
  }

  @Test(arguments: Form.all)
  func itemsApartGiveTheBytesOfOneRun(_ form: Form) throws {
    let scratch = try Scratch()
    try scratch.copyFromPackage(["Pipelines", "SampleData"])
    let ending = try Program.shell(
      Self.pipeline(form) + "\n" + Self.input + "\n"
        + Self.script(
          whole: Self.run + " --threads 2",
          merge: """
            sparsam merge $night --state a --output apart --partial b/parts a/parts --quiet
            diff -r one apart
            diff -r whole/runs a/runs
            ls a b
            wc -l < items
            find apart -name 'part-*' | wc -l
            cat a/runs/*/manifest.json
            """), in: scratch.folder)
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    let lines = ending.output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    // Neither partials nor the merged plan are left; the copy of the state has its copy of the
    // plan.
    #expect(
      Array(lines.prefix(13)) == [
        "a:", "keys", "ledger.sqlite", "lock", "plans", "runs", "b:", "keys", "ledger.sqlite",
        "lock", "plans", "runs", "13",
      ], "\(lines.prefix(14))")
    #expect(lines.dropFirst(13).first == "8")
    // What the case is about has happened: files deferred and skipped, cells suppressed.
    #expect(ending.output.contains("\"deferred\""))
    #expect(ending.output.contains("\"damage\""))
    #expect(ending.output.contains("\"smallest_k\""))
  }

  /// A limit that no item breaks alone is broken by all together, in the words of one run.
  struct Limit: Sendable, CustomTestStringConvertible {
    var name: String
    var edit: String
    var says: String
    var testDescription: String { name }

    static let all = [
      Limit(
        name: "distinct values of two files together", edit: "s/distinct: 3/distinct: 2/",
        says: "holds more than 2 distinct values"),
      Limit(
        name: "bad records of two files together",
        edit: "s/max_bad_records: 50%/max_bad_records: 1/", says: "has 2 bad records of 8"),
    ]
  }

  @Test(arguments: Limit.all)
  func limitsHoldForAllItemsTogether(_ limit: Limit) throws {
    let scratch = try Scratch()
    let ending = try Program.shell(
      """
      mkdir SampleData
      sed '\(limit.edit)' '\(RunCase.folder.path)/items-apart/pipeline.yaml' > night.yaml
      printf 'at,email,kind,price\\n' > SampleData/orders-1.csv
      cp SampleData/orders-1.csv SampleData/orders-2.csv
      for n in 1 2 3; do
        printf "2026-04-30T1$n:00:00,a$n@shop.example,$((n % 2)),1.00\\n" >> SampleData/orders-1.csv
        printf "2026-04-30T1$n:00:00,b$n@shop.example,$((n % 2 + 1)),1.00\\n" >> SampleData/orders-2.csv
      done
      printf '2026-04-30T15:00:00,nobody,0,1.00\\n' >> SampleData/orders-1.csv
      printf '2026-04-30T15:00:00,nobody,1,1.00\\n' >> SampleData/orders-2.csv
      """
        + "\n"
        + Self.script(
          whole: """
            code=0
            \(Self.run) 2> said || code=$?
            echo "$code $(cat said)"
            """,
          merge: """
            sparsam merge $night --state a --output apart --partial b/parts a/parts 2>&1 || echo $?
            diff -r whole/runs a/runs
            ls a/parts b/parts
            """), in: scratch.folder)
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    let lines = ending.output.split(separator: "\n").map(String.init)
    try #require(lines.count >= 3, "\(lines)")
    // The state folders are two.
    #expect(
      lines[0].replacing("'whole/", with: "'a/") == "65 \(lines[1])",
      "one run and the merge say the same")
    #expect(lines[1].contains(limit.says), "\(lines[1])")
    #expect(lines[2] == "65")
    // What was refused can be mended and merged again.
    #expect(lines.contains("orders-00000.partial") && lines.contains("orders-00001.partial"))
  }

  /// Any byte of a partial that is not as it was written is noticed before anything is published.
  @Test func everyDamagedPartialIsRefused() throws {
    let scratch = try Scratch()
    let ending = try Program.shell(
      """
      cp -r '\(RunCase.folder.path)/items-apart/in' '\(RunCase.folder.path)/items-apart/pipeline.yaml' .
      night="pipeline.yaml --date 2026-04-30"
      sparsam plan $night --input in --replay > items
      for item in $(cat items); do
        sparsam run $night --input in --item $item --partial parts
      done
      file=parts/orders-00001.partial
      cp $file whole
      size=$(wc -c < whole)
      at=0
      tried=0
      while test $at -lt $size; do
        byte=$(od -An -tu1 -j $at -N1 whole)
        { head -c $at whole; printf "\\\\$(printf %o $((byte ^ 32)))"; tail -c +$((at + 2)) whole; } > $file
        code=0
        sparsam merge $night --partial parts 2> said || code=$?
        test $code -eq 65 || echo "byte $at: $code"
        grep -qE 'damaged|another' said || echo "byte $at: $(cat said)"
        tried=$((tried + 1))
        at=$((at + 19))
      done
      head -c $((size - 1)) whole > $file
      sparsam merge $night --partial parts 2>/dev/null || echo $?
      { cat whole; printf x; } > $file
      sparsam merge $night --partial parts 2>/dev/null || echo $?
      test ! -e out/controlling
      cp whole $file
      sparsam merge $night --partial parts
      ls out
      echo $((tried > 40))
      """, in: scratch.folder)
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    #expect(ending.output == "65\n65\ncontrolling\nplanning\n1\n", "\(ending.output)")
  }

  /// The page's own example, typed as it stands there.
  @Test func theDocumentedExampleRuns() throws {
    let page = Program.root.appendingPathComponent("Sources/Engine/Engine.docc/ItemsApart.md")
    let commands = try Readme(text: String(contentsOf: page, encoding: .utf8)).commands.joined()
    #expect(commands.count >= 3)
    let scratch = try Scratch()
    try scratch.copyFromPackage(["Pipelines", "SampleData"])
    let ending = try Program.shell(
      commands.joined(separator: "\n")
        + "\nfind out -name 'part-*' | wc -l; ls state state/plans", in: scratch.folder)
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    #expect(
      ending.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        == [
          "8", "state:", "keys", "ledger.sqlite", "lock", "plans", "runs", "state/plans:",
        ])
  }
}
