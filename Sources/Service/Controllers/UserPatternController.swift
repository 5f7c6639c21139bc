import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/vector/patterns`: how people answer, and who answers alike.
struct UserPatternController: Sendable {
    let patterns: UserPatternStore
    let search: PatternSearch
    let pseudonyms: Pseudonyms
    let intake: ItemIntake
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("similar", use: similar)
        group.put("{user_id}", use: put)
        group.get("{user_id}", use: show)
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
        let draft = try stored?.draft ?? (body.patternData ?? PatternFields()).draft()
        let answer = try await search.run(draft.text, besides: body.userId, limit: limit)
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

/// A pattern as callers give it.
struct PatternFields: Decodable {
    var skillLevel: String?
    /// A number from −1 to 1, or a word.
    var performanceTrend: JSONValue?
    var learningStyle: String?
    var preferredCategories: [String]?
    var strengths: [String]?
    var weaknesses: [String]?

    private static let words: [String: Double] = [
        "improving": 1, "increasing": 1, "positive": 1, "stable": 0, "steady": 0, "declining": -1, "decreasing": -1,
        "negative": -1,
    ]

    /// - Throws: `ValidationError`
    func draft() throws -> UserPatternDraft {
        try UserPatternDraft(
            skillLevel: skillLevel, performanceTrend: try trend(), learningStyle: learningStyle,
            preferredCategories: preferredCategories, strengths: strengths ?? [], weaknesses: weaknesses ?? [])
    }

    private func trend() throws -> Double? {
        switch performanceTrend {
        case nil, .null: return nil
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .string(let word):
            if let number = Self.words[word.trimmed.lowercased()] ?? Double(word) { return number }
        default: break
        }
        let allowed = Self.words.keys.sorted().joined(separator: ", ")
        throw ValidationError(
            FieldIssue(
                type: "performance_trend", field: "performance_trend",
                message: "Allowed are a number from -1 to 1, \(allowed)"))
    }
}

/// A person's own pattern, as callers see it.
struct UserPatternBody: Encodable {
    let id: String
    let userId: String
    let skillLevel: String
    let performanceTrend: Double
    let learningStyle: String
    let preferredCategories: [String]
    let strengths: [String]
    let weaknesses: [String]
    let patternData: String
    let createdAt: Date
    let updatedAt: Date
    let indexed: Bool?
    let position: Int64?

    init(_ pattern: UserPattern, write: ItemWrite<UserPattern>? = nil) {
        id = pattern.id.uuidString.lowercased()
        userId = pattern.userID.uuidString.lowercased()
        skillLevel = pattern.draft.skillLevel
        performanceTrend = pattern.draft.performanceTrend
        learningStyle = pattern.draft.learningStyle
        preferredCategories = pattern.draft.preferredCategories
        strengths = pattern.draft.strengths
        weaknesses = pattern.draft.weaknesses
        patternData = pattern.draft.text
        createdAt = pattern.createdAt
        updatedAt = pattern.updatedAt
        indexed = write?.isIndexed
        position = write?.position
    }
}

/// Somebody who answers alike, as callers see it. What people wrote themselves is shown to administrators only.
struct SimilarPatternBody: Encodable {
    struct PatternData: Encodable {
        let preferredCategories: [String]
        let strengths: [String]?
        let weaknesses: [String]?
    }

    let id: String
    let score: Double
    let userId: String
    let skillLevel: String
    let performanceTrend: Double
    let learningStyle: String
    let patternData: PatternData

    /// - Parameter name: stands for the person where not nil.
    init(_ hit: PatternHit, name: String?) {
        id = name ?? hit.id.uuidString.lowercased()
        score = hit.score
        userId = name ?? hit.userID
        skillLevel = hit.skillLevel
        performanceTrend = hit.performanceTrend
        learningStyle = hit.learningStyle
        patternData = PatternData(
            preferredCategories: hit.preferredCategories, strengths: name == nil ? hit.strengths : nil,
            weaknesses: name == nil ? hit.weaknesses : nil)
    }
}
