import Synchronization
import VectorCollections

/// How the bank's questions spell each skill of the vocabulary: what a search for a skill must ask for. Read from the
/// index and kept until the index changes.
final class BankSkills: Sendable {
    private struct Reading {
        var position: Position?
        var spellings: [Int: [String]] = [:]
    }

    private let index: QuestionIndex
    private let vocabulary: SkillsVocabulary
    private let reading = Mutex(Reading())

    init(index: QuestionIndex, vocabulary: SkillsVocabulary) {
        self.index = index
        self.vocabulary = vocabulary
    }

    /// The spellings of a skill and of those near it that questions carry; empty when the bank has none.
    func spellings(near skill: Int) -> [String] {
        let spellings = current()
        return vocabulary.near(skill).flatMap { spellings[$0.skill] ?? [] }
    }

    private func current() -> [Int: [String]] {
        reading.withLock { reading in
            let position = index.position
            if reading.position == position { return reading.spellings }
            var spellings: [Int: [String]] = [:]
            for name in index.skills.sorted() {
                if let skill = vocabulary.index(of: name) { spellings[skill, default: []].append(name) }
            }
            reading = Reading(position: position, spellings: spellings)
            return spellings
        }
    }
}
