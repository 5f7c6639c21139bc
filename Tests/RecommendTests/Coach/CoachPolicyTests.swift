import Catalog
import Learner
import TestSupport
import Testing

@testable import Recommend

@Suite("Coach: choosing")
struct CoachPolicyTests {
    private let policy: CoachPolicy

    init() throws { policy = try CoachPolicy() }

    private static let seeds: [UInt64] = Array(1...12)

    @Test("Parts add up to the score, shares stay within their ranges", arguments: seeds)
    func parts(seed: UInt64) throws {
        let fixtures = try CoachFixtures(seed: seed)
        let list = try policy.choose(fixtures.request(seed: seed), model: fixtures.model)
        #expect(list.count == 10, "seed \(seed)")
        for choice in list {
            let parts = choice.parts
            let sum =
                [parts.learning, parts.weakness, parts.due, parts.relevance, parts.neighbours, parts.popularity]
                .reduce(0, +) + parts.novelty + parts.quality + parts.taste + parts.redundancy
            #expect(abs(sum - choice.score) < 1e-12)
            #expect(parts.redundancy <= 0)
            #expect(parts.learning >= 0 && parts.learning <= policy.parameters.weights.learning)
            #expect((0...1).contains(choice.relevanceScore))
            #expect(choice.propensity > 0 && choice.propensity <= 1)
            #expect(choice.expected.lower <= choice.expected.upper)
            #expect(!choice.reason.isEmpty)
        }
    }

    @Test("What history or feedback excludes is never in a list, even when nothing else is left", arguments: seeds)
    func exclusions(seed: UInt64) throws {
        let fixtures = try CoachFixtures(seed: seed, candidates: 40)
        var random = SeededGenerator(seed: seed)
        var request = fixtures.request(count: 50, seed: seed)
        for candidate in fixtures.candidates where random.chance(0.4) {
            if random.chance(0.5) {
                request.history.closed.insert(candidate.question)
            } else {
                request.feedback.learn(
                    .reported, question: candidate.question, skills: candidate.skills, category: "",
                    seconds: CoachFixtures.now)
            }
        }
        let list = try policy.choose(request, model: fixtures.model)
        let excluded = fixtures.candidates.map(\.question).filter {
            request.history.excludes($0, seconds: CoachFixtures.now)
                || request.feedback.excludes($0, seconds: CoachFixtures.now)
        }
        #expect(!excluded.isEmpty)
        #expect(Set(list.map(\.question)).isDisjoint(with: excluded), "seed \(seed)")
        #expect(list.count == fixtures.candidates.count - excluded.count, "seed \(seed)")
    }

    @Test("The same seed gives the same list, and chance depends on the seed")
    func sameSeed() throws {
        let fixtures = try CoachFixtures(seed: 5)
        let lists = try (0..<20).map { try policy.choose(fixtures.request(seed: UInt64($0)), model: fixtures.model) }
        let again = try policy.choose(fixtures.request(seed: 0), model: fixtures.model)
        #expect(lists[0] == again)
        #expect(Set(lists.map { $0.map(\.question) }).count > 1)
        var shuffled = fixtures.request(seed: 0)
        var random = SeededGenerator(seed: 9)
        shuffled.candidates.shuffle(using: &random)
        #expect(try policy.choose(shuffled, model: fixtures.model) == again)
    }

    @Test("No question twice, no near-duplicates, and full whenever others are left", arguments: seeds)
    func nearDuplicates(seed: UInt64) throws {
        let fixtures = try CoachFixtures(seed: seed, candidates: 60)
        var request = fixtures.request(count: 50, seed: seed)
        for index in 0..<30 { request.candidates[30 + index].vector = request.candidates[index].vector }
        request.candidates += request.candidates.prefix(10)
        let list = try policy.choose(request, model: fixtures.model)
        #expect(Set(list.map(\.question)).count == list.count)
        let vectors = Dictionary(request.candidates.map { ($0.question, $0.vector) }) { first, _ in first }
        let chosen = list.compactMap { vectors[$0.question] }
        for (place, vector) in chosen.enumerated() {
            for other in chosen[..<place] {
                #expect(ListSelection.cosine(vector, other) < policy.parameters.nearDuplicateCosine)
            }
        }
        let names = Set(list.map(\.question))
        for candidate in request.candidates where !names.contains(candidate.question) {
            let isExcluded = request.history.excludes(candidate.question, seconds: CoachFixtures.now)
            let isRepeat = chosen.contains {
                ListSelection.cosine($0, candidate.vector) >= policy.parameters.nearDuplicateCosine
            }
            #expect(isExcluded || isRepeat, "seed \(seed), question \(candidate.question)")
        }
    }

    @Test("Tiers come in order: fitting, crowded, unfit, unhealthy", arguments: seeds)
    func tiers(seed: UInt64) throws {
        let fixtures = try CoachFixtures(seed: seed)
        let list = try policy.choose(fixtures.request(count: 50, seed: seed), model: fixtures.model)
        let health = Dictionary(uniqueKeysWithValues: fixtures.candidates.map { ($0.question, $0.health) })
        for choice in list where choice.tier < .unhealthy {
            #expect(try #require(health[choice.question]) >= policy.parameters.healthMin)
        }
        #expect(list.map(\.tier) == list.map(\.tier).sorted(), "seed \(seed)")
    }

    @Test("A list of ten does not come from one category or one skill while others are left")
    func variety() throws {
        let fixtures = try CoachFixtures(seed: 3, candidates: 200)
        var request = fixtures.request()
        request.history = CoachHistory()
        for index in request.candidates.indices {
            request.candidates[index].category = index < 150 ? "a" : "b"
            request.candidates[index].skills = SkillTags(Int32(index < 150 ? 0 : 1 + index % 11))
            request.candidates[index].similarity = index < 150 ? 1 : 0
            request.candidates[index].health = 1
        }
        let list = try policy.choose(request, model: fixtures.model)
        let skills = Dictionary(uniqueKeysWithValues: request.candidates.map { ($0.question, $0.skills) })
        let ofFirst = list.filter { skills[$0.question]?.contains(0) ?? false }
        #expect(ofFirst.count <= 4)
        #expect(list.allSatisfy { $0.tier == .fitting })
    }

    @Test("Without answers, profile, needs or vectors a list is still full; a post moves it to what it asks for")
    func coldStart() throws {
        let model = try LearnerModel(coefficients: .shipped(), questionCount: 60, skillCount: 6)
        let person = PersonState(coefficients: model.coefficients)
        let candidates = (0..<60).map {
            CoachCandidate(question: Int32($0), skills: SkillTags(Int32($0 % 6)), popularity: Double($0) / 60)
        }
        var request = CoachRequest(
            person: person, seconds: CoachFixtures.now, candidates: candidates, skillName: { "Skill \($0)" })
        #expect(try policy.choose(request, model: model).count == 10)
        request.needs = [
            SkillNeed(name: "Kafka", skills: [2], weight: 3), SkillNeed(name: "SQL", skills: [4], weight: 3),
        ]
        let list = try policy.choose(request, model: model)
        let asked = list.filter { $0.question % 6 == 2 || $0.question % 6 == 4 }
        #expect(asked.count >= 7)
        request.candidates = []
        #expect(try policy.choose(request, model: model).isEmpty)
    }

    @Test("Chance takes about its share of places, and its propensities are those it acts by")
    func exploration() throws {
        var parameters = CoachParameters()
        parameters.explorationShare = 0.3
        parameters.explorationPoolMax = 10
        let policy = try CoachPolicy(parameters: parameters)
        let fixtures = try CoachFixtures(seed: 8, candidates: 40, answers: 10)
        var explored = 0
        var firsts: [Int32: Int] = [:]
        var propensities: [Int32: Double] = [:]
        let lists = 1_500
        for seed in 0..<UInt64(lists) {
            let list = try policy.choose(fixtures.request(count: 3, seed: seed), model: fixtures.model)
            explored += list.count { $0.source == .explore }
            firsts[list[0].question, default: 0] += 1
            propensities[list[0].question] = list[0].propensity
        }
        // One in ten draws falls on the best itself and is none.
        let share = Double(explored) / Double(3 * lists)
        #expect(abs(share - 0.27) < 0.03)
        #expect(propensities.count == 10)
        #expect(abs(propensities.values.reduce(0, +) - 1) < 1e-9)
        for (question, propensity) in propensities {
            let met = Double(firsts[question] ?? 0) / Double(lists)
            #expect(abs(met - propensity) < 0.04)
        }
    }

    @Test("Numbers that the model does not know are left out, values that are none are held")
    func strangeInput() throws {
        let fixtures = try CoachFixtures(seed: 2, candidates: 20, answers: 0)
        var request = fixtures.request()
        request.candidates[0].question = 1_000_000
        request.candidates[1].question = -1
        request.candidates[2].skills = SkillTags(500)
        request.candidates[3].popularity = .nan
        request.candidates[4].similarity = .nan
        request.candidates[5].health = .infinity
        request.needs = [SkillNeed(name: "x", skills: [-4, 99_999], weight: .nan)]
        request.count = 50
        let list = try policy.choose(request, model: fixtures.model)
        #expect(list.count == 17)
        #expect(list.allSatisfy { $0.score.isFinite })
        request.count = 51
        #expect(throws: CoachInputError.count(field: "count", received: 51, allowed: 0...50)) {
            try policy.choose(request, model: fixtures.model)
        }
    }
}
