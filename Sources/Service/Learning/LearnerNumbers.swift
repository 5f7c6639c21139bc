import Catalog
import Foundation
import Learner
import Recommend
import Storage
import Synchronization

/// The numbers that the learner knows questions and skills by. PostgreSQL gives them; what stands here was committed.
final class LearnerNumbers: Sendable {
    /// A question of the bank, as predictions need it.
    struct Known: Sendable, Equatable {
        let number: Int32
        let skills: SkillTags
        let label: DifficultyLabel
    }

    private struct Tables {
        var questions: [UUID: Known] = [:]
        var skills: [String: Int32] = [:]
        var skillNames: [Int32: String] = [:]
        var bank: [(id: UUID, known: Known)] = []
    }

    private let vocabulary: SkillsVocabulary
    private let tables = Mutex(Tables())

    init(vocabulary: SkillsVocabulary) { self.vocabulary = vocabulary }

    /// The form in which skills are told apart: the vocabulary's name where there is one, in small letters.
    func key(_ skill: String) -> String {
        String((vocabulary.find(skill)?.skill ?? skill).lowercased().prefix(200))
    }

    /// The same for what people write themselves: nil for what the vocabulary does not know.
    func knownKey(_ skill: String) -> String? { vocabulary.find(skill)?.skill.lowercased() }

    /// Begins the keys that stand for questions without skills.
    static let categoryMark = "category/"

    /// What a question or an answer counts for, 1 to 8 skills: its category stands for a question without any.
    func keys(skills: [String], category: String) -> [String] {
        var seen: Set<String> = []
        let keys = skills.map(key).filter { !$0.isEmpty && seen.insert($0).inserted }
        return keys.isEmpty ? [Self.categoryMark + category.lowercased()] : Array(keys.prefix(SkillTags.countMax))
    }

    func known(_ question: UUID) -> Known? { tables.withLock { $0.questions[question] } }

    func number(ofSkill key: String) -> Int32? { tables.withLock { $0.skills[key] } }

    /// Every question of the bank with a number.
    var allQuestions: [UUID: Known] { tables.withLock { $0.questions } }

    /// The same in the order of their numbers.
    var bank: [(id: UUID, known: Known)] { tables.withLock { $0.bank } }

    /// Every skill with a number.
    var allSkills: [String: Int32] { tables.withLock { $0.skills } }

    /// What people call each skill with a number: the vocabulary's name where there is one. What stands for questions without
    /// skills has its category's name.
    var skillNames: [Int32: String] { tables.withLock { $0.skillNames } }

    func remember(questions: [UUID: Known], skills: [String: Int32]) {
        let named = skills.map { key, number in (number, name(ofKey: key)) }
        tables.withLock { tables in
            tables.questions.merge(questions) { $1 }
            tables.skills.merge(skills) { $1 }
            tables.skillNames.merge(named) { $1 }
            tables.bank = tables.questions.map { (id: $0, known: $1) }.sorted { $0.known.number < $1.known.number }
        }
    }

    private func name(ofKey key: String) -> String {
        if key.hasPrefix(Self.categoryMark) { return String(key.dropFirst(Self.categoryMark.count)) }
        return vocabulary.find(key)?.skill ?? key
    }

    /// Numbers of skills, given where they have none yet; the head must be locked. They count for this transaction: it
    /// may be rolled back, so they are not remembered.
    func skills(
        _ keys: [String], _ head: inout LearnerRecords.Head, in transaction: Transaction
    ) async throws -> [String: Int32] {
        let known = tables.withLock { tables in keys.compactMap { key in tables.skills[key].map { (key, $0) } } }
        var numbers = Dictionary(known) { $1 }
        var missing = keys.filter { numbers[$0] == nil }
        if missing.isEmpty { return numbers }
        numbers.merge(try await LearnerRecords.numbers(ofSkills: missing, in: transaction)) { $1 }
        var seen: Set<String> = []
        missing = missing.filter { numbers[$0] == nil && seen.insert($0).inserted }.sorted()
        if missing.isEmpty { return numbers }
        let first = Int32(head.skillCount)
        try await LearnerRecords.number(skills: missing, &head, in: transaction)
        for (place, key) in missing.enumerated() { numbers[key] = first + Int32(place) }
        return numbers
    }

    /// The same for one question.
    func question(
        _ id: UUID, _ head: inout LearnerRecords.Head, in transaction: Transaction
    ) async throws -> Int32 {
        if let known = known(id) { return known.number }
        if let number = try await LearnerRecords.numbers(ofQuestions: [id], in: transaction)[id] { return number }
        let number = Int32(head.questionCount)
        try await LearnerRecords.number(questions: [id], &head, in: transaction)
        return number
    }
}
