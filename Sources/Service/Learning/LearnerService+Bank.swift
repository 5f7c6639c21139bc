import Catalog
import Foundation
import Learner
import Storage
import Synchronization

/// Makes the learner know every question of the bank, with its label, before anybody answers it.
extension LearnerService {
    private static var batchMax: Int { 1_000 }

    /// Numbers what has no number, and reads what changed.
    func numberBank() async throws {
        var isMore = true
        while isMore {
            isMore = try await database.withTransaction { transaction in
                let questions = try await LearnerBank.withoutNumber(limit: Self.batchMax, in: transaction)
                if questions.isEmpty { return false }
                var head = try await LearnerRecords.lockHead(in: transaction)
                // Another instance may have numbered some before the head was locked.
                let ids = questions.map(\.id)
                let given = try await LearnerRecords.numbers(ofQuestions: ids, in: transaction)
                let keys = questions.flatMap { numbers.keys(skills: $0.skills, category: $0.category) }
                _ = try await numbers.skills(keys, &head, in: transaction)
                try await LearnerRecords.number(questions: ids.filter { given[$0] == nil }, &head, in: transaction)
                try await LearnerRecords.setHead(head, in: transaction)
                return questions.count == Self.batchMax
            }
        }
        try await readBank()
    }

    private func readBank() async throws {
        let skills = try await LearnerBank.skills(in: database)
        var known: [UUID: LearnerNumbers.Known] = [:]
        var cursor: UUID?
        repeat {
            let page = try await LearnerBank.page(after: cursor, limit: Self.batchMax, in: database)
            for question in page {
                let keys = numbers.keys(skills: question.skills, category: question.category)
                // A question edited just now may have skills that have no number before its next answer.
                let tags = keys.compactMap { skills[$0] }
                guard let number = question.number, !tags.isEmpty else { continue }
                known[question.id] = LearnerNumbers.Known(
                    number: number, skills: try SkillTags(tags), label: DifficultyLabel(question.difficulty))
            }
            cursor = page.count < Self.batchMax ? nil : page.last?.id
        } while cursor != nil
        numbers.remember(questions: known, skills: skills)
        let questions = known.values
        try state.withLock { state in
            for question in questions {
                try state.model.meet(question: question.number, label: question.label, skills: question.skills)
            }
        }
    }
}
