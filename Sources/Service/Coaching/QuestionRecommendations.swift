import Catalog
import Foundation
import Learner
import Recommend

/// Puts together what the coach needs to know of a person and of the bank, and asks it what comes next.
struct QuestionRecommendations: Sendable {
    /// A question that the coach chose.
    struct Chosen: Sendable {
        let question: BankQuestion
        let recommendation: CoachRecommendation
    }

    private static let weakMax = 200
    private static let dueMax = 150
    private static let needsMax = 200
    private static let popularMax = 100
    /// Of all questions together, those proposed and some of the others, so that a list is full whenever the bank allows.
    private static let candidatesMax = 900

    let learner: LearnerService
    let index: QuestionIndex
    let history: PracticeHistory
    let needs: PersonNeeds
    let feedback: RecommendationFeedback
    let neighbours: NeighbourProposals
    let health: BankHealth
    let experiment: CoachExperiment

    /// - Parameter profile: what the person declares; counts before their first answers and for what is relevant.
    func choose(_ count: Int, for person: UUID, profile: UserPatternDraft?, at now: Date = Date()) async throws
        -> [Chosen]
    {
        let bank = learner.numbers.allQuestions
        let model = try learner.model(knowing: bank.values)
        let state = try await learner.state(of: person, declaring: profile)
        let needs = try await needs.find(person, state, profile)
        let latest = try await history.latest(of: person)
        let others = try await neighbours.proposals(for: person, answered: latest, bank: bank)
        let proposed = try await proposed(state, needs, others, bank: bank, model: model, at: now)
        let ids = candidates(proposed, seed: Self.seed(person, now))
        let entries = try index.entries(ids)
        let reactions = try await feedback.feedback(of: person)
        let names = learner.numbers.skillNames
        let usageMax = max(1, entries.map(\.question.usageCount).max() ?? 1)
        let request = CoachRequest(
            person: state, seconds: now.timeIntervalSince1970, count: count,
            candidates: entries.compactMap { entry in
                bank[entry.question.id].map { known in
                    let found = proposed.entries[known.number]
                    return CoachCandidate(
                        question: known.number, skills: known.skills, label: known.label,
                        category: entry.question.category,
                        popularity: Double(entry.question.usageCount) / Double(usageMax),
                        health: health.weight(of: entry.question.id),
                        neighbours: found?.neighbours ?? 0, proposedBy: found?.sources ?? [], vector: entry.vector)
                }
            },
            history: CoachHistory(answers: CoachHistory.answers(latest, bank)), feedback: reactions, needs: needs,
            preferredCategories: Set((profile?.preferredCategories ?? []).map { $0.lowercased() }),
            seed: Self.seed(person, now), skillName: { names[$0] })
        let questions = Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in
                bank[entry.question.id].map { ($0.number, entry.question) }
            })
        return try experiment.policy(for: person).policy.choose(request, model: model).compactMap { recommendation in
            questions[recommendation.question].map { Chosen(question: $0, recommendation: recommendation) }
        }
    }

    private func proposed(
        _ state: PersonState, _ needs: [SkillNeed], _ others: [Proposal], bank: [UUID: LearnerNumbers.Known],
        model: LearnerModel,
        at now: Date
    ) async throws -> ProposedQuestions {
        let seconds = now.timeIntervalSince1970
        let popular = try await history.mostPractised(limit: Self.popularMax).compactMap { entry in
            bank[entry.question].map { (question: $0.number, answers: Double(entry.answers)) }
        }
        let popularity = Dictionary(uniqueKeysWithValues: popular.map { ($0.question, $0.answers) })
        let bySkill = QuestionsBySkill(
            learner.numbers.bank.map { (question: $0.known.number, skills: $0.known.skills) }, popularity: popularity)
        // Of somebody who practised nothing every skill is equally unknown: then what they work towards leads.
        let practised = state.skills.filter { $0.tries > 0 }.map(\.skill)
        let wanted = practised.isEmpty ? needs.flatMap(\.skills) : practised
        let mastery = model.mastery(state, skills: Set(wanted).sorted(), seconds: seconds)
        let review = SpacedReview(state, model: model, seconds: seconds)
        return ProposedQuestions(
            CoachProposals.weakSkills(mastery, bank: bySkill, limit: Self.weakMax)
                + CoachProposals.dueSkills(review, bank: bySkill, limit: Self.dueMax)
                + CoachProposals.needs(needs, bank: bySkill, limit: Self.needsMax)
                + others + CoachProposals.popular(popular, limit: Self.popularMax))
    }

    /// What was proposed, and as many others as there is room for, chosen by the seed.
    private func candidates(_ proposed: ProposedQuestions, seed: UInt64) -> [UUID] {
        var own: [UUID] = []
        var others: [UUID] = []
        for (id, known) in learner.numbers.bank {
            if proposed.entries[known.number] != nil { own.append(id) } else { others.append(id) }
        }
        // Others from a place that the seed names: over the days everything has its turn.
        let start = others.isEmpty ? 0 : Int(seed % UInt64(others.count))
        let room = max(0, Self.candidatesMax - own.count)
        return Array(own.prefix(Self.candidatesMax)) + (others[start...] + others[..<start]).prefix(room)
    }

    /// The same list for a day, unless answers change it.
    private static func seed(_ person: UUID, _ now: Date) -> UInt64 {
        let day = Int(now.timeIntervalSince1970 / 86_400)
        return "\(person.uuidString)/\(day)".utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
