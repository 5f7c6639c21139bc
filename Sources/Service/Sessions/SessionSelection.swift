import Catalog
import Foundation
import Learner

/// Chooses a session's questions from candidates, by what fits and by what this person can answer. Deterministic; ties go
/// to the lower id.
///
/// Practice looks for questions in the band where people learn, neither sure to be answered well nor hopeless, and for the
/// person's weak skills. An interview looks for what fits the role at the level asked for, and rises from easy to hard.
/// Both spread over skills and categories, and ask again what was answered lately only where nothing else is left.
struct SessionSelection: Sendable {
    struct Choice: Sendable, Equatable {
        let candidate: SessionCandidates.Candidate
        let reason: String
        /// How well the person is expected to answer; nil where the learner does not know the question.
        let expected: Prediction?
    }

    /// The probability of a good answer at which most is learned.
    static let band: ClosedRange<Float> = 0.60...0.75
    /// At this distance from the band nothing speaks for a question any more.
    static let bandReach: Float = 0.4
    private static let repeatedSkill: Float = 0.25
    private static let repeatedCategory: Float = 0.05
    private static let resting: Float = 10

    let mode: Session.Mode
    let difficulty: Difficulty?
    /// How well the questions of a role fit, 0..1 by its key.
    let roleFit: [String: Double]
    /// Skills that the session is about, by `skillKey`, the most important first.
    let focus: [String]
    /// The form in which skills are told apart.
    let skillKey: @Sendable (String) -> String
    let predictions: [UUID: Prediction]
    /// What was answered lately.
    let resting: Set<UUID>

    /// - Complexity: O(candidates × count)
    func choose(_ count: Int, from candidates: [SessionCandidates.Candidate]) -> [Choice] {
        var left = candidates.sorted { $0.id.uuidString < $1.id.uuidString }.map { ($0, value($0)) }
        var chosen: [SessionCandidates.Candidate] = []
        var skills: [String: Int] = [:]
        var categories: [String: Int] = [:]
        while chosen.count < count, !left.isEmpty {
            var best = 0
            var bestValue = -Float.infinity
            for (place, (candidate, value)) in left.enumerated() {
                let repeats = candidate.skills.first.map { skills[skillKey($0), default: 0] } ?? 0
                let spread =
                    Self.repeatedSkill * Float(repeats)
                    + Self.repeatedCategory * Float(categories[candidate.category, default: 0])
                if value - spread > bestValue { (best, bestValue) = (place, value - spread) }
            }
            let (candidate, _) = left.remove(at: best)
            for skill in candidate.skills.prefix(1) { skills[skillKey(skill), default: 0] += 1 }
            categories[candidate.category, default: 0] += 1
            chosen.append(candidate)
        }
        let ordered = mode == .interview ? Self.rising(chosen) : chosen
        return ordered.map { Choice(candidate: $0, reason: reason($0), expected: predictions[$0.id]) }
    }

    /// What speaks for a question by itself.
    private func value(_ candidate: SessionCandidates.Candidate) -> Float {
        let rest = resting.contains(candidate.id) ? Self.resting : 0
        let fit = Float(candidate.roles.compactMap { roleFit[$0] }.max() ?? 0)
        let about = Float(focused(candidate).map { 1 - 0.05 * Double(min($0.place, 10)) } ?? 0)
        let level = difficulty.map { 1 - Float(abs($0.level - candidate.difficulty.level)) / 2 } ?? 0.5
        switch mode {
        case .interview: return 0.5 * fit + 0.6 * about + 0.4 * level - rest
        case .practice:
            let expected = predictions[candidate.id]?.good.probability
            let teaches = expected.map(Self.teaching) ?? 0.5
            let weak = expected.map { 1 - $0 } ?? 0.5
            return 0.3 * fit + 0.6 * about + 0.5 * teaches + 0.3 * weak + (difficulty == nil ? 0 : 0.3 * level) - rest
        }
    }

    /// 1 within the band, falling to 0 at `bandReach` from it.
    static func teaching(_ probability: Float) -> Float {
        let distance = max(band.lowerBound - probability, probability - band.upperBound, 0)
        return max(0, 1 - distance / bandReach)
    }

    private func focused(_ candidate: SessionCandidates.Candidate) -> (place: Int, skill: String)? {
        candidate.skills.compactMap { skill in
            focus.firstIndex(of: skillKey(skill)).map { (place: $0, skill: skill) }
        }.min { $0.place < $1.place }
    }

    private func reason(_ candidate: SessionCandidates.Candidate) -> String {
        let about = focused(candidate)?.skill ?? candidate.skills.first ?? candidate.category
        guard mode == .practice, let expected = predictions[candidate.id] else {
            return "Asks about \(about), at the level \(candidate.difficulty.rawValue)."
        }
        return "Practises \(about): a good answer is expected at \(Int((expected.good.probability * 100).rounded())) %."
    }

    /// Easy ones first; those of one level stay as they are.
    private static func rising(_ chosen: [SessionCandidates.Candidate]) -> [SessionCandidates.Candidate] {
        Difficulty.allCases.flatMap { level in chosen.filter { $0.difficulty == level } }
    }
}
