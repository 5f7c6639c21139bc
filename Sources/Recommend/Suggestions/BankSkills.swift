import Foundation
import Synchronization
import VectorCollections

/// What the bank has for each skill of the vocabulary: how many questions, how they spell it, and how far they are a topic
/// of its own. Read from the index and kept until the index changes.
final class BankSkills: Sendable {
    /// What was read at one position of the index.
    struct Supply: Sendable {
        fileprivate var spellings: [Int: [String]] = [:]
        fileprivate var counts: [Int: Int] = [:]

        /// The spellings of a skill that questions carry; empty when the bank has none.
        func spellings(of skill: Int) -> [String] { spellings[skill] ?? [] }

        /// How many questions carry a skill.
        func count(of skill: Int) -> Int { counts[skill] ?? 0 }
    }

    private struct Reading {
        let position: Position
        let supply: Supply
        /// Learned as needs ask for it.
        var topicality: [Int: Double] = [:]
    }

    /// How many questions round the middle of a skill's own are looked at.
    private static let neighbourhoodMax = 12

    private let index: QuestionIndex
    private let vocabulary: SkillsVocabulary
    private let reading = Mutex<Reading?>(nil)

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
            guard let skill = vocabulary.index(of: name) else { continue }
            supply.spellings[skill, default: []].append(name)
            // A skill beyond the commonest that are counted has few questions, but one at least.
            supply.counts[skill, default: 0] += counted[name] ?? 1
        }
        // A change between the reading of the position and that of the counts is seen by the next request.
        reading.withLock { $0 = Reading(position: position, supply: supply) }
        return supply
    }

    /// How far the questions with each of some skills are a topic, 0..1: of the questions nearest to their middle, the share
    /// that carries the skill. Words like "databases" stand in questions on many things, whose middle is nowhere near any of
    /// them; questions with "Kubernetes" are neighbours of each other.
    /// - Parameter members: for each skill the vectors of questions that carry it, which must depend on skill and bank
    ///   alone: what is learned here serves other posts too.
    func topicality(of members: [Int: [[Float]]]) async throws -> [Int: Double] {
        let position = index.position
        var known = reading.withLock { $0?.position == position ? $0?.topicality ?? [:] : [:] }
        let asked = members.keys.filter { known[$0] == nil && members[$0]?.isEmpty == false }.sorted()
        let queries = asked.map { skill in
            QuestionIndex.Query(vector: Self.middle(members[skill] ?? []), limit: Self.neighbourhoodMax)
        }
        let found = try await index.search(queries)
        let carried = try skillsByQuestion(Set(found.joined()))
        var learned: [Int: Double] = [:]
        for (skill, ids) in zip(asked, found) {
            let own = ids.count { carried[$0]?.contains(skill) ?? false }
            let most = min(ids.count, members[skill]?.count ?? 0)
            learned[skill] = most > 0 ? min(1, Double(own) / Double(most)) : 0
        }
        reading.withLock { if $0?.position == position { $0?.topicality.merge(learned) { _, new in new } } }
        known.merge(learned) { _, new in new }
        return known
    }

    private func skillsByQuestion(_ ids: Set<UUID>) throws -> [UUID: Set<Int>] {
        var skills: [UUID: Set<Int>] = [:]
        for entry in try index.entries(Array(ids)) {
            skills[entry.question.id] = Set(entry.question.skills.compactMap(vocabulary.index(of:)))
        }
        return skills
    }

    /// The sum of the vectors, whose direction is their middle's.
    private static func middle(_ vectors: [[Float]]) -> [Float] {
        var sum = [Float](repeating: 0, count: vectors.first?.count ?? 0)
        for vector in vectors { for (place, value) in vector.enumerated() { sum[place] += value } }
        return sum
    }
}
