import Engine
import Foundation
import Records
import Support
import Testing

extension RealData {
  /// Messages of a tracking library: thousands of paths, an e-mail address at dozens of them.
  @Suite struct Messages {
    static let file = "tracking/rudder/rudder_events_first1000.ndjson"

    static func night(_ pipeline: String) throws -> RealDataNight {
      try RealDataNight(pipeline, links: ["messages.ndjson": file])
    }

    /// Names of members that hold an identifier, in small letters.
    private static let identifying: Set<String> = [
      "userid", "anonymousid", "previousid", "messageid", "email", "emailid", "phone", "mobile",
      "firstname", "lastname", "first_name", "last_name", "fullname", "street", "address",
      "advertisingid", "token", "ip", "request_ip", "requestip", "idfa", "gclid", "fbc", "fbp",
    ]

    /// Returns all identifying texts of the messages and at how many paths an e-mail address was.
    static func identities(
      onlyAddresses: Bool = false
    ) throws -> (all: RealDataIdentities, mailPaths: Int) {
      var identities = RealDataIdentities()
      var mailPaths: Set<String> = []
      func walk(_ value: Any, _ path: String, _ name: String) {
        switch value {
        case let object as [String: Any]:
          for (member, inner) in object {
            walk(inner, path.isEmpty ? member : "\(path).\(member)", member.lowercased())
          }
        case let array as [Any]:
          for inner in array { walk(inner, path + "[]", name) }
        case let text as String:
          if text.wholeMatch(of: #/[^@\s]+@[^@\s]+\.[^@\s]+/#) != nil {
            mailPaths.insert(path)
            identities.insert(text, of: path)
          } else if text.wholeMatch(of: #/\d{1,3}(\.\d{1,3}){3}/#) != nil {
            identities.insert(text, of: path)
          } else if !onlyAddresses, identifying.contains(name) {
            identities.insert(text, of: path)
          }
        default: break
        }
      }
      for line in try SharedData.bytes(file).split(separator: UInt8(ascii: "\n")) {
        walk(try JSONSerialization.jsonObject(with: Data(line)), "", "")
      }
      return (identities, mailPaths.count)
    }

    /// Figures from another program: `json.loads` a line, the first of the five paths that is
    /// neither missing nor empty, an address being `[^@\s]+@[^@\s]+`; ids as text, `-` and `""`
    /// none.
    @Test func everyMessageIsAccountedFor() async throws {
      let night = try Self.night("messages")
      let report = try await night.run("2023-09-01")
      let counts = try report.counts("messages")
      #expect(counts.read == 1_000)
      #expect(counts.kept == 990)
      #expect(try report.rejects("messages") == ["identifier 10"])
      // Events that are objects or lists, and long ones.
      #expect(
        try report.nulled("messages").filter { $0.hasPrefix("event") }
          == ["event type 3", "event too_long 4"])
      // Nine persons had an alias; alone they would be told by subtracting, so screens go too.
      #expect(
        try night.table("planners", "kinds").lines("kind", "messages", "persons")
          == ["group 55 21", "identify 207 54", "page 61 14", "track 611 63"])
      let rows = try night.table("analytics", "messages")
      #expect(rows.rows.count == 990)
      #expect(rows.values("buyer").filter { !$0.isEmpty }.count == 530)
      #expect(Set(rows.values("buyer")).subtracting([""]).count == 76)
      #expect(Set(rows.values("person")).subtracting([""]).count == 120)
      #expect(Set(rows.values("device")).subtracting([""]).count == 70)
      for network in rows.values("network") where !network.isEmpty {
        #expect(network.hasSuffix(".0/24") || network.hasSuffix("/48"))
      }
      try expectTokens(rows, ["buyer", "person", "device"])
    }

    @Test func noAddressAndNoIdentifierLeaves() async throws {
      let night = try Self.night("messages")
      let report = try await night.run("2023-09-01")
      let (identities, mailPaths) = try Self.identities()
      #expect(mailPaths == 29)
      #expect(identities.count > 700)
      try expectNothingLeaks(
        identities, night, report, publicText: try Self.publicText(), publicCount: 13)
    }

    /// Names of events and hosts: test messages use them as names of persons as well.
    private static func publicText() throws -> String {
      // The library's own name, and a type's that stands in for a value.
      var words: Set<String> = ["rudder", "string"]
      for line in try SharedData.bytes(file).split(separator: UInt8(ascii: "\n")) {
        let message =
          try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
        let page = (message["context"] as? [String: Any])?["page"] as? [String: Any]
        var texts = [message["event"] as? String ?? ""]
        for member in ["url", "referrer"] {
          if let host = URLComponents(string: page?[member] as? String ?? "")?.host {
            texts.append(host)
          }
        }
        // Letters only: no number and no address is made public so.
        for word in texts.joined(separator: " ").split(whereSeparator: {
          !$0.isLetter && !$0.isNumber
        })
        where word.allSatisfy(\.isLetter) {
          words.insert(String(word))
        }
      }
      return words.sorted().joined(separator: "\n")
    }

    /// Identifiers declared as text: what looks like an address is taken out by its value.
    @Test func carelessDeclarationsLeakNoAddress() async throws {
      let night = try Self.night("careless-messages")
      let report = try await night.run("2023-09-01")
      let counts = try report.counts("messages")
      #expect(counts.read == 1_000)
      #expect(counts.kept == 1_000)
      let nulled = try report.nulled("messages")
      #expect(nulled.contains("login looks_personal 449"))
      #expect(nulled.contains("client looks_personal 77"))
      let (identities, _) = try Self.identities(onlyAddresses: true)
      try expectNothingLeaks(identities, night, report)
    }
  }
}
