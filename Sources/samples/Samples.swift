import Bytes
import Foundation

/// Generates a night of synthetic raw files: the same arguments give the same content.
///
/// No file holds a real person: names are combined at random from lists, e-mail domains are
/// reserved (RFC 2606), addresses come from the documentation blocks (RFC 5737, RFC 3849), and
/// account and telephone numbers are published test values.
@main
enum Samples {
  static func main() {
    do {
      guard let arguments = try Arguments(CommandLine.arguments.dropFirst()) else {
        print(Arguments.help)
        return
      }
      try write(arguments)
    } catch let fault as UsageFault {
      complain("\(fault)")
      exit(64)
    } catch let fault as WriteFault {
      complain("\(fault)")
      exit(73)
    } catch {
      complain("cannot write the files; is the disk full?")
      exit(74)
    }
  }

  private static func write(_ arguments: Arguments) throws {
    let folder = URL(fileURLWithPath: arguments.folder, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let day = arguments.date
    let traffic = Traffic(
      seed: arguments.seed, day: day, visits: arguments.visits, customers: arguments.customers)

    var marker = try SampleFile(at: folder.appendingPathComponent(".synthetic"), compression: .none)
    try marker.write(
      Array("All files in this folder are synthetic; no record stands for a person.\n".utf8))
    try marker.close()

    var access = try SampleFile(
      at: folder.appendingPathComponent("access-\(day.compact).log.gz"), compression: .small)
    var log = AccessLog(seed: arguments.seed, isTidy: arguments.isTidy)
    try log.write(traffic, to: &access)
    try access.close()

    var tracking = try SampleFile(
      at: folder.appendingPathComponent("tracking-\(day.iso).ndjson.gz"), compression: .small)
    var events = TrackingEvents(seed: arguments.seed, isTidy: arguments.isTidy)
    try events.write(traffic, to: &tracking)
    try tracking.close()

    var orders = try SampleFile(
      at: folder.appendingPathComponent("orders-\(day.iso).csv.gz"), compression: .small)
    try OrderExport(
      seed: arguments.seed, day: day, customers: arguments.customers, isTidy: arguments.isTidy
    ).write(orders: arguments.orders, to: &orders)
    try orders.close()

    var customers = try SampleFile(
      at: folder.appendingPathComponent("customers.csv"), compression: .none)
    try CustomerExport(seed: arguments.seed, day: day).write(arguments.customers, to: &customers)
    try customers.close()
  }

  private static func complain(_ message: String) {
    FileHandle.standardError.write(Data("samples: \(message)\n".utf8))
  }
}
