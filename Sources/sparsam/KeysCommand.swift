import ArgumentParser
import Engine
import PipelineFile
import Records

/// Lists, checks and destroys the secrets of a state folder.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "List, check and destroy the secrets under which pseudonyms are made.",
    subcommands: [List.self, Check.self, Expire.self, Destroy.self])

  /// Compiles the pipelines that say until when keys are needed.
  static func plans(
    _ paths: [String], command: String, _ common: CommonOptions
  ) throws -> [Plan] {
    try paths.compactMap { try Console.pipeline($0, command: command, common).plan }
  }

  /// One line a secret, under a heading.
  static func table(_ entries: [KeyEntry]) -> String {
    TextTable.aligned(
      [["key", "epoch", "standing", "check", "due after", "carried by"]]
        + entries.map { entry in
          [
            entry.key, entry.epoch, entry.standing.rawValue, entry.check ?? "-",
            entry.dueAfter?.description ?? "-",
            entry.tables.isEmpty ? "-" : entry.tables.joined(separator: ", "),
          ]
        })
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Show every key and epoch; with pipelines, also until when it is needed.")

    @Argument(help: "Pipeline files that use the keys.")
    var pipelines: [String] = []

    @OptionGroup var place: StateOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let plans = try KeysCommand.plans(pipelines, command: "keys list", common)
      let keeping = KeyKeeping(state: place.state, plans: plans)
      do throws(RunFailure) {
        let entries = try keeping.list()
        if common.json {
          Console.data(
            Envelope(
              "keys list", exit: .done,
              members: [.init("keys", .array(entries.map { $0.json(keeping.today) }))]
            ).text)
        } else {
          Console.data(KeysCommand.table(entries))
        }
      } catch {
        throw Console.end(error, command: "keys list", common)
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Open every key file and compare it with the ledger; 77 if one cannot be trusted.")

    @OptionGroup var place: StateOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let findings: [KeyKeeping.Finding]
      do throws(RunFailure) {
        findings = try KeyKeeping(state: place.state, plans: []).check()
      } catch {
        throw Console.end(error, command: "keys check", common)
      }
      let faults = findings.compactMap(\.fault)
      if common.json {
        Console.data(
          Envelope(
            "keys check", exit: faults.isEmpty ? .done : .key,
            members: [
              .init(
                "keys",
                .array(
                  findings.map { finding in
                    .members([
                      "key": .string(finding.entry.key), "epoch": .string(finding.entry.epoch),
                      "standing": .string(finding.entry.standing.rawValue),
                      "fault": finding.fault.map { .string($0) } ?? .null,
                    ])
                  }))
            ]
          ).text)
      } else {
        for fault in faults { Console.talk("sparsam: \(fault)\n") }
        if !common.quiet {
          Console.talk(
            "\(Console.counted(findings.count, "key")) looked at, "
              + "\(Console.counted(faults.count, "fault"))\n")
        }
      }
      if !faults.isEmpty { throw ExitCode(RunFailure.Code.key.rawValue) }
    }
  }

  struct Expire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "expire",
      abstract: "List the secrets that are no longer needed; with --yes, destroy them for good.")

    @Argument(help: "All pipeline files that use the keys.")
    var pipelines: [String]

    @Option(help: "Judge as of this day, not later than today, YYYY-MM-DD; default: today.")
    var date: CivilDate?

    @Flag(help: "Destroy what is listed. Nobody can undo it.")
    var yes = false

    @OptionGroup var place: StateOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let plans = try KeysCommand.plans(pipelines, command: "keys expire", common)
      let keeping = KeyKeeping(state: place.state, plans: plans)
      do throws(RunFailure) {
        let today = try keeping.day(asked: date)
        let due = try keeping.expire(today: today, confirms: yes)
        KeysCommand.tell(due, "keys expire", destroyed: yes, today, common)
      } catch {
        throw Console.end(error, command: "keys expire", common)
      }
    }
  }

  struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "destroy",
      abstract: "Destroy the secret of one epoch before its time; its later records are late.")

    @Argument(help: "The key's name.")
    var key: String

    @Argument(help: "The epoch, such as q2026-4.")
    var epoch: String

    @Flag(help: "Do it. Nobody can undo it.")
    var yes = false

    @OptionGroup var place: StateOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let keeping = KeyKeeping(state: place.state, plans: [])
      do throws(RunFailure) {
        let entry = try keeping.destroy(key, epoch, confirms: yes)
        KeysCommand.tell([entry], "keys destroy", destroyed: yes, keeping.today, common)
      } catch {
        throw Console.end(error, command: "keys destroy", common)
      }
    }
  }

  /// Tells what was destroyed, or would be.
  private static func tell(
    _ entries: [KeyEntry], _ command: String, destroyed: Bool, _ today: CivilDate,
    _ common: CommonOptions
  ) {
    if common.json {
      Console.data(
        Envelope(
          command, exit: .done,
          members: [
            .init("destroyed", .boolean(destroyed)),
            .init("keys", .array(entries.map { $0.json(today) })),
          ]
        ).text)
      return
    }
    if common.quiet { return }
    if entries.isEmpty { return Console.talk("no key is due\n") }
    Console.data(table(entries))
    guard destroyed else {
      return Console.talk("\(secrets(entries)) would be destroyed for good; say --yes to do it\n")
    }
    // What was gone before was not destroyed by this program, which must not say so.
    let gone = entries.filter { $0.standing == .missing }
    let overwritten = entries.filter { $0.standing != .missing }
    if !overwritten.isEmpty {
      Console.talk(
        "\(secrets(overwritten)) destroyed: overwritten and removed; copies in backups, snapshots and "
          + "spare blocks of flash memory are not reached\n")
    }
    if !gone.isEmpty {
      Console.talk(
        "\(secrets(gone)) written down as destroyed: the file was gone before, and nothing was "
          + "overwritten\n")
    }
  }

  private static func secrets(_ entries: [KeyEntry]) -> String {
    Console.counted(entries.count, "secret")
  }
}
