import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

/// Three instances on a durable PostgreSQL under writers, and in every round something fails. Afterwards everything that
/// was acknowledged is found, nothing else is half there, and the instances agree.
///
/// `GREENROOM_FAULT_ROUNDS` sets how many rounds, `GREENROOM_FAULT_SEED` which ones, `GREENROOM_FAULT_REPORT` names a file
/// for the counts; `scripts/faults` sets all three.
@Suite struct FaultRoundsTests {
    private enum Fault: String, CaseIterable {
        case killInstance, killTwoInstances, killServer, cutConnections, heldCollection, embedderAway, embedderBusy,
            embedderSlow, damagedSnapshot, fullDisk, readOnlyDisk, serverDiskFull, clockJumps, killEverything

        /// Those that this machine lets a test inflict.
        static func possible() async throws -> [Fault] {
            let canMount = try await FaultInstance.canMount()
            return allCases.filter { fault in
                switch fault {
                case .readOnlyDisk: canMount
                case .clockJumps: FaultInstance.clockLibrary != nil
                default: true
                }
            }
        }
    }

    private struct Counts: Encodable {
        var rounds = 0
        var faults: [String: Int] = [:]
        var kills = 0
        var writesTried = 0
        var writesAcknowledged = 0
        var checks = 0
        var seconds = 0.0
    }

    private static let instancesCount = 3
    private static let snapshotKilobytesMax = 16
    private static let clockSeconds = 600.0

    @Test func nothingAcknowledgedIsLost() async throws {
        let variables = ProcessInfo.processInfo.environment
        let rounds = try Self.number(variables, "GREENROOM_FAULT_ROUNDS") ?? 4
        let seed = UInt64(try Self.number(variables, "GREENROOM_FAULT_SEED") ?? 1)
        let provider = FaultProvider()
        let server = try DurableServer()
        try await ScriptedServer.run({ _, request in provider.answer(request) }) { embeddings in
            let settings = [
                "DATABASE_URL": server.url, "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": embeddings.base,
                "DEFAULT_EMBEDDING_MODEL": "faulty", "EMBEDDING_DIMENSION": "\(FaultProvider.dimension)",
                "EMBEDDING_ATTEMPTS_MAX": "1", "EMBEDDING_DEADLINE_SECONDS": "2", "ACCESS_TOKEN_EXPIRE_MINUTES": "1440",
            ]
            try await withPreparedFolder(environment: settings, ingesting: false) { environment, folder in
                let instances = (1...Self.instancesCount).map {
                    FaultInstance(number: $0, folder: folder, environment: environment)
                }
                let database = Database(
                    configuration: try server.configuration(), logger: TestDatabase.silentLogger)
                let outcome: Result<Counts, any Error>
                do {
                    outcome = .success(
                        try await Self.run(rounds, seed, instances, server, provider, database))
                } catch {
                    outcome = .failure(error)
                }
                for instance in instances { try await instance.kill() }
                await database.shutdown()
                try Self.report(try outcome.get(), variables["GREENROOM_FAULT_REPORT"])
            }
        }
    }

    private static func run(
        _ rounds: Int, _ seed: UInt64, _ instances: [FaultInstance], _ server: DurableServer, _ provider: FaultProvider,
        _ database: Database
    ) async throws -> Counts {
        var generator = SeededGenerator(seed: seed)
        let writers = FaultWriters()
        var counts = Counts()
        let start = ContinuousClock.now
        for instance in instances { try await instance.start() }
        for instance in instances { try await instance.waitUntilReady() }
        let first = try #require(instances[0].service)
        let token = try await first.logIn()
        let kinds = try await Fault.possible()
        for round in 0..<rounds {
            // Every kind comes before one comes again.
            let fault = kinds[(round + Int(seed)) % kinds.count]
            let comment = "seed \(seed), round \(round), \(fault.rawValue)"
            let writeSeconds = 0.4 + Double.random(in: 0..<0.8, using: &generator)
            let faultSeconds = Double.random(in: 0..<writeSeconds, using: &generator)
            let writeSeed = generator.next()
            var faults = SeededGenerator(seed: generator.next())
            async let written: Void = writers.write(to: instances, token: token, seconds: writeSeconds, seed: writeSeed)
            try await Task.sleep(for: .seconds(faultSeconds))
            counts.kills += try await inflict(fault, instances, server, provider, database, using: &faults)
            try await written
            provider.mood = .well
            for instance in instances { try await instance.waitUntilReady() }
            counts.checks += try await FaultChecks(database: database, comment: comment)
                .run(instances, writers.report, using: &generator)
            counts.rounds += 1
            counts.faults[fault.rawValue, default: 0] += 1
        }
        let told = writers.report
        #expect(told.acknowledgedCount > rounds, "too little was written to tell anything")
        (counts.writesTried, counts.writesAcknowledged) = (told.attemptsCount, told.acknowledgedCount)
        counts.seconds = (ContinuousClock.now - start) / .seconds(1)
        return counts
    }

    /// - Returns: how many processes were killed.
    private static func inflict(
        _ fault: Fault, _ instances: [FaultInstance], _ server: DurableServer, _ provider: FaultProvider,
        _ database: Database, using generator: inout SeededGenerator
    ) async throws -> Int {
        let chosen = instances.shuffled(using: &generator)
        switch fault {
        case .killInstance:
            try await chosen[0].kill()
            try await chosen[0].start()
            return 1
        case .killTwoInstances:
            for instance in chosen.prefix(2) { try await instance.kill() }
            for instance in chosen.prefix(2) { try await instance.start() }
            return 2
        case .killServer:
            try server.kill()
            try await Task.sleep(for: .milliseconds(generator.below(800)))
            try server.start()
            return 1
        case .killEverything:
            try server.kill()
            for instance in instances { try await instance.kill() }
            try server.start()
            for instance in instances { try await instance.start() }
            return 1 + instances.count
        case .cutConnections:
            for _ in 0..<3 {
                try await database.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND pid % 2 = \(Int32(generator.below(2)))
                    """)
                try await Task.sleep(for: .milliseconds(generator.below(150)))
            }
            return 0
        case .heldCollection:
            // Writers queue behind the collection's row, and come out of it in an order of their own.
            try await database.withTransaction { transaction in
                try await transaction.query("SELECT FROM collections WHERE name = 'questions' FOR UPDATE")
                try await Task.sleep(for: .milliseconds(400))
            }
            return 0
        case .embedderAway: provider.mood = .away
        case .embedderBusy: provider.mood = .busy
        case .embedderSlow: provider.mood = .slow
        case .damagedSnapshot:
            try await chosen[0].kill()
            try chosen[0].damageSnapshot(using: &generator)
            try await chosen[0].start()
            return 1
        case .fullDisk:
            // Its snapshots fail from now on, until it is killed in another round.
            try await chosen[0].kill()
            try await chosen[0].start(.fullDisk(kilobytesMax: snapshotKilobytesMax))
            return 1
        case .readOnlyDisk:
            try await chosen[0].kill()
            try await chosen[0].start(.readOnlyDisk)
            return 1
        case .serverDiskFull:
            try server.fillDisk()
            try await Task.sleep(for: .milliseconds(100 + generator.below(800)))
            try server.freeDisk()
            return 0
        case .clockJumps:
            // Ahead and back again while it serves; it stays behind until it is killed in another round.
            try await chosen[0].kill()
            try await chosen[0].start(.jumpingClock)
            for seconds in [clockSeconds, -clockSeconds] { try await chosen[0].jump(seconds: seconds) }
            return 1
        }
        return 0
    }

    private static func number(_ variables: [String: String], _ key: String) throws -> Int? {
        guard let text = variables[key] else { return nil }
        guard let number = Int(text), number > 0 else {
            throw Command.Failed(description: "\(key) is '\(text)', allowed is a number above 0")
        }
        return number
    }

    private static func report(_ counts: Counts, _ path: String?) throws {
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(counts).write(to: URL(fileURLWithPath: path))
    }
}
