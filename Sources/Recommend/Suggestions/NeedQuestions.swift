import Foundation
import Synchronization
import VectorCollections

/// The questions that the bank has for each need. A need is searched for once: what was found is kept until the index
/// changes, and serves every post with that need.
final class NeedQuestions: Sendable {
    /// What was found for a need.
    struct Found: Sendable {
        /// The nearest in meaning, whatever their skills; the nearest first.
        var near: [IndexedQuestion] = []
        /// Those with the need's skill, or with a near one where the bank has none with it; the nearest first.
        var tagged: [IndexedQuestion] = []
        /// How far the questions with the need's skill are a topic, 0..1: of the questions nearest to their middle, the
        /// share that carries it. Words like "databases" stand in questions on many things, whose middle is nowhere near
        /// any of them; questions with "Kubernetes" are neighbours of each other. 0 where none carries it.
        var topicality = 0.0
    }

    /// A need as far as its search goes.
    private enum Key: Hashable {
        case skill(SkillKey)
        case duty(String)

        init(_ need: Need) {
            self = need.kind.skill.map(Key.skill) ?? .duty(NeedVectors.text(of: need))
        }
    }

    /// What was read at one position of the index.
    private struct Kept {
        let position: Position
        var found = RecentValues<Key, Found>(countMax: NeedQuestions.keptNeedsMax)
        var questions = RecentValues<UUID, IndexedQuestion>(countMax: NeedQuestions.keptQuestionsMax)
        var neighbours = RecentValues<UUID, [IndexedQuestion]>(countMax: NeedQuestions.keptQuestionsMax)
    }

    private static let taggedMax = 24
    private static let nearMax = 10
    /// How many questions round the middle of a skill's own are looked at.
    private static let neighbourhoodMax = 12
    /// How many questions nearest to one are its neighbours.
    private static let neighboursMax = 8
    private static let queriesMax = 100
    private static let keptNeedsMax = 600
    /// About 2.3 KB each at 384 dimensions.
    private static let keptQuestionsMax = 8_192

    private let index: QuestionIndex
    private let vocabulary: SkillsVocabulary
    private let kept: Mutex<Kept>

    init(index: QuestionIndex, vocabulary: SkillsVocabulary) {
        self.index = index
        self.vocabulary = vocabulary
        kept = Mutex(Kept(position: index.position))
    }

    /// What the bank has for each of some needs, in their order. Those not known are searched for together.
    func found(for needs: [Need], vectors: [[Float]], bank: BankSkills.Supply) async throws -> [Found] {
        let position = index.position
        let keys = needs.map(Key.init)
        let known = withKept(at: position) { kept in keys.map { kept.found.use($0) } }
        let missing = needs.indices.filter { known[$0] == nil }
        if missing.isEmpty { return known.compactMap { $0 } }
        let searched = try await search(missing.map { (needs[$0], vectors[$0]) }, bank, position)
        var found = known
        for (place, result) in zip(missing, searched) { found[place] = result }
        withKept(at: position) { kept in
            for (place, result) in zip(missing, searched) { kept.found.insert(result, for: keys[place]) }
        }
        return found.compactMap { $0 }
    }

    /// The questions with these ids that are there, in the order asked; at most 1000.
    func questions(_ ids: [UUID]) throws -> [IndexedQuestion] {
        let found = try questionsByID(ids, index.position)
        return ids.compactMap { found[$0] }
    }

    /// The questions nearest to each of some questions, by their ids.
    func neighbours(of questions: [IndexedQuestion]) async throws -> [UUID: [IndexedQuestion]] {
        let position = index.position
        var found: [UUID: [IndexedQuestion]] = [:]
        var missing: [IndexedQuestion] = []
        withKept(at: position) { kept in
            for question in questions {
                found[question.question.id] = kept.neighbours.use(question.question.id)
                if found[question.question.id] == nil { missing.append(question) }
            }
        }
        for start in stride(from: 0, to: missing.count, by: Self.queriesMax) {
            let part = missing[start..<min(start + Self.queriesMax, missing.count)]
            // Each is the nearest to itself.
            let queries = part.map { QuestionIndex.Query(vector: $0.vector, limit: Self.neighboursMax + 1) }
            let ids = zip(part, try await index.search(queries)).map { question, ids in
                Array(ids.filter { $0 != question.question.id }.prefix(Self.neighboursMax))
            }
            let near = try questionsByID(ids.flatMap { $0 }, position)
            for (question, ids) in zip(part, ids) { found[question.question.id] = ids.compactMap { near[$0] } }
        }
        let searched = missing.map { ($0.question.id, found[$0.question.id] ?? []) }
        withKept(at: position) { kept in
            for (id, neighbours) in searched { kept.neighbours.insert(neighbours, for: id) }
        }
        return found
    }

    private func search(
        _ needs: [(need: Need, vector: [Float])], _ bank: BankSkills.Supply, _ position: Position
    ) async throws -> [Found] {
        var queries = needs.map { QuestionIndex.Query(vector: $0.vector, limit: Self.nearMax) }
        // For each need the query by skills, and whether it asks for the need's own.
        var bySkill: [(query: Int, isOwn: Bool)?] = []
        for (need, vector) in needs {
            guard let skill = need.kind.skill, let wanted = spellings(for: skill, bank) else {
                bySkill.append(nil)
                continue
            }
            bySkill.append((queries.count, wanted.isOwn))
            let limit = wanted.isOwn ? Self.taggedMax : Self.nearMax
            queries.append(QuestionIndex.Query(vector: vector, skills: wanted.names, limit: limit))
        }
        let ids = try await index.search(queries)
        let questions = try questionsByID(ids.flatMap { $0 }, position)
        var found = needs.indices.map { place in
            Found(
                near: ids[place].compactMap { questions[$0] },
                tagged: bySkill[place].map { ids[$0.query].compactMap { questions[$0] } } ?? [])
        }
        let own = needs.indices.filter { bySkill[$0]?.isOwn == true && !found[$0].tagged.isEmpty }
        let topicality = try await topicality(
            of: own.map { place in (needs[place].need.kind.skill, found[place].tagged) }, position)
        for (place, value) in zip(own, topicality) { found[place].topicality = value }
        return found
    }

    /// What questions that may serve a skill are tagged with: the skill itself, or near ones where the bank has none.
    private func spellings(for skill: SkillKey, _ bank: BankSkills.Supply) -> (names: [String], isOwn: Bool)? {
        let own = bank.spellings(of: skill)
        if !own.isEmpty { return (own, true) }
        let near = vocabulary.near(skill).dropFirst().flatMap { bank.spellings(of: $0.skill) }
        return near.isEmpty ? nil : (near, false)
    }

    /// - Parameter members: skills, each with questions that carry it, which depend on skill and bank alone.
    private func topicality(
        of members: [(skill: SkillKey?, questions: [IndexedQuestion])], _ position: Position
    ) async throws -> [Double] {
        let queries = members.map { member in
            QuestionIndex.Query(vector: Self.middle(member.questions), limit: Self.neighbourhoodMax)
        }
        let found = try await index.search(queries)
        let questions = try questionsByID(found.flatMap { $0 }, position)
        return zip(members, found).map { member, ids in
            let own = ids.count { id in
                member.skill.map { questions[id]?.carries($0) ?? false } ?? false
            }
            let most = min(ids.count, member.questions.count)
            return most > 0 ? min(1, Double(own) / Double(most)) : 0
        }
    }

    private func questionsByID(_ ids: [UUID], _ position: Position) throws -> [UUID: IndexedQuestion] {
        var found: [UUID: IndexedQuestion] = [:]
        var missing: [UUID] = []
        withKept(at: position) { kept in
            for id in Set(ids) {
                if let question = kept.questions.use(id) { found[id] = question } else { missing.append(id) }
            }
        }
        let read = try index.entries(missing).map { IndexedQuestion($0, vocabulary: vocabulary) }
        withKept(at: position) { kept in
            for question in read { kept.questions.insert(question, for: question.question.id) }
        }
        for question in read { found[question.question.id] = question }
        return found
    }

    /// What is kept of the index at `position`; what was kept of another one is let go. A change between the reading of the
    /// position and the search is in what was found, and seen as a change by the next request.
    private func withKept<Result: Sendable>(at position: Position, _ body: (inout Kept) -> Result) -> Result {
        kept.withLock { kept in
            if kept.position != position { kept = Kept(position: position) }
            return body(&kept)
        }
    }

    /// The sum of the vectors, whose direction is their middle's.
    private static func middle(_ questions: [IndexedQuestion]) -> [Float] {
        var sum = [Float](repeating: 0, count: questions.first?.vector.count ?? 0)
        for question in questions {
            for (place, value) in question.vector.enumerated() { sum[place] += value }
        }
        return sum
    }
}
