import Catalog
import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

/// What must be true after every round of faults.
struct FaultChecks {
    private static let searchesCount = 4
    private static let searchHits = 10

    let database: Database
    let comment: String

    /// - Returns: how many things were compared.
    func run(_ instances: [FaultInstance], _ told: FaultWriters.Told, using generator: inout SeededGenerator)
        async throws
        -> Int
    {
        try await waitUntilEmbedded()
        let rows = try await compareRows(told)
        try await checkInvariants()
        try await compareIndexes(instances)
        let searches = try await compareSearches(instances, rows, using: &generator)
        return told.stored.count + told.deleted.count + searches
    }

    /// Nothing is left to embed once the embedder works again. Pauses after failures, and the time for which a dead
    /// instance had taken texts, are cut short.
    private func waitUntilEmbedded() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
        while ContinuousClock.now < deadline {
            try await database.query("UPDATE pending_embeddings SET due_at = now()")
            for _ in 0..<25 {
                let waiting = try await database.query("SELECT parked_at IS NOT NULL AS parked FROM pending_embeddings")
                #expect(
                    try waiting.allSatisfy { try !$0.decode("parked", as: Bool.self) },
                    "\(comment): texts were given up")
                if waiting.isEmpty { return }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        Issue.record("\(comment): texts still wait to be embedded")
    }

    private func compareRows(_ told: FaultWriters.Told) async throws -> [UUID: String] {
        let rows = try await database.query("SELECT id, question_text FROM questions")
        var texts: [UUID: String] = [:]
        for row in rows {
            texts[try row.decode("id", as: UUID.self)] = try row.decode("question_text", as: String.self)
        }
        for (id, text) in told.stored {
            let found = UUID(uuidString: id).flatMap { texts[$0] }
            #expect(found == text, "\(comment): what was acknowledged as \(id) is lost or changed")
        }
        for id in told.deleted {
            #expect(
                UUID(uuidString: id).flatMap { texts[$0] } == nil, "\(comment): \(id) is back though it was deleted")
        }
        #expect(texts.values.allSatisfy(told.sent.contains), "\(comment): a text that nobody sent")
        #expect(Set(texts.values).count == texts.count, "\(comment): a question is there twice")
        return texts
    }

    /// Row, vector and change are there together or not at all, and the log has no gap.
    private func checkInvariants() async throws {
        let violations: [(String, Statement)] = [
            (
                "rows without a vector",
                """
                SELECT q.id FROM questions q WHERE NOT EXISTS (
                    SELECT FROM vectors v WHERE v.collection = 'questions' AND v.item_id = q.id
                        AND v.content_hash = sha256(convert_to(q.question_text, 'UTF8')))
                """
            ),
            (
                "vectors without a row",
                """
                SELECT item_id FROM vectors v WHERE collection = 'questions'
                    AND NOT EXISTS (SELECT FROM questions q WHERE q.id = v.item_id)
                """
            ),
            (
                "rows that the log does not know",
                """
                SELECT q.id FROM questions q WHERE NOT EXISTS (
                    SELECT FROM changes c WHERE c.collection = 'questions' AND c.item_id = q.id)
                """
            ),
            (
                "gaps in the log",
                """
                SELECT name FROM collections c WHERE (
                    SELECT count(*) FROM changes WHERE collection = c.name) <> head_position - pruned_position
                """
            ),
        ]
        for (name, statement) in violations {
            let count = try await database.query(statement).count
            #expect(count == 0, "\(comment): \(count) \(name)")
        }
    }

    /// Every instance compares ids and vectors with the rows.
    private func compareIndexes(_ instances: [FaultInstance]) async throws {
        for instance in instances {
            let service = try #require(instance.service, "\(comment)")
            let token = try await service.logIn()
            let report = try await service.call("POST", "/api/v1/admin/verify", token: token)
            #expect(
                report.status == 200 && report.body["divergence"] == 0,
                "\(comment), instance \(instance.number): \(report.body)")
        }
    }

    /// Searches on every instance equal a full comparison.
    private func compareSearches(
        _ instances: [FaultInstance], _ texts: [UUID: String], using generator: inout SeededGenerator
    ) async throws -> Int {
        let vectors = texts.map { (id: $0.key, vector: FaultProvider.vector(of: $0.value)) }
        let ids = texts.keys.sorted { $0.uuidString < $1.uuidString }
        for _ in 0..<Self.searchesCount {
            guard let id = ids.randomElement(using: &generator), let text = texts[id] else { return 0 }
            let query = FaultProvider.vector(of: text)
            let best = vectors.map { ($0.id, zip($0.vector, query).reduce(0) { $0 + $1.0 * $1.1 }) }
                .sorted { $0.1 > $1.1 }.prefix(Self.searchHits).map { $0.0.uuidString.lowercased() }
            for instance in instances {
                let answer = try await search(for: text, on: try #require(instance.service, "\(comment)"))
                let found = answer.body["results"].elements.compactMap { $0["id"].string }
                #expect(
                    found == best, "\(comment), instance \(instance.number): a search differs from the full comparison")
            }
        }
        return Self.searchesCount * instances.count
    }

    /// For some seconds after an outage, searches go by words alone and say so.
    private func search(for text: String, on service: RunningService) async throws -> RunningService.Answer {
        let token = try await service.logIn()
        let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
        while true {
            let answer = try await service.call(
                "POST", "/api/v1/vector/search/questions",
                ["query": .string(text), "limit": .integer(Self.searchHits)], token: token)
            if answer.body["degraded"] != true || ContinuousClock.now >= deadline { return answer }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
