import Catalog
import Foundation
import Hummingbird
import Metrics
import Storage

/// `/api/v1/admin`: what operators look at.
struct AdminController: Sendable {
    private static let parkedMax = 100

    let index: VectorIndex
    let answerStore: AnswerStore
    let verifier: IndexVerifier
    let database: Database

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("embeddings", use: embeddings)
        group.get("models", use: models)
        group.post("verify", use: verify)
        group.get("analytics/recommendations", use: recommendations)
    }

    /// Compares this instance's index with PostgreSQL, and the figures that answers change with a recount; with
    /// `repair=true` mends what differs, on every instance.
    @Sendable private func verify(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        var parameters = QueryParameters(request)
        let repair: Repair = parameters.choice("repair", or: "repair") ?? .false
        try parameters.finish()
        struct Body: Encodable {
            let collections: [IndexVerifier.Collection]
            let divergence: Int
            let counters: [FigureRecount.Report]
            let drift: Int
        }
        let index = try await verifier.run(repairs: repair == .true)
        let counters = try await recount(repairs: repair == .true)
        return try JSONBody.response(
            Body(
                collections: index.collections, divergence: index.divergence, counters: counters,
                drift: counters.reduce(0) { $0 + $1.differing }))
    }

    private func recount(repairs: Bool) async throws -> [FigureRecount.Report] {
        let reports = try await FigureRecount(database: database).run(repairs: repairs)
        for report in reports {
            Gauge(label: "figures_drift", dimensions: [("figures", report.figures)]).record(report.differing)
        }
        guard repairs else { return reports }
        for person in reports.flatMap(\.people) { try await answerStore.review(person) }
        return reports
    }

    private enum Repair: String, CaseIterable { case `true`, `false` }

    /// Which models the collections maintain and serve, and how far every instance is with them.
    @Sendable private func models(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        return try JSONBody.response(try await ModelsReport.read(database))
    }

    /// What came of recommendations, by source and by arm of an experiment.
    @Sendable private func recommendations(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        var parameters = QueryParameters(request)
        let days = parameters.integer("days", default: 30, in: 1...RecommendationAnalytics.daysMax)
        let type: RecommendationList.ContentType =
            parameters.choice("content_type", or: "content_type") ?? .questions
        try parameters.finish()
        let report = try await RecommendationAnalytics(database: database).report(type, days: days)
        let active = type == .questions ? try await QuestionStore(database: database).activeCount() : nil
        return try JSONBody.response(RecommendationAnalyticsBody(report, type, days: days, active: active))
    }

    /// What waits to be embedded in the serving models, and what cannot be.
    @Sendable private func embeddings(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        struct Body: Encodable {
            let queues: [String: QueueBody]
        }
        var queues: [String: QueueBody] = [:]
        for type in EngineItems.all { queues[type.collection.rawValue] = try await queue(type) }
        return try JSONBody.response(Body(queues: queues))
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

    private func queue<Item: EngineItem>(_: Item.Type) async throws -> QueueBody {
        let model = index.entry(of: Item.collection).modelID
        let queue = EmbeddingQueue<Item>(database: database, modelID: model)
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
