import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/questions/suggestions`, `/api/v1/questions/generate` and `/api/v1/parse-jd`: what suits a role or a post, as whole
/// questions of the bank. They choose as `/api/v1/vector/suggestions/questions` does, which tells more of why.
struct QuestionSetController: Sendable {
    private static let limitMax = 50

    let suggestions: PerGeneration<QuestionSuggestions>
    let questions: QuestionStore
    let publicRead: Bool
    let bodyBytesMax: Int

    func addRoutes(to api: RouterGroup<APIContext>) {
        api.get("questions/suggestions", use: suggest)
        api.post("questions/generate", use: generate)
        api.post("parse-jd", use: parse)
    }

    @Sendable private func suggest(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        var parameters = QueryParameters(request)
        let role = parameters.requiredText("role", lengthMax: SuggestionRequest.roleLengthMax)
        let post = parameters.text("job_description", lengthMax: SuggestionRequest.postLengthMax)
        let difficulty: Difficulty = parameters.choice("difficulty", or: "difficulty_level") ?? .medium
        let limit = parameters.integer("limit", default: 10, in: 1...Self.limitMax)
        try parameters.finish()
        return try await answer(
            SuggestionRequest(
                post: post, role: role, difficulty: difficulty.rawValue, count: limit,
                within: 1...Self.limitMax))
    }

    @Sendable private func generate(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let role: String
            let jobDescription: String?
            let difficulty: String?
            let count: Int?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        return try await answer(
            SuggestionRequest(
                post: body.jobDescription, role: body.role, difficulty: body.difficulty ?? "medium",
                count: body.count ?? 5))
    }

    @Sendable private func parse(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let role: String
            let jobDescription: String
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        return try await answer(SuggestionRequest(post: body.jobDescription, role: body.role))
    }

    /// Questions that went since they were chosen are left out.
    private func answer(_ asked: SuggestionRequest) async throws -> Response {
        let set = try await suggestions.current.run(asked)
        let stored = try await questions.find(set.suggestions.map(\.question.id))
        let chosen = try set.suggestions.compactMap { suggestion in
            try stored[suggestion.question.id].map { try SuggestedQuestionBody($0, suggestion) }
        }
        return try JSONBody.response(QuestionSetBody(chosen, set, role: asked.role))
    }
}

/// A set of whole questions, as callers see it.
private struct QuestionSetBody: Encodable {
    let questions: [SuggestedQuestionBody]
    let total: Int
    let role: String
    /// What the post asks for and the set tests, and what it does not.
    let skills: [String]
    let skillsNotCovered: [String]
    let notes: [String]
    /// Nothing is made up: every question is one of the bank.
    let source = "from_library"

    init(_ questions: [SuggestedQuestionBody], _ set: SuggestionSet, role: String) {
        self.questions = questions
        self.role = role
        total = questions.count
        skills = set.covered.map(\.name)
        skillsNotCovered = set.gaps.map(\.need.name)
        notes = set.notes
    }
}

/// A question of the bank, with two fields more.
private struct SuggestedQuestionBody: Encodable {
    private enum CodingKeys: String, CodingKey {
        case score, reason
    }

    private let question: QuestionBody
    private let score: Double
    private let reason: String

    init(_ question: Question, _ suggestion: Suggestion) throws {
        self.question = try QuestionBody(question)
        score = suggestion.score
        reason = suggestion.reason
    }

    func encode(to encoder: any Encoder) throws {
        try question.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(score, forKey: .score)
        try container.encode(reason, forKey: .reason)
    }
}
