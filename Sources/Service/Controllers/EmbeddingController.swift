import Catalog
import Embedding
import Foundation
import Hummingbird

/// `/api/v1/vector/embeddings`: texts to vectors of the model that questions are served in.
struct EmbeddingController: Sendable {
    private static let textLengthMax = 10_000
    private static let textsMax = 1_000

    let served: ServedCollection
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("generate", use: generate)
        group.post("batch", use: batch)
    }

    @Sendable private func generate(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let text: String
            let model: String?
            let useCache: Bool?
        }
        struct Answer: Encodable {
            let embedding: [Float]
            let model: String
            let textLength: Int
            let cached: Bool
        }
        _ = try context.requireUser()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        let text: String = check.text(body.text, "text", in: 1...Self.textLengthMax)
        try check.finish()
        let generation = try generation(body.model)
        let (vectors, cached) = try await embed([text], by: generation, useCache: body.useCache ?? true)
        return try JSONBody.response(
            Answer(
                embedding: vectors[0], model: generation.model.name, textLength: text.unicodeScalars.count,
                cached: cached[0]))
    }

    @Sendable private func batch(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let texts: [String]
            let model: String?
            let batchSize: Int?
        }
        struct Answer: Encodable {
            let embeddings: [[Float]]
            let model: String
            let totalTexts: Int
            let cachedCount: Int
        }
        _ = try context.requireUser()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        _ = check.number(body.texts.count, "texts", in: 1...Self.textsMax)
        let size = check.number(body.batchSize ?? 100, "batch_size", in: 1...Self.textsMax)
        let texts = body.texts.prefix(Self.textsMax).enumerated().map { index, text in
            check.text(text, "texts.\(index)", in: 1...Self.textLengthMax) as String
        }
        try check.finish()
        let generation = try generation(body.model)
        var answer: (vectors: [[Float]], cached: [Bool]) = ([], [])
        for start in stride(from: 0, to: texts.count, by: size) {
            let (vectors, cached) = try await embed(
                Array(texts[start..<min(start + size, texts.count)]), by: generation, useCache: true)
            answer.vectors += vectors
            answer.cached += cached
        }
        return try JSONBody.response(
            Answer(
                embeddings: answer.vectors, model: generation.model.name, totalTexts: texts.count,
                cachedCount: answer.cached.count { $0 }))
    }

    private func embed(
        _ texts: [String], by generation: Generation, useCache: Bool
    ) async throws -> (vectors: [[Float]], cached: [Bool]) {
        if useCache { return try await generation.embedder.embedReportingCache(texts) }
        return (try await generation.source.embed(texts), texts.map { _ in false })
    }

    /// The generation to embed with, whose model `name` has to mean.
    private func generation(_ name: String?) throws -> Generation {
        let generation = served.current
        guard let name, name != generation.model.name else { return generation }
        throw APIError.badRequest(
            "Unknown model: \(name.prefix(100)); this service embeds with \(generation.model.name)",
            code: "unknown_model")
    }
}
