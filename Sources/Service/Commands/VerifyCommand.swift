import ArgumentParser
import Catalog
import Foundation
import Storage

/// `greenroom verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Have every live instance compare its index with PostgreSQL, and count figures again.",
        discussion: """
            Reads DATABASE_URL; everything goes on serving. Each instance compares ids and vectors in one snapshot and runs \
            some searches beside full comparisons. What answers count for (averages, rates, totals) is counted again and \
            compared; while --repair mends those, answers wait. Exits with 1 when something differs, when an instance does not answer in time, or when none lives. \
            After --repair a second round shows whether it helped.
            """)

    private static let lookMilliseconds = 250
    private static let namedMax = 5
    private static let secondsRange = 1...3_600

    @Flag(help: "Have what differs read anew by every instance.") var repair = false
    @Option(help: "How long to wait for each round, in seconds.") var timeoutSeconds = 120
    @Flag(help: "Print the result as JSON.") var json = false

    private struct Instance: Encodable {
        let id: String
        let host: String
        var report: IndexVerifier.Report?
        var error: String?

        var agrees: Bool { report?.divergence == 0 }
    }

    private struct Result: Encodable {
        let instances: [Instance]
        /// Of the round before the repair.
        let repairedCount: Int
        let divergence: Int
        let figures: [FigureRecount.Report]
        /// Figures that differ from a recount.
        let drift: Int
        let agrees: Bool
    }

    func validate() throws {
        guard Self.secondsRange.contains(timeoutSeconds) else {
            throw ValidationError("--timeout-seconds is \(timeoutSeconds), allowed is 1 to 3600")
        }
    }

    func run() async throws {
        let result = try await withCommandDatabase { database in
            var instances = try await round(database, repairs: repair)
            let differing = instances.reduce(0) { $0 + ($1.report?.divergence ?? 0) }
            if repair, differing > 0 { instances = try await round(database, repairs: false) }
            let divergence = instances.reduce(0) { $0 + ($1.report?.divergence ?? 0) }
            let recount = FigureRecount(database: database)
            var figures = try await recount.run(repairs: repair)
            let drifted = figures.reduce(0) { $0 + $1.differing }
            if repair, drifted > 0 { figures = try await recount.run(repairs: false) }
            let drift = figures.reduce(0) { $0 + $1.differing }
            return Result(
                instances: instances, repairedCount: repair ? differing - divergence + drifted - drift : 0,
                divergence: divergence, figures: figures, drift: drift,
                agrees: !instances.isEmpty && instances.allSatisfy(\.agrees) && drift == 0)
        }
        if json { try CommandOutput.json(result) } else { print(result) }
        if !result.agrees { throw ExitCode(1) }
    }

    /// Asks every instance that lives and waits for all of them.
    private func round(_ database: Database, repairs: Bool) async throws -> [Instance] {
        let store = VerificationStore(database: database)
        let live = try await InstanceStore(database: database).live()
        let request = try await store.request(repairs: repairs)
        let deadline = ContinuousClock.now.advanced(by: .seconds(timeoutSeconds))
        var answers: [UUID: VerificationStore.Answer] = [:]
        while true {
            for answer in try await store.answers(to: request) { answers[answer.instance] = answer }
            if live.allSatisfy({ answers[$0.id] != nil }) || ContinuousClock.now >= deadline { break }
            try await Task.sleep(for: .milliseconds(Self.lookMilliseconds))
        }
        return try live.map { instance in
            var line = Instance(id: instance.id.uuidString.lowercased(), host: instance.host)
            switch answers[instance.id]?.outcome {
            case .report(let text): line.report = try Self.decode(text)
            case .failure(let error): line.error = error
            case nil: line.error = "did not answer within \(timeoutSeconds) s: has it ended, or is it overloaded?"
            }
            return line
        }
    }

    private static func decode(_ text: JSONText) throws -> IndexVerifier.Report {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(IndexVerifier.Report.self, from: Data(text.text.utf8))
    }

    private func print(_ result: Result) {
        if result.instances.isEmpty { CommandOutput.line("no instance lives: start one, then verify") }
        for instance in result.instances {
            if let error = instance.error { CommandOutput.line("\(instance.host): \(error)") }
            for collection in instance.report?.collections ?? [] {
                let recall = collection.sampledRecall.map { String(format: ", sampled recall %.3f", $0) } ?? ""
                CommandOutput.line(
                    "\(instance.host) \(collection.collection): \(collection.rows) rows, \(collection.missingCount) missing, "
                        + "\(collection.extraCount) extra, \(collection.differentCount) different\(recall)")
            }
        }
        for figures in result.figures {
            let named = figures.named.isEmpty ? "" : ": " + figures.named.prefix(Self.namedMax).joined(separator: ", ")
            CommandOutput.line(
                "figures of \(figures.figures): \(figures.rows) rows, \(figures.differing) differ\(named)")
        }
        if result.figures.contains(where: { !$0.people.isEmpty }) {
            CommandOutput.line("what the learner knows of people is made anew by 'greenroom learner rebuild'")
        }
        if result.repairedCount > 0 { CommandOutput.line("repaired: \(result.repairedCount)") }
        if result.agrees { CommandOutput.line("every index is the database's, and every figure what a recount gives") }
    }
}
