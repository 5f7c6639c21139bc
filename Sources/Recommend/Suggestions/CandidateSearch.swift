import Catalog
import Foundation

/// Gathers the questions that may serve a post's needs: for each need those with a near skill, and those near in meaning.
struct CandidateSearch: Sendable {
    /// Needs beyond these, the weakest, are not searched for.
    static let needsMax = 16
    private static let taggedMax = 24
    private static let nearMax = 10
    /// Below these cosines a question without a fitting skill does not serve a need.
    private static let skillSimilarityMin = 0.6
    private static let dutySimilarityMin = 0.42

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

    /// The candidates, and for each need the nearest question in meaning, whether it serves the need or not.
    func run(
        _ needs: [Need], vectors: [[Float]], request: SuggestionRequest
    ) async throws -> (candidates: [Candidate], nearest: [BankQuestion?]) {
        var queries = vectors.map { QuestionIndex.Query(vector: $0, limit: Self.nearMax) }
        for (need, vector) in zip(needs, vectors) {
            guard case .skill(let skill) = need.kind else { continue }
            let spellings = bankSkills.spellings(near: skill)
            if spellings.isEmpty { continue }
            queries.append(QuestionIndex.Query(vector: vector, skills: spellings, limit: Self.taggedMax))
        }
        let found = try await index.search(queries)
        let entries = try index.entries(Array(Set(found.joined())))
        let questions = Dictionary(uniqueKeysWithValues: entries.map { ($0.question.id, $0.question) })
        let fit = roles.fit(ofTitle: request.role)
        let candidates = entries.map { candidate($0, needs, vectors, fit, request) }
        let nearest = found.prefix(needs.count).map { ids in ids.first.flatMap { questions[$0] } }
        return (candidates.filter { !$0.evidence.isEmpty }, nearest)
    }

    /// Questions asked of one of some roles, the nearest to a vector first, each as if it served the one need `title`.
    func asked(
        of roles: [String], near vector: [Float], request: SuggestionRequest, limit: Int
    ) async throws -> [Candidate] {
        let found = try await index.search([QuestionIndex.Query(vector: vector, roles: roles, limit: limit)])
        let fit = self.roles.fit(ofTitle: request.role)
        return try index.entries(Array(found.joined())).map { entry in
            var candidate = candidate(entry, [], [], fit, request)
            let similarity = SetSelection.cosine(vector, entry.vector)
            candidate.evidence = [0: Evidence(tag: 0, skill: nil, similarity: max(similarity, Self.dutySimilarityMin))]
            return candidate
        }
    }

    private func candidate(
        _ entry: QuestionIndex.Entry, _ needs: [Need], _ vectors: [[Float]], _ fit: [String: Double],
        _ request: SuggestionRequest
    ) -> Candidate {
        let question = entry.question
        let skills = question.skills.map { (name: $0, index: vocabulary.index(of: $0)) }
        var evidence: [Int: Evidence] = [:]
        for (place, need) in needs.enumerated() {
            let found = self.evidence(for: need, vectors[place], skills, entry.vector)
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
        for need: Need, _ vector: [Float], _ skills: [(name: String, index: Int?)], _ own: [Float]
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
        if let best { return Evidence(tag: best.nearness, skill: best.name, similarity: similarity) }
        return similarity >= Self.skillSimilarityMin ? Evidence(tag: 0, skill: nil, similarity: similarity) : nil
    }
}
