public import Learner

/// Where candidates come from. Every function is pure, proposes each question once and at most `limit` questions, and
/// leaves exclusion and value to `CoachPolicy`.
public enum CoachProposals {
    /// Questions of the weakest skills: of each in turn one, so that no skill takes all places.
    ///
    /// - Parameter mastery: the weakest first, as `LearnerModel.mastery` gives it.
    public static func weakSkills(_ mastery: [SkillMastery], bank: QuestionsBySkill, limit: Int) -> [Proposal] {
        let skills = mastery.map { (skill: $0.skill, strength: 1 - Double($0.expected.probability)) }
        return inTurn(skills, bank: bank, source: .weakSkill, limit: limit)
    }

    /// Questions of skills that are due for review, as `SpacedReview` gives them.
    public static func dueSkills(_ review: SpacedReview, bank: QuestionsBySkill, limit: Int) -> [Proposal] {
        let skills = review.due.map { (skill: $0.skill, strength: 1 - Double($0.memory.retention)) }
        return inTurn(skills, bank: bank, source: .dueReview, limit: limit)
    }

    /// Questions that serve what a post or a role asks for, the weightiest needs first.
    public static func needs(_ needs: [SkillNeed], bank: QuestionsBySkill, limit: Int) -> [Proposal] {
        let greatest = needs.map(\.weight).max() ?? 0
        guard greatest > 0 else { return [] }
        let ordered = needs.enumerated().filter { $0.element.weight > 0 }
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
        let skills = ordered.flatMap { need in
            need.element.skills.map { (skill: $0, strength: need.element.weight / greatest) }
        }
        return inTurn(skills, bank: bank, source: .content, limit: limit)
    }

    /// What people turned to after a history like this one.
    ///
    /// - Parameter history: question numbers, the oldest first.
    public static func sequence(_ next: NextItems, history: [Int32], limit: Int) -> [Proposal] {
        guard !history.isEmpty else { return [] }
        let scores = next.scores(after: history)
        let met = Set(history)
        let ordered = scores.indices.lazy.filter { scores[$0].isFinite && !met.contains(Int32($0)) }
            .sorted { (scores[$1], $0) < (scores[$0], $1) }
        return ranked(ordered.prefix(max(limit, 0)).map { Int32($0) }, source: .similarUser)
    }

    /// What similar people were helped by, in aggregate.
    public static func similarPeople(_ scores: [AggregateScore], limit: Int) -> [Proposal] {
        let ordered = scores.sorted { ($1.score, $0.question) < ($0.score, $1.question) }
        return ordered.prefix(max(limit, 0)).map {
            Proposal(question: $0.question, source: .similarUser, strength: $0.score)
        }
    }

    /// The most practised questions; those nobody practised are not proposed.
    public static func popular(_ counts: [(question: Int32, answers: Double)], limit: Int) -> [Proposal] {
        let ordered = counts.filter { $0.answers > 0 }
            .sorted { ($1.answers, $0.question) < ($0.answers, $1.question) }
        return ranked(ordered.prefix(max(limit, 0)).map(\.question), source: .popular)
    }

    /// Strength falls evenly with the rank: scores of this kind are comparable only among themselves.
    private static func ranked(_ questions: [Int32], source: CoachSource) -> [Proposal] {
        questions.enumerated().map { rank, question in
            Proposal(question: question, source: source, strength: 1 - Double(rank) / Double(questions.count))
        }
    }

    private static func inTurn(
        _ skills: [(skill: Int32, strength: Double)], bank: QuestionsBySkill, source: CoachSource, limit: Int
    ) -> [Proposal] {
        var met: Set<Int32> = []
        var proposals: [Proposal] = []
        var round = 0
        var isLeft = true
        while proposals.count < limit, isLeft {
            isLeft = false
            for entry in skills where proposals.count < limit {
                let questions = bank[entry.skill]
                guard round < questions.count else { continue }
                isLeft = true
                guard met.insert(questions[round]).inserted else { continue }
                proposals.append(
                    Proposal(question: questions[round], source: source, strength: entry.strength))
            }
            round += 1
        }
        return proposals
    }
}
