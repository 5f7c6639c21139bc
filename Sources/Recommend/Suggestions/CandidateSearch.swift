import Catalog
import Foundation

/// Gathers the questions that may serve a post's needs: for each need those with a near skill, and those near in meaning.
struct CandidateSearch: Sendable {
    /// Of the needs that the bank can serve, those beyond these, the weakest, are not searched for.
    private static let servedMax = 16
    /// Of those that it cannot serve, these are told as gaps.
    private static let gapsMax = 8
    private static let taggedMax = 24
    private static let nearMax = 10
    /// Below these cosines a question without a fitting skill does not serve a need.
    private static let skillSimilarityMin = Evidence.directSimilarityMin
    private static let dutySimilarityMin = 0.42

    /// What is left of the focus of a question whose skill is no topic of the bank.
    private static let scatteredFocus = 0.2

    let index: QuestionIndex
    let vocabulary: SkillsVocabulary
    let roles: RolesCatalog
    private let bankSkills: BankSkills

    init(index: QuestionIndex, vocabulary: SkillsVocabulary, roles: RolesCatalog) {
        self.index = index
        self.vocabulary = vocabulary
        self.roles = roles
        bankSkills = BankSkills(index: index, vocabulary: vocabulary)
    }

    /// What was found for the needs of a post.
    struct Found {
        let candidates: [Candidate]
        /// For each need the nearest question in meaning, whether it serves the need or not.
        let nearest: [BankQuestion?]
        /// For each need how many questions of the bank are about it, each counted as far as it is.
        let supply: [Double]
    }

    /// The needs worth a search, strongest first: skills that no question of the bank is tagged with must not crowd out
    /// those it can serve.
    func searched(among needs: [Need]) async throws -> [Need] {
        let bank = try await bankSkills.supply()
        var served = 0
        var gaps = 0
        return needs.filter { need in
            if case .skill(let skill) = need.kind, bank.count(of: skill) == 0 {
                gaps += 1
                return gaps <= Self.gapsMax
            }
            served += 1
            return served <= Self.servedMax
        }
    }

    func run(_ needs: [Need], vectors: [[Float]], request: SuggestionRequest) async throws -> Found {
        let bank = try await bankSkills.supply()
        var queries = vectors.map { QuestionIndex.Query(vector: $0, limit: Self.nearMax) }
        // Which query asked for the questions that carry a skill.
        var ownQueries: [Int: Int] = [:]
        for (need, vector) in zip(needs, vectors) {
            guard case .skill(let skill) = need.kind else { continue }
            let own = bank.spellings(of: skill)
            if !own.isEmpty {
                ownQueries[skill] = queries.count
                queries.append(QuestionIndex.Query(vector: vector, skills: own, limit: Self.taggedMax))
                continue
            }
            let near = vocabulary.near(skill).dropFirst().flatMap { bank.spellings(of: $0.skill) }
            if !near.isEmpty {
                queries.append(QuestionIndex.Query(vector: vector, skills: near, limit: Self.nearMax))
            }
        }
        let found = try await index.search(queries)
        // In the order of the queries: sums come out the same on every instance.
        var seen: Set<UUID> = []
        let entries = try index.entries(found.joined().filter { seen.insert($0).inserted })
        let questions = Dictionary(uniqueKeysWithValues: entries.map { ($0.question.id, $0.question) })
        let fit = roles.fit(ofTitle: request.role)
        let vectorsByID = Dictionary(uniqueKeysWithValues: entries.map { ($0.question.id, $0.vector) })
        let members = ownQueries.mapValues { query in found[query].compactMap { vectorsByID[$0] } }
        let topicality = try await bankSkills.topicality(of: members)
        let candidates = entries.map { candidate($0, needs, vectors, bank, topicality, fit, request) }
        let nearest = found.prefix(needs.count).map { ids in ids.first.flatMap { questions[$0] } }
        let supply = supply(of: needs, by: candidates, bank)
        return Found(candidates: candidates.filter { !$0.evidence.isEmpty }, nearest: nearest, supply: supply)
    }

    /// Only some of a skill's questions are candidates: the others are taken to be about it as far as these are.
    private func supply(of needs: [Need], by candidates: [Candidate], _ bank: BankSkills.Supply) -> [Double] {
        needs.enumerated().map { place, need in
            let direct = candidates.compactMap { $0.evidence[place] }.filter(\.isDirect)
            let tagged = direct.filter { $0.tag == 1 }
            let sum = direct.reduce(0) { $0 + $1.strength }
            guard case .skill(let skill) = need.kind, !tagged.isEmpty else { return sum }
            let unseen = Double(max(0, bank.count(of: skill) - tagged.count))
            return sum + unseen * tagged.reduce(0) { $0 + $1.strength } / Double(tagged.count)
        }
    }

    /// Questions asked of one of some roles, the nearest to a vector first, each as if it served the one need `title`.
    func asked(
        of roles: [String], near vector: [Float], request: SuggestionRequest, limit: Int
    ) async throws -> [Candidate] {
        let found = try await index.search([QuestionIndex.Query(vector: vector, roles: roles, limit: limit)])
        let fit = self.roles.fit(ofTitle: request.role)
        return try index.entries(Array(found.joined())).map { entry in
            var candidate = candidate(entry, [], [], BankSkills.Supply(), [:], fit, request)
            let similarity = SetSelection.cosine(vector, entry.vector)
            candidate.evidence = [0: Evidence(tag: 0, skill: nil, similarity: max(similarity, Self.dutySimilarityMin))]
            return candidate
        }
    }

    private func candidate(
        _ entry: QuestionIndex.Entry, _ needs: [Need], _ vectors: [[Float]], _ bank: BankSkills.Supply,
        _ topicality: [Int: Double], _ fit: [String: Double], _ request: SuggestionRequest
    ) -> Candidate {
        let question = entry.question
        let skills = question.skills.map { (name: $0, index: vocabulary.index(of: $0)) }
        var evidence: [Int: Evidence] = [:]
        for (place, need) in needs.enumerated() {
            let found = self.evidence(for: need, vectors[place], skills, entry.vector, bank, topicality)
            if let found { evidence[place] = found }
        }
        // A title that names no known role, and a question that is asked of none, speak for and against nobody.
        let roleFit =
            fit.isEmpty || question.roles.isEmpty ? 0.6 : question.roles.map { fit[$0.lowercased()] ?? 0 }.max() ?? 0
        let level = Double(abs((Difficulty(rawValue: question.difficulty) ?? .medium).level - request.difficulty.level))
        // Half until somebody answered: neither good nor bad.
        return Candidate(
            question: question, vector: entry.vector, evidence: evidence, roleFit: roleFit, levelFit: 1 - 0.5 * level,
            quality: question.successRate.map { 1 - abs($0 - 0.6) } ?? 0.5)
    }

    private func evidence(
        for need: Need, _ vector: [Float], _ skills: [(name: String, index: Int?)], _ own: [Float],
        _ bank: BankSkills.Supply, _ topicality: [Int: Double]
    ) -> Evidence? {
        let similarity = SetSelection.cosine(vector, own)
        guard case .skill(let wanted) = need.kind else {
            return similarity >= Self.dutySimilarityMin ? Evidence(tag: 0, skill: nil, similarity: similarity) : nil
        }
        var best: (name: String, nearness: Double)?
        for skill in skills {
            guard let index = skill.index else { continue }
            let nearness = vocabulary.nearness(of: index, to: wanted)
            if nearness > best?.nearness ?? 0 { best = (skill.name, nearness) }
        }
        if let best {
            let focus =
                focus(on: wanted, among: skills.compactMap(\.index), bank)
                * (Self.scatteredFocus + (1 - Self.scatteredFocus) * (topicality[wanted] ?? 0))
            return Evidence(tag: best.nearness, skill: best.name, similarity: similarity, focus: focus)
        }
        return similarity >= Self.skillSimilarityMin ? Evidence(tag: 0, skill: nil, similarity: similarity) : nil
    }

    /// A question that names a skill and another, unlike one that the bank has more of, is rather about the other: "How does
    /// Spring Boot connect to a database?" is of little use to who wants databases.
    private func focus(on wanted: Int, among skills: [Int], _ bank: BankSkills.Supply) -> Double {
        let isBesides = skills.contains { other in
            other != wanted && bank.count(of: other) > bank.count(of: wanted)
                && vocabulary.nearness(of: other, to: wanted) == 0
        }
        return isBesides ? 0.5 : 1
    }
}
