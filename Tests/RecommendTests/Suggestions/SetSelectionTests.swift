import Foundation
import TestSupport
import Testing

@testable import Recommend

@Suite struct SetSelectionTests {
    private func need(_ name: String, _ weight: Double) -> Need {
        Need(kind: .duty, name: name, weight: weight, sentences: [], years: nil)
    }

    private func candidate(
        _ number: Int, serves: [Int: Double], vector: [Float], category: String = "technical", role: Double = 0.5
    ) -> Candidate {
        let id = UUID(uuidString: String(format: "00000000-0000-0000-0000-%012d", number))!
        let question = BankQuestion(
            id: id, text: "question \(number)", category: category, subcategory: nil, difficulty: "medium", roles: [],
            skills: [], usageCount: 0, successRate: nil)
        let evidence = serves.mapValues { Evidence(tag: $0, skill: nil, similarity: 0.6) }
        return Candidate(
            question: question, vector: vector, evidence: evidence, roleFit: role, levelFit: 1, quality: 0.5)
    }

    private func random(_ generator: inout SeededGenerator) -> (needs: [Need], candidates: [Candidate]) {
        let needs = (0..<Int.random(in: 1...6, using: &generator)).map {
            need("n\($0)", Double.random(in: 0.1...1, using: &generator))
        }
        let categories = ["technical", "behavioral", "situational"]
        let candidates = (0..<Int.random(in: 0...40, using: &generator)).map { number in
            var serves: [Int: Double] = [:]
            for index in needs.indices where Bool.random(using: &generator) {
                serves[index] = Bool.random(using: &generator) ? 1 : Double.random(in: 0.3...1, using: &generator)
            }
            let raw = (0..<8).map { _ in Float.random(in: -1...1, using: &generator) }
            let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return candidate(
                number, serves: serves, vector: raw.map { $0 / length },
                category: categories.randomElement(using: &generator)!,
                role: Double.random(in: 0...1, using: &generator))
        }
        return (needs, candidates)
    }

    @Test func spreadsOverNeedsOfLikeWeightBeforeRepeatingOne() {
        let needs = [need("a", 1), need("b", 0.9), need("c", 0.8)]
        let vectors: [[Float]] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        let candidates = [
            candidate(1, serves: [0: 1], vector: vectors[0]), candidate(2, serves: [0: 1], vector: vectors[1]),
            candidate(3, serves: [1: 1], vector: vectors[2]), candidate(4, serves: [2: 1], vector: vectors[3]),
        ]
        let choices = SetSelection(needs: needs, count: 3).choose(from: candidates)
        #expect(choices.map(\.candidate.question.text) == ["question 1", "question 3", "question 4"])
        // A need that hardly matters comes after a second question on one that does.
        let unlike = SetSelection(needs: [need("a", 1), need("b", 0.9), need("c", 0.1)], count: 4)
        #expect(unlike.choose(from: candidates).map(\.candidate.question.text).last == "question 4")
    }

    @Test func needsThatTheBankHardlyHasComeLater() {
        let needs = [need("a", 1), need("b", 0.9)]
        let candidates = [
            candidate(1, serves: [0: 1], vector: [1, 0]), candidate(2, serves: [1: 1], vector: [0, 1]),
        ]
        func first(_ certainty: [Double]) -> String? {
            let selection = SetSelection(needs: needs, count: 1, certainty: certainty)
            return selection.choose(from: candidates).first?.candidate.question.text
        }
        #expect(first([]) == "question 1")
        #expect(first([1, 1]) == "question 1")
        #expect(first([0.1, 1]) == "question 2")
    }

    @Test func whatIsOnlyNearANeedFillsWhatIsLeft() {
        let needs = [need("a", 1), need("b", 0.2)]
        let candidates = [
            candidate(1, serves: [0: 0.6], vector: [1, 0, 0]), candidate(2, serves: [1: 1], vector: [0, 1, 0]),
            candidate(3, serves: [1: 1], vector: [0, 0, 1]),
        ]
        let choices = SetSelection(needs: needs, count: 3).choose(from: candidates)
        #expect(choices.map(\.candidate.question.text) == ["question 2", "question 3", "question 1"])
    }

    @Test func holdsItsPropertiesOnRandomInput() {
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            let (needs, candidates) = random(&generator)
            let certainty = needs.map { _ in Double.random(in: 0...1, using: &generator) }
            let selection = SetSelection(
                needs: needs, count: Int.random(in: 1...20, using: &generator),
                certainty: seed % 2 == 0 ? certainty : [])
            let choices = selection.choose(from: candidates)
            #expect(choices.count <= selection.count, "seed \(seed)")
            #expect(Set(choices.map(\.candidate.question.id)).count == choices.count, "seed \(seed)")
            #expect(choices.allSatisfy { !$0.needs.isEmpty }, "seed \(seed): nothing unrelated is chosen")
            for (place, choice) in choices.enumerated() {
                let sum =
                    choice.parts.coverage + choice.parts.role + choice.parts.level + choice.parts.quality
                    + choice.parts.redundancy
                #expect(abs(sum - choice.parts.score) < 1e-9, "seed \(seed)")
                #expect(choice.parts.redundancy != 0 || choice.parts.redundancy.sign == .plus, "seed \(seed)")
                for other in choices[..<place] {
                    let cosine = SetSelection.cosine(choice.candidate.vector, other.candidate.vector)
                    #expect(cosine < SetSelection.nearDuplicateCosine, "seed \(seed)")
                }
            }
            let again = selection.choose(from: candidates.shuffled(using: &generator))
            #expect(
                again.map(\.candidate.question.id) == choices.map(\.candidate.question.id),
                "seed \(seed): order of input matters")
        }
    }

    @Test func aLargerSetBeginsWithTheSmallerOne() {
        var generator = SeededGenerator(seed: 3)
        let needs = (0..<5).map { need("n\($0)", 1 / Double($0 + 1)) }
        // Each of a category of its own, so that no cap, which depends on the count, steps in.
        let candidates = (0..<30).map { number in
            let raw = (0..<8).map { _ in Float.random(in: -1...1, using: &generator) }
            let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return candidate(
                number, serves: [number % 5: Double.random(in: 0.3...1, using: &generator)],
                vector: raw.map { $0 / length },
                category: "c\(number)")
        }
        let sets = [5, 10, 20].map { count in
            SetSelection(needs: needs, count: count).choose(from: candidates).map(\.candidate.question.id)
        }
        #expect(sets.map(\.count) == [5, 10, 20])
        #expect(sets[1].starts(with: sets[0]) && sets[2].starts(with: sets[1]))
    }

    @Test func noCategoryFillsASet() {
        let needs = [need("a", 1)]
        let candidates = (0..<20).map { number in
            var vector = [Float](repeating: 0, count: 32)
            vector[number] = 1
            return candidate(number, serves: [0: 1], vector: vector, category: number < 15 ? "technical" : "behavioral")
        }
        let chosen = SetSelection(needs: needs, count: 10).choose(from: candidates).map(\.candidate.question.category)
        #expect(chosen.filter { $0 == "technical" }.count <= 8)
        #expect(chosen.filter { $0 == "behavioral" }.count <= 5)
    }

    @Test func cosineMatchesAPlainSum() {
        var generator = SeededGenerator(seed: 11)
        for length in 0...33 {
            let left = (0..<length).map { _ in Float.random(in: -1...1, using: &generator) }
            let right = (0..<length).map { _ in Float.random(in: -1...1, using: &generator) }
            let plain = zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(SetSelection.cosine(left, right) - plain) < 1e-5)
        }
    }
}
