import Catalog
import Foundation
import Recommend

/// A set of suggestions, as callers see it.
struct SuggestionBody: Encodable {
    struct Filters: Encodable {
        let role: String
        let difficulty: String
    }

    struct Result: Encodable {
        let id: String
        let score: Double
        let text: String
        let difficulty: String
        let category: String
        let subcategory: String?
        let role: String?
        let skills: [String]
        let questionId: String
        let metadata: Metadata
    }

    /// The question's fields again, because older clients look for them here, and the explanation.
    struct Metadata: Encodable {
        let difficulty: String
        let category: String
        let subcategory: String?
        let role: String?
        let roles: [String]
        let skills: [String]
        let questionId: String
        let reason: String
        let tier: String
        let scoreParts: [String: Double]
        let matchedNeeds: [Match]
    }

    struct Match: Encodable {
        let need: String
        /// `skill` or `duty`.
        let kind: String
        let weight: Double
        /// `tag` (the very skill), `related` (a near skill) or `meaning`.
        let evidence: String
        let strength: Double
        let sentence: Sentence?
    }

    /// Offsets count Unicode code points from the start of the post; `end` is the first one behind the sentence.
    struct Sentence: Encodable {
        let text: String
        let start: Int
        let end: Int
        let part: String
    }

    struct NeedBody: Encodable {
        let need: String
        let kind: String
        let weight: Double
    }

    struct GapBody: Encodable {
        let need: String
        let kind: String
        let weight: Double
        /// Whether the bank has questions on it; if so, `count` was too small to reach it.
        let inBank: Bool
        let nearest: String?
    }

    struct Explanation: Encodable {
        let needsCovered: [NeedBody]
        let needsNotCovered: [GapBody]
        let excludedSkills: [String]
        let notes: [String]
    }

    let results: [Result]
    let total: Int
    let query: String
    let filters: Filters
    let explanation: Explanation

    init(_ set: SuggestionSet, request: SuggestionRequest) {
        results = set.suggestions.map(Result.init)
        total = set.suggestions.count
        query = request.post
        filters = Filters(role: request.role, difficulty: request.difficulty.rawValue)
        explanation = Explanation(
            needsCovered: set.covered.map { NeedBody(need: $0.name, kind: $0.kindName, weight: $0.weight) },
            needsNotCovered: set.gaps.map { gap in
                GapBody(
                    need: gap.need.name, kind: gap.need.kindName, weight: gap.need.weight, inBank: gap.isInBank,
                    nearest: gap.nearest?.text)
            },
            excludedSkills: set.analysis.excludedSkills, notes: set.notes)
    }
}

extension SuggestionBody.Result {
    init(_ suggestion: Suggestion) {
        let question = suggestion.question
        id = question.id.uuidString.lowercased()
        score = suggestion.score
        text = question.text
        difficulty = question.difficulty
        category = question.category
        subcategory = question.subcategory
        role = question.roles.first
        skills = question.skills
        questionId = id
        metadata = SuggestionBody.Metadata(
            difficulty: question.difficulty, category: question.category, subcategory: question.subcategory,
            role: question.roles.first, roles: question.roles, skills: question.skills, questionId: id,
            reason: suggestion.reason, tier: suggestion.tier.rawValue,
            scoreParts: Dictionary(uniqueKeysWithValues: suggestion.parts.map { ($0.name, $0.value) }),
            matchedNeeds: suggestion.matches.map(SuggestionBody.Match.init))
    }
}

extension SuggestionBody.Match {
    init(_ match: Suggestion.Match) {
        need = match.need.name
        kind = match.need.kindName
        weight = match.need.weight
        evidence = match.evidence.tag == 1 ? "tag" : match.evidence.tag > 0 ? "related" : "meaning"
        strength = match.evidence.strength
        sentence = match.sentence.map { sentence in
            SuggestionBody.Sentence(
                text: sentence.text, start: sentence.range.lowerBound, end: sentence.range.upperBound,
                part: sentence.part.rawValue)
        }
    }
}

extension Need {
    fileprivate var kindName: String { kind == .duty ? "duty" : "skill" }
}
