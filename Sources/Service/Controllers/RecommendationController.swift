import Catalog
import Foundation
import Hummingbird
import Learner
import Recommend

/// `/api/v1/vector/recommendations`: what a person practises next, and why.
struct RecommendationController: Sendable {
    private enum ContentType: String, CaseIterable {
        case questions, scenarios
        case jobDescriptions = "job_descriptions"
    }

    let questions: QuestionRecommendations
    let scenarios: ScenarioRecommendations
    let jobs: JobSearch
    let patterns: UserPatternStore
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) { group.post(use: recommend) }

    @Sendable private func recommend(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let userId: UUID
            let contentType: String?
            let userProfile: PatternFields?
            let limit: Int?
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        try context.requireOwner(body.userId)
        let name = body.contentType ?? ContentType.questions.rawValue
        guard let type = ContentType(rawValue: name) else {
            throw APIError.badRequest("Unsupported content type: \(name)", code: "unsupported_content_type")
        }
        var check = FieldCheck()
        let limit = check.number(body.limit ?? 10, "limit", in: 1...50)
        try check.finish()
        let stored = body.userProfile == nil ? try await patterns.find(user: body.userId)?.draft : nil
        let profile = try body.userProfile.map { try $0.draft() } ?? stored
        let found = try await recommendations(type, of: body.userId, profile, limit)
        return try JSONBody.response(
            RecommendationsBody(
                recommendations: found, total: found.count, userId: body.userId.uuidString.lowercased(),
                contentType: type.rawValue))
    }

    private func recommendations(
        _ type: ContentType, of person: UUID, _ profile: UserPatternDraft?, _ limit: Int
    ) async throws -> [RecommendationBody] {
        switch type {
        case .questions:
            return try await questions.choose(limit, for: person, profile: profile).map(RecommendationBody.init)
        case .scenarios:
            return try await scenarios.choose(limit, for: person, profile: profile).map(RecommendationBody.init)
        case .jobDescriptions:
            let text = try profile?.text ?? PatternFields().draft().text
            return try await jobs.run(text, role: nil, viewer: .person(person), limit: limit).hits
                .map(RecommendationBody.init)
        }
    }
}

/// A list of recommendations, as callers see it.
struct RecommendationsBody: Encodable {
    let recommendations: [RecommendationBody]
    let total: Int
    let userId: String
    let contentType: String
}

/// Something that a person may practise or look at next.
struct RecommendationBody: Encodable {
    struct Metadata: Encodable {
        let reason: String
        /// How probably the person does well, and where that lies with a probability of 90 %.
        var pAnswerWell: Double?
        var pAnswerWellInterval: [Double]?
        /// Add up to `score`.
        var scoreParts: CoachRecommendation.Parts?
        var score: Double?
        /// With which probability this list holds it in this place.
        var propensity: Double?
        var difficulty: String?
        var category: String?
        var role: String?
        var skills: [String] = []
        var questionId: String?
    }

    private static let titleMax = 120

    let id: String
    let contentType: String
    let title: String
    let description: String
    let relevanceScore: Double
    let source: String
    let metadata: Metadata

    init(_ chosen: QuestionRecommendations.Chosen) {
        let (question, found) = (chosen.question, chosen.recommendation)
        id = question.id.uuidString.lowercased()
        contentType = "questions"
        title = Self.title(question.text)
        description = question.text
        relevanceScore = found.relevanceScore
        source = found.source.rawValue
        metadata = Metadata(
            reason: found.reason, pAnswerWell: Double(found.expected.probability),
            pAnswerWellInterval: [Double(found.expected.lower), Double(found.expected.upper)],
            scoreParts: found.parts, score: found.score, propensity: found.propensity, difficulty: question.difficulty,
            category: question.category, role: question.roles.first, skills: question.skills, questionId: id)
    }

    init(_ chosen: ScenarioRecommendations.Chosen) {
        let scenario = chosen.scenario
        id = scenario.id
        contentType = "scenarios"
        title = scenario.title
        description = scenario.description
        relevanceScore = chosen.relevance
        source = (chosen.expected?.overall ?? 1) < 0.6 ? CoachSource.weakSkill.rawValue : CoachSource.content.rawValue
        let skills = scenario.focusSkills.joined(separator: ", ")
        metadata = Metadata(
            reason: chosen.expected.map {
                "Practises \(skills): you are expected to do well on \(Int(($0.overall * 100).rounded())) % of such questions."
            } ?? "Practises \(skills).",
            pAnswerWell: chosen.expected?.overall,
            pAnswerWellInterval: chosen.expected.map { [$0.lower, $0.upper] },
            difficulty: scenario.difficulty.rawValue, role: scenario.role, skills: scenario.focusSkills)
    }

    init(_ hit: JobHit) {
        id = hit.id.uuidString.lowercased()
        contentType = "job_descriptions"
        title = hit.role ?? Self.title(hit.text)
        description = hit.text
        relevanceScore = min(1, max(0, hit.score))
        source = CoachSource.content.rawValue
        metadata = Metadata(reason: "Near to your profile.", role: hit.role, skills: hit.skills)
    }

    private static func title(_ text: String) -> String {
        text.count > titleMax ? text.prefix(titleMax - 1) + "…" : text
    }
}
