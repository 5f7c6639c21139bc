import Learner
import Testing

@testable import Recommend

@Suite("Coach: the greedy list")
struct ListSelectionTests {
    @Test(
        "Looking at candidates in the order of their bounds gives the plain greedy list",
        arguments: 1...10 as ClosedRange<UInt64>)
    func equalsPlainGreedy(seed: UInt64) throws {
        let fixtures = try CoachFixtures(seed: seed, candidates: 80)
        var parameters = CoachParameters()
        parameters.explorationShare = 0
        parameters.skillShareMax = 1
        parameters.categoryShareMax = 1
        var request = fixtures.request(count: 8, seed: seed)
        for index in request.candidates.indices { request.candidates[index].health = 1 }
        let scored = CandidateScoring(request, model: fixtures.model, parameters: parameters).scored()
            .filter { $0.tier == .fitting }
        var selection = ListSelection(scored, of: request, parameters: parameters)
        let fast = selection.choose().map { $0.scored.question }

        var plain: [ScoredCandidate] = []
        while plain.count < 8 {
            var best: (scored: ScoredCandidate, score: Double)?
            for entry in scored where !plain.contains(where: { $0.question == entry.question }) {
                let own = request.candidates[entry.place]
                let others = plain.map { request.candidates[$0.place] }
                let cosines = others.map { ListSelection.cosine(own.vector, $0.vector) }
                guard (cosines.max() ?? 0) < parameters.nearDuplicateCosine else { continue }
                let likeness = max(0, ((cosines.max() ?? 0) - 0.3) / 0.7)
                let sharing = others.count { other in
                    (0..<own.skills.count).contains { other.skills.contains(own.skills[$0]) }
                }
                let crowding = 1 - 1 / Double(1 + sharing)
                let score = entry.base - parameters.weights.redundancy * (0.5 * likeness + 0.5 * crowding)
                if score > best?.score ?? -.infinity { best = (entry, score) }
            }
            guard let best else { break }
            plain.append(best.scored)
        }
        #expect(fast == plain.map(\.question), "seed \(seed)")
    }

    @Test("The cosine of vectors of any length, and of none")
    func cosine() {
        for count in [1, 15, 16, 17, 40] {
            let left = (0..<count).map { Float($0 + 1) }
            let right = (0..<count).map { Float(count - $0) }
            let expected = zip(left, right).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(ListSelection.cosine(left, right) - expected) < 1e-3)
        }
        #expect(ListSelection.cosine([], []) == 0)
        #expect(ListSelection.cosine([1], [1, 0]) == 0)
    }
}
