import Synchronization
import VectorCollections

/// What the bank has for each skill: how many questions, and how they spell it. Read from the index and
/// kept until the index changes.
final class BankSkills: Sendable {
    /// What was read at one position of the index.
    struct Supply: Sendable {
        fileprivate var spellings: [SkillKey: [String]] = [:]
        fileprivate var counts: [SkillKey: Int] = [:]
        /// How many questions a topic of the bank has: the mean over all that carry a skill of how many carry it. Few for a
        /// bank that tags finely, many for one of few topics.
        fileprivate(set) var topicSize = 0.0
        /// Finds the bank's own tags, which the vocabulary does not have.
        fileprivate(set) var tags = TagFinder(tags: [])

        /// The spellings of a skill that questions carry; empty when the bank has none.
        func spellings(of skill: SkillKey) -> [String] { spellings[skill] ?? [] }

        /// How many questions carry a skill.
        func count(of skill: SkillKey) -> Int { counts[skill] ?? 0 }
    }

    private static let tagsMax = 1_000

    private let index: QuestionIndex
    private let vocabulary: SkillsVocabulary
    private let reading = Mutex<(position: Position, supply: Supply)?>(nil)

    init(index: QuestionIndex, vocabulary: SkillsVocabulary) {
        self.index = index
        self.vocabulary = vocabulary
    }

    /// The present supply. O(1) while the index does not change; else O(questions' skills).
    func supply() async throws -> Supply {
        let position = index.position
        if let supply = reading.withLock({ $0?.position == position ? $0?.supply : nil }) { return supply }
        let counted = try await index.skillCounts()
        var supply = Supply()
        for name in index.skills.sorted() {
            guard let skill = vocabulary.skillKey(of: name) else { continue }
            supply.spellings[skill, default: []].append(name)
            // A skill beyond the commonest that are counted has few questions, but one at least.
            supply.counts[skill, default: 0] += counted[name] ?? 1
        }
        let sizes = supply.counts.values.map(Double.init)
        supply.topicSize = sizes.reduce(0) { $0 + $1 * $1 } / max(1, sizes.reduce(0, +))
        let tags = supply.counts.compactMap { skill, count -> (tag: String, count: Int)? in
            if case .tag(let tag) = skill { (tag, count) } else { nil }
        }
        // The commonest, in case everybody tags as they like.
        let commonest = tags.sorted { ($1.count, $0.tag) < ($0.count, $1.tag) }.prefix(Self.tagsMax)
        supply.tags = TagFinder(tags: commonest.map(\.tag))
        let read = supply
        // A change between the reading of the position and that of the counts is seen by the next request.
        reading.withLock { $0 = (position, read) }
        return read
    }
}
