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
    private static let postNeedsMax = 12

    let learner: LearnerService
    let index: QuestionIndex
    let history: PracticeHistory
    let jobs: JobDescriptionStore
    let suggestions: QuestionSuggestions
    let policy: CoachPolicy

    /// - Parameter profile: what the person declares; counts before their first answers and for what is relevant.
    func choose(_ count: Int, for person: UUID, profile: UserPatternDraft?, at now: Date = Date()) async throws
        -> [Chosen]
    {
        let bank = learner.numbers.allQuestions
        let model = try learner.model(knowing: bank.values)
        let state = try await state(of: person, profile)
        let needs = try await needs(of: person, profile)
        let proposed = try await proposed(state, needs, bank: bank, model: model, at: now)
        let ids = candidates(proposed, bank, seed: Self.seed(person, now))
        let entries = try index.entries(ids)
        let latest = try await history.latest(of: person)
        let names = Dictionary(learner.numbers.allSkills.map { ($0.value, $0.key) }) { first, _ in first }
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
                        neighbours: found?.neighbours ?? 0, proposedBy: found?.sources ?? [], vector: entry.vector)
                }
            },
            history: CoachHistory(answers: Self.answers(latest, bank)), needs: needs,
            preferredCategories: Set((profile?.preferredCategories ?? []).map { $0.lowercased() }),
            seed: Self.seed(person, now), skillName: { names[$0] })
        let questions = Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in
                bank[entry.question.id].map { ($0.number, entry.question) }
            })
        return try policy.choose(request, model: model).compactMap { recommendation in
            questions[recommendation.question].map { Chosen(question: $0, recommendation: recommendation) }
        }
    }

    /// What is known of a person; of one without scored answers, what they declare.
    func state(of person: UUID, _ profile: UserPatternDraft?) async throws -> PersonState {
        let state = try await learner.stateNow(of: person)
        guard state.answers == 0, let profile else { return state }
        let prior = LearnerPerson.Prior(
            level: LearnerService.level(profile.skillLevel), strengths: numbers(of: profile.strengths),
            weaknesses: numbers(of: profile.weaknesses))
        return PersonState(prior: PersonPrior(prior), coefficients: learner.coefficients)
    }

    /// What a person works towards: the skills of the post that they stored last, and the weaknesses that they name.
    private func needs(of person: UUID, _ profile: UserPatternDraft?) async throws -> [SkillNeed] {
        var needs: [SkillNeed] = []
        if let post = try await jobs.list(owner: person, limit: 1, offset: 0).0.first, post.ownerID == person {
            let reading = suggestions.reading(of: post.draft.description, role: post.draft.role)
            for need in reading.analysis.needs.prefix(Self.postNeedsMax) where need.kind != .duty {
                needs.append(SkillNeed(name: need.name, skills: numbers(of: [need.name]), weight: need.weight))
            }
        }
        for weakness in profile?.weaknesses ?? [] {
            needs.append(SkillNeed(name: weakness, skills: numbers(of: [weakness]), weight: 1))
        }
        return needs.filter { !$0.skills.isEmpty }
    }

    private func numbers(of skills: [String]) -> [Int32] {
        let found = skills.compactMap { learner.numbers.number(ofSkill: learner.numbers.key($0)) }
        return Array(Set(found).sorted().prefix(LearnerPerson.Prior.skillsMax))
    }

    private func proposed(
        _ state: PersonState, _ needs: [SkillNeed], bank: [UUID: LearnerNumbers.Known], model: LearnerModel,
        at now: Date
    ) async throws -> ProposedQuestions {
        let seconds = now.timeIntervalSince1970
        let popular = try await history.mostPractised(limit: Self.popularMax).compactMap { entry in
            bank[entry.question].map { (question: $0.number, answers: Double(entry.answers)) }
        }
        let popularity = Dictionary(uniqueKeysWithValues: popular.map { ($0.question, $0.answers) })
        let bySkill = QuestionsBySkill(
            bank.values.map { known in
                (question: known.number, skills: known.skills, popularity: popularity[known.number] ?? 0)
            })
        // Of somebody who practised nothing every skill is equally unknown: then what they work towards leads.
        let practised = state.skills.filter { $0.tries > 0 }.map(\.skill)
        let wanted = practised.isEmpty ? needs.flatMap(\.skills) : practised
        let mastery = model.mastery(state, skills: Set(wanted).sorted(), seconds: seconds)
        let review = SpacedReview(state, model: model, seconds: seconds)
        return ProposedQuestions(
            CoachProposals.weakSkills(mastery, bank: bySkill, limit: Self.weakMax)
                + CoachProposals.dueSkills(review, bank: bySkill, limit: Self.dueMax)
                + CoachProposals.needs(needs, bank: bySkill, limit: Self.needsMax)
                + CoachProposals.popular(popular, limit: Self.popularMax))
    }

    /// What was proposed, and as many others as there is room for, chosen by the seed.
    private func candidates(
        _ proposed: ProposedQuestions, _ bank: [UUID: LearnerNumbers.Known], seed: UInt64
    ) -> [UUID] {
        let ordered = bank.sorted { $0.value.number < $1.value.number }
        let own = ordered.filter { proposed.entries[$0.value.number] != nil }.map(\.key)
        let others = ordered.filter { proposed.entries[$0.value.number] == nil }.map(\.key)
        // Others from a place that the seed names: over the days everything has its turn.
        let start = others.isEmpty ? 0 : Int(seed % UInt64(others.count))
        let room = max(0, Self.candidatesMax - own.count)
        return Array(own.prefix(Self.candidatesMax)) + (others[start...] + others[..<start]).prefix(room)
    }

    private static func answers(
        _ latest: [UUID: PracticeHistory.Latest], _ bank: [UUID: LearnerNumbers.Known]
    ) -> [Int32: CoachHistory.Answer] {
        var answers: [Int32: CoachHistory.Answer] = [:]
        for (id, answer) in latest {
            guard let known = bank[id] else { continue }
            // An answer without a score was given all the same: it is not asked for again at once.
            answers[known.number] = CoachHistory.Answer(
                score: (answer.score ?? 100) / 100, seconds: answer.answeredAt.timeIntervalSince1970)
        }
        return answers
    }

    /// The same list for a day, unless answers change it.
    private static func seed(_ person: UUID, _ now: Date) -> UInt64 {
        let day = Int(now.timeIntervalSince1970 / 86_400)
        return "\(person.uuidString)/\(day)".utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
