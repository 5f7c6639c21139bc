import Catalog
import Foundation
import Hummingbird
import Storage

/// `/api/v1/admin`: what operators look at.
struct AdminController: Sendable {
    private static let parkedMax = 100

    let questions: EmbeddingQueue<Question>
    let jobs: EmbeddingQueue<JobDescription>
    let patterns: EmbeddingQueue<UserPattern>
    let database: Database
    let modelID: Int
    let index: VectorIndex

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("embeddings", use: embeddings)
        group.post("verify", use: verify)
    }

    /// Compares this instance's index with PostgreSQL; with `repair=true` mends what differs, on every instance.
    @Sendable private func verify(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        var parameters = QueryParameters(request)
        let repair: Repair = parameters.choice("repair", or: "repair") ?? .false
        try parameters.finish()
        struct Body: Encodable {
            let collections: [VerificationBody]
            let divergence: Int
        }
        let reports = [
            VerificationBody(try await verification(Question.self)?.run(repairs: repair == .true)),
            VerificationBody(try await verification(JobDescription.self)?.run(repairs: repair == .true)),
            VerificationBody(try await verification(UserPattern.self)?.run(repairs: repair == .true)),
        ].compactMap(\.self)
        return try JSONBody.response(
            Body(collections: reports, divergence: reports.reduce(0) { $0 + $1.divergence }))
    }

    private enum Repair: String, CaseIterable { case `true`, `false` }

    private func verification<Item: EngineItem>(_: Item.Type) -> IndexVerification<Item>? {
        index.entry(of: Item.collection).map { IndexVerification(database: database, modelID: modelID, entry: $0) }
    }

    /// What waits to be embedded, and what cannot be.
    @Sendable private func embeddings(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        struct Body: Encodable {
            let queues: [String: QueueBody]
        }
        return try JSONBody.response(
            Body(queues: [
                CollectionName.questions.rawValue: try await body(questions),
                CollectionName.jobDescriptions.rawValue: try await body(jobs),
                CollectionName.userPatterns.rawValue: try await body(patterns),
            ]))
    }

    private struct QueueBody: Encodable {
        struct Item: Encodable {
            let id: String
            let attempts: Int
            let error: String
            let parkedAt: Date
        }
        let waiting: Int
        let parked: Int
        let items: [Item]
    }

    private func body<Item: CatalogItem>(_ queue: EmbeddingQueue<Item>) async throws -> QueueBody {
        let counts = try await queue.counts()
        return QueueBody(
            waiting: counts.waiting, parked: counts.parked,
            items: try await queue.parked(limit: Self.parkedMax).map { item in
                QueueBody.Item(
                    id: item.id.uuidString.lowercased(), attempts: item.attempts, error: item.error,
                    parkedAt: item.parkedAt)
            })
    }
}

/// What a comparison of an index with PostgreSQL found.
private struct VerificationBody: Encodable {
    let collection: String
    let position: Int64
    let rows: Int
    let points: Int
    let missing: [String]
    let extra: [String]
    let different: [String]
    let divergence: Int
    let repaired: Bool

    init?<Item: EngineItem>(_ report: IndexVerification<Item>.Report?) {
        guard let report else { return nil }
        collection = report.collection
        position = report.position
        rows = report.rows
        points = report.points
        missing = report.missing.map { $0.uuidString.lowercased() }
        extra = report.extra.map { $0.uuidString.lowercased() }
        different = report.different.map { $0.uuidString.lowercased() }
        divergence = report.divergence
        repaired = report.repaired
    }
}
