import Catalog
import Embedding
import Foundation
import HTTPTypes
import Hummingbird
import Recommend
import VectorCollections

/// `/api/v1/vector`: suggestions, and what the engine holds.
struct VectorController: Sendable {
    let suggestions: PerGeneration<QuestionSuggestions>
    let replays: ReplayTokens
    let index: VectorIndex
    let embedders: InstanceEmbedders
    let publicRead: Bool
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("suggestions/questions", use: suggestQuestions)
        group.post("analyze/job-description", use: analyze)
        group.get("collections", use: collections)
        group.get("collections/{name}", use: collection)
        group.post("collections/initialize", use: initialize)
        group.get("models", use: models)
        group.get("health", use: health)
    }

    // MARK: Suggestions

    @Sendable private func suggestQuestions(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let jobDescription: String
            let role: String
            let difficulty: String?
            let count: Int?
            let replay: String?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let asked = try SuggestionRequest(
            post: body.jobDescription, role: body.role, difficulty: body.difficulty ?? "medium", count: body.count ?? 5)
        let earlier = try body.replay.map { try replays.content(of: $0, for: asked) }
        let set = try await suggestions.current.run(asked, again: earlier?.set)
        return try JSONBody.response(
            SuggestionBody(set, request: asked, replay: replays.token(for: set, of: asked), earlier: earlier))
    }

    /// What a post is read as, without suggesting anything.
    @Sendable private func analyze(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let jobDescription: String
            let role: String?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        let post = check.text(body.jobDescription, "job_description", in: 1...SuggestionRequest.postLengthMax)
        let role = body.role.map { check.text($0, "role", in: 1...SuggestionRequest.roleLengthMax) } ?? ""
        try check.finish()
        return try JSONBody.response(PostReadingBody(suggestions.current.reading(of: post, role: role)))
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

    @Sendable private func collection(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        guard let name = context.parameters.get("name"), let body = collectionBodies()[name] else {
            throw APIError.notFound("Collection")
        }
        return try JSONBody.response(body)
    }

    /// The collections are there from the start: this answers who deploys by the older API, and changes nothing.
    @Sendable private func initialize(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        let names = index.entries.map(\.collection.schema.name).joined(separator: ", ")
        let body: JSONValue = [
            "message": .string("The collections are there: \(names)"), "status": "success",
        ]
        return try JSONBody.response(body)
    }

    @Sendable private func models(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        let model = index.entry(of: .questions).model
        let local = embedders.models.filter { !$0.isProvided }
        let provided = embedders.models.filter(\.isProvided).map { JSONValue.string($0.name) }
        let own = local.first { $0 == model } ?? local.first
        let localBody: JSONValue = [
            "available": .bool(own != nil), "model": own.map { .string($0.name) } ?? .null,
            "revision": own.map { .string($0.revision) } ?? .null,
            "vector_size": own.map { .integer($0.dimension) } ?? .null,
        ]
        let openai: JSONValue = [
            "available": .bool(!provided.isEmpty), "models": .array(provided), "default": provided.first ?? .null,
        ]
        let body: JSONValue = [
            "models": ["openai": openai, "local": localBody], "default_model": .string(model.name),
            "status": "success",
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
        let model = index.entry(of: .questions).model
        let bodies = collectionBodies()
        let engine = Engine(
            status: isReady ? "healthy" : "loading", vectors: bodies.values.reduce(0) { $0 + $1.vectorsCount })
        return try JSONBody.response(
            Body(
                status: isReady ? "healthy" : "starting", engine: engine, qdrant: engine,
                embeddingModels: [model.isProvided ? "openai" : "local": model.name], collections: bodies),
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
