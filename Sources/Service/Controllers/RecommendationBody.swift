import Catalog
import Foundation
import Learner
import Recommend

/// A list of recommendations, as callers see it.
struct RecommendationsBody: Encodable {
    /// Names the list where its reader reacts to it.
    let recommendationId: String
    let recommendations: [RecommendationBody]
    let total: Int
    let userId: String
    let contentType: String

    init(
        _ found: [RecommendationBody], id: UUID, person: UUID, contentType: RecommendationList.ContentType
    ) {
        recommendationId = id.uuidString.lowercased()
        recommendations = found.enumerated().map { place, body in
            var body = body
            body.place = place + 1
            return body
        }
        total = found.count
        userId = person.uuidString.lowercased()
        self.contentType = contentType.rawValue
    }
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
    /// In its list, counted from 1.
    var place: Int?
    let contentType: String
    let title: String
    let description: String
    let relevanceScore: Double
    let source: String
    let metadata: Metadata

    /// What is kept of it.
    var item: RecommendationList.Item {
        RecommendationList.Item(
            id: id, source: source, propensity: metadata.propensity ?? 1, expected: metadata.pAnswerWell)
    }

    init(_ chosen: QuestionRecommendations.Chosen) {
        let (question, found) = (chosen.question, chosen.recommendation)
        id = question.id.uuidString.lowercased()
        contentType = "questions"
        title = Self.title(question.text)
        description = question.text
        relevanceScore = found.relevanceScore
        source = found.source.rawValue
        metadata = Metadata(
            reason: found.reason, pAnswerWell: Double(found.expected.good.probability),
            pAnswerWellInterval: [Double(found.expected.good.lower), Double(found.expected.good.upper)],
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
