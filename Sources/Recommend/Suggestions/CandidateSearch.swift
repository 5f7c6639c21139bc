import Catalog
import Foundation

/// Gathers the questions that may serve a post's needs: for each need those with a near skill, and those near in meaning.
struct CandidateSearch: Sendable {
    /// Of the needs that the bank can serve, those beyond these, the weakest, are not searched for.
    private static let servedMax = 20
    /// Of those that it cannot serve, these are told as gaps.
    private static let gapsMax = 8
    /// Below these cosines a question without a fitting skill does not serve a need.
    private static let skillSimilarityMin = Evidence.directSimilarityMin
    private static let dutySimilarityMin = 0.42

    /// What is left of the focus of a question whose skill is no topic of the bank.
    private static let scatteredFocus = 0.2
    /// What a question whose inferred skill none of its neighbours carries loses of its focus.
    private static let companyPart = 0.6

    let index: QuestionIndex
    let roles: RolesCatalog
    private let health: @Sendable (UUID) -> Double
    private let vocabulary: SkillsVocabulary
    private let without: Set<SuggestionPart>
    private let bankSkills: BankSkills
    private let needQuestions: NeedQuestions

    /// - Parameter without: what is left out, to measure what it gives.
    init(
        index: QuestionIndex, vocabulary: SkillsVocabulary, roles: RolesCatalog,
        health: @escaping @Sendable (UUID) -> Double, without: Set<SuggestionPart> = []
    ) {
        self.health = health
        self.index = index
        self.without = without
        self.vocabulary = vocabulary
        self.roles = roles
        bankSkills = BankSkills(index: index, vocabulary: vocabulary)
        needQuestions = NeedQuestions(index: index, vocabulary: vocabulary)
    }

    /// What was found for the needs of a post.
    struct Found {
        let candidates: [Candidate]
        /// For each need the nearest question in meaning, whether it serves the need or not.
        let nearest: [BankQuestion?]
        /// For each need how sure it is that the bank has it as a topic, 0..1.
        let certainty: [Double]
    }

    /// For whom questions are looked for.
    struct Aim {
        /// How well the questions of each role fit the title; see `RolesCatalog.fit`.
        let roleFit: [String: Double]
        let difficulty: Difficulty
    }

    /// Strongest first; of equals those of the post's reading.
    private static func merged(_ needs: [Need], _ tags: [Need]) -> [Need] {
        if tags.isEmpty { return needs }
        return (needs + tags).enumerated()
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(\.element)
    }

    /// The needs worth a search, strongest first, with tags of the bank's own that the post names: skills that no question of
    /// the bank is tagged with must not crowd out those it can serve.
    func searched(in analysis: PostAnalysis) async throws -> [Need] {
        let bank = try await bankSkills.supply()
        var served = 0
        var gaps = 0
        let tags = without.contains(.tags) ? [] : bank.tags.needs(in: analysis.sentences)
        return Self.merged(analysis.needs, tags).filter { need in
            if let skill = need.kind.skill, bank.count(of: skill) == 0 {
                gaps += 1
                return gaps <= Self.gapsMax
            }
            served += 1
            return served <= Self.servedMax
        }
    }

    /// - Parameter named: questions that are candidates too, found or not; those that are gone are left out.
    func run(_ needs: [Need], vectors: [[Float]], aim: Aim, named: [UUID] = []) async throws -> Found {
        let bank = try await bankSkills.supply()
        let found = try await needQuestions.found(for: needs, vectors: vectors, bank: bank)
        let wanted = WantedSkills(
            needs: needs, vectors: vectors, topicality: found.map(\.topicality), vocabulary: vocabulary, bank: bank)
        // In the order of the needs: sums come out the same on every instance.
        var seen: Set<UUID> = []
        let questions = (found.map(\.near) + found.map(\.tagged)).joined()
            .filter { seen.insert($0.question.id).inserted }
        let checked = without.contains(.company) ? [] : questions.filter(wanted.isInferred)
        let neighbours = try await needQuestions.neighbours(of: checked)
        var supply = NeedSupply(needs: needs)
        var candidates: [Candidate] = []
        for question in questions {
            let evidence = self.evidence(of: question, for: wanted, neighbours[question.question.id])
            if evidence.isEmpty { continue }
            supply.add(question.question, evidence)
            candidates.append(candidate(question, evidence, aim))
        }
        let known = Set(candidates.map(\.question.id))
        for question in try needQuestions.questions(named.filter { !known.contains($0) }) {
            candidates.append(
                candidate(question, evidence(of: question, for: wanted, neighbours[question.question.id]), aim))
        }
        return Found(
            candidates: candidates, nearest: found.map { $0.near.first?.question },
            certainty: supply.certainty(in: bank))
    }

    /// Questions asked of one of some roles, the nearest to a vector first, each as if it served the one need `title`.
    func asked(of roles: [String], near vector: [Float], aim: Aim, limit: Int) async throws -> [Candidate] {
        let found = try await index.search([QuestionIndex.Query(vector: vector, roles: roles, limit: limit)])
        return try asked(Array(found.joined()), near: vector, aim: aim)
    }

    /// The same of questions by their ids, in the order given; those that are gone are left out.
    func asked(_ ids: [UUID], near vector: [Float], aim: Aim) throws -> [Candidate] {
        try needQuestions.questions(ids).map { question in
            let similarity = max(SetSelection.cosine(vector, question.vector), Self.dutySimilarityMin)
            return candidate(question, [0: Evidence(tag: 0, skill: nil, similarity: similarity)], aim)
        }
    }

    private func candidate(_ question: IndexedQuestion, _ evidence: [Int: Evidence], _ aim: Aim) -> Candidate {
        // A title that names no known role, and a question that is asked of none, speak for and against nobody.
        let roleFit =
            aim.roleFit.isEmpty || question.roles.isEmpty
            ? 0.6 : question.roles.map { aim.roleFit[$0] ?? 0 }.max() ?? 0
        return Candidate(
            question: question.question, vector: question.vector, evidence: evidence, roleFit: roleFit,
            levelFit: 1 - 0.5 * Double(abs(question.difficulty.level - aim.difficulty.level)),
            quality: question.quality * health(question.question.id))
    }

    /// How a question serves each need that it serves.
    private func evidence(
        of question: IndexedQuestion, for wanted: WantedSkills, _ neighbours: [IndexedQuestion]?
    ) -> [Int: Evidence] {
        let nearest = wanted.nearest(among: question.skills)
        var evidence: [Int: Evidence] = [:]
        for (place, need) in wanted.needs.enumerated() {
            let similarity = SetSelection.cosine(wanted.vectors[place], question.vector)
            if let skill = nearest[place], skill.nearness == 1 || !without.contains(.near) {
                let topicality = without.contains(.topicality) ? 1 : wanted.topicality[place]
                // Whoever tags a question with two skills says that it tests both.
                let isOnAll = !question.question.areSkillsInferred || without.contains(.focus)
                var focus = isOnAll ? 1 : wanted.focus(on: place, among: question.skills)
                focus *= Self.scatteredFocus + (1 - Self.scatteredFocus) * topicality
                if let neighbours, skill.nearness == 1 {
                    focus *= 1 - Self.companyPart + Self.companyPart * wanted.agreement(on: place, among: neighbours)
                }
                evidence[place] = Evidence(
                    tag: skill.nearness, skill: skill.name, similarity: similarity, focus: focus)
            } else if similarity >= (need.kind == .duty ? Self.dutySimilarityMin : Self.skillSimilarityMin) {
                evidence[place] = Evidence(tag: 0, skill: nil, similarity: similarity)
            }
        }
        return evidence
    }
}
