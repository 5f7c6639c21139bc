import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/vector/patterns`: how people answer, and who answers alike.
struct UserPatternController: Sendable {
    let patterns: UserPatternStore
    let search: PerGeneration<PatternSearch>
    let measure: PatternMeasure
    let pseudonyms: Pseudonyms
    let intake: ItemIntake
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("similar", use: similar)
        group.put("{user_id}", use: put)
        group.get("{user_id}", use: show)
        group.get("{user_id}/measured", use: measured)
        group.delete("{user_id}", use: delete)
    }

    @Sendable private func put(_ request: Request, context: APIContext) async throws -> Response {
        let user = try context.pathID("user_id")
        try context.requireOwner(user)
        let body = try await JSONBody.decode(PatternFields.self, from: request, bytesMax: bodyBytesMax)
        let draft = try body.draft()
        let write = try await intake.write(text: draft.text, hash: draft.embeddedTextHash) { vector in
            try await patterns.put(draft, of: user, vector: vector)
        }
        guard let write else { preconditionFailure("a pattern is always stored") }
        return try JSONBody.response(UserPatternBody(write.item, write: write)).at(write)
    }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        let user = try context.pathID("user_id")
        try context.requireOwner(user)
        guard let pattern = try await patterns.find(user: user) else { throw APIError.notFound("Pattern") }
        return try JSONBody.response(UserPatternBody(pattern))
    }

    /// What the person's answers say, whatever they declared.
    @Sendable private func measured(_ request: Request, context: APIContext) async throws -> Response {
        let user = try context.pathID("user_id")
        try context.requireOwner(user)
        guard let pattern = try await measure.pattern(of: user) else {
            throw APIError.notFound("Pattern of enough answers")
        }
        return try JSONBody.response(MeasuredPatternBody(pattern, of: user))
    }

    @Sendable private func delete(_ request: Request, context: APIContext) async throws -> Response {
        let user = try context.pathID("user_id")
        try context.requireOwner(user)
        guard let position = try await patterns.delete(user: user) else { throw APIError.notFound("Pattern") }
        _ = try await intake.waitUntilIndexed(.userPatterns, position)
        return Response(status: .noContent).at(position, .userPatterns)
    }

    /// People are shown to administrators by their ids, and to others by names that mean something to the caller alone.
    @Sendable private func similar(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let userId: UUID
            let patternData: PatternFields?
            let limit: Int?
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let identity = try context.requireOwner(body.userId)
        var check = FieldCheck()
        let limit = check.number(body.limit ?? 10, "limit", in: 1...50)
        try check.finish()
        let stored = try await body.patternData == nil ? patterns.find(user: body.userId) : nil
        // Of somebody who says nothing, what their answers say.
        let measured =
            try await body.patternData == nil && stored == nil ? measure.pattern(of: body.userId) : nil
        let draft = try stored?.draft ?? measured ?? (body.patternData ?? PatternFields()).draft()
        let answer = try await search.current.run(draft.text, besides: body.userId, limit: limit)
        struct Answer: Encodable {
            let patterns: [SimilarPatternBody]
            let total: Int
            let userId: String
            let degraded: Bool?
        }
        let found = answer.hits.map { hit in
            SimilarPatternBody(
                hit, name: identity.isAdmin ? nil : pseudonyms.name(of: hit.userID, to: identity.userID))
        }
        return try JSONBody.response(
            Answer(
                patterns: found, total: found.count, userId: body.userId.uuidString.lowercased(),
                degraded: answer.isDegraded ? true : nil))
    }
}
