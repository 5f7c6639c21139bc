import Foundation
import TestSupport
import Testing

@testable import greenroom

/// Kills the service while people write, and looks at what is there afterwards: what was acknowledged is found, nothing
/// else is half there, and the index equals the database, on every instance.
@Suite(.serialized) struct RecoveryTests {
    private static let roundsCount = 4
    private static let writersCount = 4

    /// What writers were told.
    private struct Acknowledged: Sendable {
        var stored: [String: String] = [:]
        var deleted: Set<String> = []
    }

    @Test(arguments: [1 as UInt64])
    func nothingAcknowledgedIsLostByKills(seed: UInt64) async throws {
        try await withPreparedDatabase { environment, folder in
            var environment = environment
            environment["VECTOR_SNAPSHOT_DIR"] = folder.appending(path: "vectors").path
            environment["AUTO_SNAPSHOT_OPERATIONS"] = "5"
            var generator = SeededGenerator(seed: seed)
            var acknowledged = Acknowledged()
            for round in 0..<Self.roundsCount {
                let pauseMilliseconds = 300 + generator.below(2_000)
                let log = folder.appending(path: "log-\(round)")
                let told = try await withInstance(environment, log: log) { service in
                    try await check(service, acknowledged, "seed \(seed), round \(round)")
                    return try await write(service, round: round, killAfter: .milliseconds(pauseMilliseconds))
                }
                acknowledged.stored.merge(told.stored) { $1 }
                acknowledged.deleted.formUnion(told.deleted)
            }
            #expect(
                acknowledged.stored.count > Self.roundsCount, "seed \(seed): too little was written to tell anything")
            // Two instances at once; one of them has the snapshots, the other starts from the database.
            try await withInstance(environment, log: folder.appending(path: "log-a")) { one in
                try await withInstance(environment, log: folder.appending(path: "log-b")) { other in
                    try await check(one, acknowledged, "seed \(seed), the first of two")
                    try await check(other, acknowledged, "seed \(seed), the second of two")
                }
            }
        }
    }

    /// Writers store questions and delete some of them until the service is gone.
    private func write(
        _ service: RunningService, round: Int, killAfter pause: Duration
    ) async throws -> Acknowledged {
        let token = try await service.logIn()
        return try await withThrowingTaskGroup(of: Acknowledged.self) { group in
            for writer in 0..<Self.writersCount {
                group.addTask { try await Self.writeUntilGone(service, token, "\(round) of writer \(writer)") }
            }
            try await Task.sleep(for: pause)
            service.process.signal(SIGKILL)
            return try await group.reduce(into: Acknowledged()) { all, one in
                all.stored.merge(one.stored) { $1 }
                all.deleted.formUnion(one.deleted)
            }
        }
    }

    private static func writeUntilGone(
        _ service: RunningService, _ token: String, _ name: String
    ) async throws -> Acknowledged {
        var told = Acknowledged()
        var number = 0
        while true {
            number += 1
            let text = "What happened in round \(name) at step \(number)?"
            let body: JSONValue = [
                "question_text": .string(text), "category": "technical", "difficulty_level": "easy",
            ]
            do {
                let answer = try await service.call("POST", "/api/v1/questions", body, token: token)
                guard answer.status == 201, let id = answer.body["id"].string else { continue }
                told.stored[id] = text
                guard number % 4 == 0 else { continue }
                // From here on it may be gone, told or not: only what was told is held against the service.
                told.stored[id] = nil
                let gone = try await service.call("DELETE", "/api/v1/questions/\(id)", token: token)
                if gone.status == 204 { told.deleted.insert(id) }
            } catch is URLError {
                return told
            }
        }
    }

    private func check(_ service: RunningService, _ acknowledged: Acknowledged, _ comment: String) async throws {
        let token = try await service.logIn()
        let report = try await service.call("POST", "/api/v1/admin/verify", token: token)
        #expect(report.status == 200 && report.body["divergence"] == 0, "\(comment): \(report.body)")
        let questions = report.body["collections"].elements.first { $0["collection"] == "questions" }
        #expect(questions != nil && questions?["rows"] == questions?["points"], "\(comment)")
        for (id, text) in acknowledged.stored {
            let found = try await service.call("GET", "/api/v1/questions/\(id)", token: token)
            #expect(found.body["question_text"] == .string(text), "\(comment)")
        }
        for id in acknowledged.deleted {
            #expect(try await service.call("GET", "/api/v1/questions/\(id)", token: token).status == 404, "\(comment)")
        }
    }

    @Test func aDamagedSnapshotCostsALoadAndNothingElse() async throws {
        try await withPreparedDatabase { environment, folder in
            var environment = environment
            let vectors = folder.appending(path: "vectors")
            environment["VECTOR_SNAPSHOT_DIR"] = vectors.path
            let points = try await withInstance(environment, log: folder.appending(path: "log-1")) { service in
                try await service.call("GET", "/api/v1/vector/collections/questions", token: try await service.logIn())
                    .body["points_count"]
            }
            let folders = try FileManager.default.contentsOfDirectory(atPath: vectors.path)
            let own = try #require(folders.first { $0.hasPrefix("questions-") })
            let manifest = vectors.appending(path: "\(own)/manifest")
            var bytes = try Data(contentsOf: manifest)
            bytes[bytes.count / 2] ^= 0xFF
            try bytes.write(to: manifest)
            try await withInstance(environment, log: folder.appending(path: "log-2")) { service in
                let token = try await service.logIn()
                let body = try await service.call("GET", "/api/v1/vector/collections/questions", token: token).body
                #expect(body["points_count"] == points && points != 0)
                #expect(try await service.call("POST", "/api/v1/admin/verify", token: token).body["divergence"] == 0)
            }
        }
    }
}
