import Foundation
import Support
import Testing

extension RealData {
  /// What the command itself says of real files, on standard output and standard error.
  @Suite struct Command {
    @Test(arguments: ["--verbose", "--json", "--dry-run"])
    func commandSaysNothingOfAPerson(_ option: String) throws {
      let log = "elastic/apache_logs"
      try expectSilence(
        try Logs.night(log), try Logs.identities(log), pipeline: "access-rows",
        date: "2015-05-20", option)
      try expectSilence(
        try Messages.night("careless-messages"),
        try Messages.identities(onlyAddresses: true).all, pipeline: "careless-messages",
        date: "2023-09-01", option)
    }

    @Test(arguments: ["--verbose", "--json"])
    func refusalSaysNothingOfAPerson(_ option: String) throws {
      let log = "advertools/nginx_custom_date.log"
      try expectSilence(
        try Logs.night(log), try Logs.identities(log), pipeline: "access-rows",
        date: "2021-11-23", option, status: 65)
    }

    private func expectSilence(
      _ night: RealDataNight, _ identities: RealDataIdentities, pipeline: String, date: String,
      _ option: String, status: Int32 = 0
    ) throws {
      let path = RealDataNight.pipelines.appendingPathComponent("\(pipeline).yaml").path
      let ending = try Program("sparsam").run(
        ["run", path, "--input", "in", "--date", date, option], in: night.folder)
      let said = [ending.output, ending.errors]
      #expect(ending.status == status)
      #expect(said.contains { !$0.isEmpty })
      let search = RealDataLeakSearch(identities, publicText: night.pipelineText)
      let findings = try search.findings(in: night, nil, messages: said)
      #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "; "))")
    }
  }
}
