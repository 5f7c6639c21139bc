import Learner

/// Says which source a choice is owed to, and why it is recommended.
struct CoachReason {
    private let scoring: CandidateScoring

    init(_ scoring: CandidateScoring) { self.scoring = scoring }

    /// The source whose part of the score is the greatest among those that proposed the question; with no proposal, or
    /// where nothing that proposed it adds anything, among all. A weak skill counts with what is expected to be learned
    /// because of it.
    func source(_ scored: ScoredCandidate) -> CoachSource {
        let parts = scored.parts
        let ranked: [(source: CoachSource, part: Double)] = [
            (.weakSkill, parts.weakness + 0.25 * parts.learning),
            (.dueReview, parts.due),
            (.similarUser, parts.neighbours),
            (.content, parts.relevance),
            (.popular, parts.popularity),
        ]
        let proposed = scoring.request.candidates[scored.place].proposedBy
        let named = ranked.filter { proposed.contains(CoachSources($0.source)) && $0.part > 0 }
        var best = (named.isEmpty ? ranked : named)[0]
        for entry in named.isEmpty ? ranked : named where entry.part > best.part { best = entry }
        return best.source
    }

    func text(_ scored: ScoredCandidate, source: CoachSource) -> String {
        let good = scored.expected.good
        let range = "\(Self.percent(good.lower)) to \(Self.percent(good.upper)) %"
        return
            "\(why(scoring.request.candidates[scored.place], source)) A good answer has a probability of \(Self.percent(good.probability)) % (\(range))."
    }

    private func why(_ candidate: CoachCandidate, _ source: CoachSource) -> String {
        switch source {
        case .weakSkill: weak(candidate)
        case .dueReview: due(candidate)
        case .similarUser: "People whose answers went like yours practised this next and got better."
        case .content: relevant(candidate)
        case .popular: "Many people practise this question."
        case .explore: "A try outside the usual choice, to learn what helps you."
        }
    }

    private func weak(_ candidate: CoachCandidate) -> String {
        let standing = strongest(candidate) { $0.need * $0.weakness }
        guard let standing, let name = scoring.request.skillName(standing.skill) else {
            return "Practises what you can still get better at."
        }
        let expected = Self.percent(standing.mastery.expected.probability)
        guard standing.mastery.answers > 0 else {
            return "You have not practised \(name) yet; about \(expected) % of a typical answer is expected."
        }
        let answers = standing.mastery.answers == 1 ? "1 answer" : "\(standing.mastery.answers) answers"
        return "\(name) can still get better: about \(expected) % of a typical answer is expected, after \(answers)."
    }

    private func due(_ candidate: CoachCandidate) -> String {
        let standing = strongest(candidate) { $0.need * $0.due }
        guard let standing, let memory = standing.memory,
            let name = scoring.request.skillName(standing.skill)
        else { return "Refreshes what you are likely to be forgetting." }
        let share = Self.percent(memory.retention)
        return "\(name) is due for review: about \(share) % of it is likely still there."
    }

    private func relevant(_ candidate: CoachCandidate) -> String {
        if !scoring.weights.isEmpty, let standing = strongest(candidate, by: { $0.need }) {
            let asking = scoring.request.needs.filter { $0.weight > 0 && $0.skills.contains(standing.skill) }
            if let need = asking.max(by: { $0.weight < $1.weight }) { return "Prepares for \(need.name)." }
        }
        if scoring.request.preferredCategories.contains(candidate.category) {
            return "Of a category that you prefer: \(candidate.category)."
        }
        return "Close to what you are preparing for."
    }

    /// The candidate's skill with the greatest figure; the first of equals.
    private func strongest(_ candidate: CoachCandidate, by figure: (SkillStanding) -> Double) -> SkillStanding? {
        var best: SkillStanding?
        for index in 0..<candidate.skills.count {
            guard let standing = scoring[candidate.skills[index]] else { continue }
            if best.map({ figure(standing) > figure($0) }) ?? true { best = standing }
        }
        return best
    }

    private static func percent(_ share: Float) -> Int { Int((100 * share).rounded()) }
}
