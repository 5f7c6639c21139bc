import Catalog
import Foundation
import Hummingbird

/// `/api/v1/admin`: what operators look at.
struct AdminController: Sendable {
    private static let parkedMax = 100

    let questions: EmbeddingQueue<Question>
    let jobs: EmbeddingQueue<JobDescription>
    let patterns: EmbeddingQueue<UserPattern>

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("embeddings", use: embeddings)
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
