import Catalog
import Foundation
import Recommend
import VectorCollections

/// A set of suggestions, as callers see it.
struct SuggestionBody: Encodable {
    struct Filters: Encodable {
        let role: String
        let difficulty: String
    }

    /// The explanation of one result, in its metadata.
    struct Reasoning: Encodable, Sendable {
        let reason: String
        let tier: String
        let scoreParts: [String: Double]
        let matchedNeeds: [Match]
    }

    struct Match: Encodable, Sendable {
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
    struct Sentence: Encodable, Sendable {
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

    /// What became of an earlier set that was asked for again.
    struct Replayed: Encodable {
        /// Whether the bank or its model is another one since, so that scores can differ.
        let bankChanged: Bool
        /// The bank's position then.
        let bankPosition: Int64
        /// Questions that are gone.
        let missing: [String]
    }

    let results: [QuestionResult<Reasoning>]
    let total: Int
    let query: String
    let filters: Filters
    let explanation: Explanation
    /// Gives this set again, on any instance.
    let replay: String
    let replayed: Replayed?

    /// - Parameter earlier: what the caller asked for again.
    init(_ set: SuggestionSet, request: SuggestionRequest, replay: String, earlier: ReplayTokens.Content?) {
        self.replay = replay
        replayed = earlier.map { earlier in
            Replayed(
                bankChanged: !earlier.isOf(position: set.position, model: set.model),
                bankPosition: earlier.position.rawValue, missing: set.missing.map { $0.uuidString.lowercased() })
        }
        results = set.suggestions.map(QuestionResult.init)
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

extension QuestionResult<SuggestionBody.Reasoning> {
    init(_ suggestion: Suggestion) {
        let reasoning = SuggestionBody.Reasoning(
            reason: suggestion.reason, tier: suggestion.tier.rawValue,
            scoreParts: Dictionary(uniqueKeysWithValues: suggestion.parts.map { ($0.name, $0.value) }),
            matchedNeeds: suggestion.matches.map(SuggestionBody.Match.init))
        self.init(question: suggestion.question, score: suggestion.score, extra: reasoning)
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
