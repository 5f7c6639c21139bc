import Catalog
import Embedding
import Foundation
import HTTPTypes
import Hummingbird
import Recommend
import VectorCollections

/// `/api/v1/vector`: suggestions, search, and what the engine holds.
struct VectorController: Sendable {
    let suggestions: QuestionSuggestions
    let search: QuestionSearch
    let index: VectorIndex
    let embedder: CachedEmbedder
    let publicRead: Bool
    let bodyBytesMax: Int

    private static let queryLengthMax = 10_000

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("suggestions/questions", use: suggestQuestions)
        group.post("search/questions", use: searchQuestions)
        group.get("search/quick", use: quick)
        group.get("collections", use: collections)
        group.get("models", use: models)
        group.get("health", use: health)
    }

    // MARK: Suggestions and search

    @Sendable private func suggestQuestions(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let jobDescription: String
            let role: String
            let difficulty: String?
            let count: Int?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let asked = try SuggestionRequest(
            post: body.jobDescription, role: body.role, difficulty: body.difficulty ?? "medium", count: body.count ?? 5)
        return try JSONBody.response(SuggestionBody(try await suggestions.run(asked), request: asked))
    }

    @Sendable private func searchQuestions(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let query: String
            let filters: [String: JSONValue]?
            let limit: Int?
            let strict: Bool?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        let query = check.text(body.query, "query", in: 1...Self.queryLengthMax)
        let limit = check.number(body.limit ?? 10, "limit", in: 1...100)
        try check.finish()
        let filters = try SearchFilters(body.filters ?? [:], strict: body.strict ?? false)
        let start = ContinuousClock.now
        let hits = try await search.run(query, filter: filters.filter, minScore: filters.minScore, limit: limit)
        return try JSONBody.response(
            SearchBody(
                results: hits.map(QuestionResult.init), total: hits.count, query: query, filters: body.filters,
                ignoredFilters: filters.ignored.isEmpty ? nil : filters.ignored,
                tookMs: Double((ContinuousClock.now - start) / .microseconds(1)) / 1_000))
    }

    @Sendable private func quick(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        var parameters = QueryParameters(request)
        let query = parameters.requiredText("query", lengthMax: Self.queryLengthMax)
        let contentType = parameters.text("content_type", lengthMax: 100) ?? "questions"
        let limit = parameters.integer("limit", default: 10, in: 1...50)
        try parameters.finish()
        guard contentType == CollectionName.questions.rawValue else {
            throw APIError.badRequest("Unsupported content type: \(contentType)", code: "unsupported_content_type")
        }
        let hits = try await search.run(query, filter: nil, minScore: nil, limit: limit)
        struct Body: Encodable {
            let results: [QuestionResult<NoExtra>]
            let total: Int
            let query: String
            let contentType: String
        }
        return try JSONBody.response(
            Body(results: hits.map(QuestionResult.init), total: hits.count, query: query, contentType: contentType))
    }

    // MARK: What the engine holds

    @Sendable private func collections(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        struct Body: Encodable {
            let collections: [String: CollectionBody]
            let status = "success"
        }
        return try JSONBody.response(Body(collections: collectionBodies()))
    }

    @Sendable private func models(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        let model = embedder.model
        let local: JSONValue = [
            "available": true, "model": .string(model.name), "revision": .string(model.revision),
            "vector_size": .integer(model.dimension),
        ]
        let openai: JSONValue = ["available": false, "models": [], "default": .null]
        let body: JSONValue = [
            "models": ["openai": openai, "local": local], "default_model": .string(model.name), "status": "success",
        ]
        return try JSONBody.response(body)
    }

    @Sendable private func health(_ request: Request, context: APIContext) async throws -> Response {
        struct Engine: Encodable {
            let status: String
            let engine = "built-in"
            let vectors: Int
        }
        struct Body: Encodable {
            let status: String
            let engine: Engine
            /// The same object under the name that older clients read.
            let qdrant: Engine
            let embeddingModels: [String: String]
            let collections: [String: CollectionBody]
        }
        let isReady = index.isReady
        let bodies = collectionBodies()
        let engine = Engine(
            status: isReady ? "healthy" : "loading", vectors: bodies.values.reduce(0) { $0 + $1.vectorsCount })
        return try JSONBody.response(
            Body(
                status: isReady ? "healthy" : "starting", engine: engine, qdrant: engine,
                embeddingModels: ["local": embedder.model.name], collections: bodies),
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func collectionBodies() -> [String: CollectionBody] {
        Dictionary(
            uniqueKeysWithValues: index.entries.map { entry in
                let body = CollectionBody(entry.collection.info(), isReady: entry.isReady)
                return (body.name, body)
            })
    }
}
