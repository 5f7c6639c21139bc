import Catalog

/// A question of the index with what candidates are made of, read once and shared by all requests that meet it.
final class IndexedQuestion: Sendable {
    /// A skill that a question carries.
    struct CarriedSkill: Sendable {
        let name: String
        let key: SkillKey
    }

    let question: BankQuestion
    /// Unit length.
    let vector: [Float]
    let skills: [CarriedSkill]
    /// Keys of the roles that it is asked of.
    let roles: [String]
    let difficulty: Difficulty
    /// 0..1
    let quality: Double

    init(_ entry: QuestionIndex.Entry, vocabulary: SkillsVocabulary) {
        question = entry.question
        vector = entry.vector
        skills = entry.question.skills.compactMap { name in
            vocabulary.skillKey(of: name).map { CarriedSkill(name: name, key: $0) }
        }
        roles = entry.question.roles.map { $0.lowercased() }
        difficulty = Difficulty(rawValue: entry.question.difficulty) ?? .medium
        // Half until somebody answered: neither good nor bad.
        quality = entry.question.successRate.map { 1 - abs($0 - 0.6) } ?? 0.5
    }

    func carries(_ skill: SkillKey) -> Bool { skills.contains { $0.key == skill } }
}
