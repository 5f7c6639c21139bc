import Catalog
import Foundation
import TestSupport
import Testing

@testable import Learner
@testable import greenroom

@Suite struct SessionSelectionTests {
    private static func id(_ number: Int) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(number / 256), UInt8(number % 256)))
    }

    private static func candidate(
        _ number: Int, skills: [String] = ["SQL"], difficulty: Difficulty = .medium, roles: [String] = ["data_engineer"]
    ) -> SessionCandidates.Candidate {
        SessionCandidates.Candidate(
            id: id(number), text: "Question \(number)?", category: "technical", difficulty: difficulty, roles: roles,
            skills: skills)
    }

    private static func expected(_ probability: Float) -> Prediction {
        let (lower, upper) = (probability - 0.1, probability + 0.1)
        return Prediction(
            probability: probability, lower: lower, upper: upper,
            good: Prediction.Chance(probability: probability, lower: lower, upper: upper))
    }

    private static func selection(
        _ mode: Session.Mode, difficulty: Difficulty? = nil, focus: [String] = [],
        predictions: [UUID: Prediction] = [:], resting: Set<UUID> = []
    ) -> SessionSelection {
        SessionSelection(
            mode: mode, difficulty: difficulty, roleFit: ["data_engineer": 1], focus: focus,
            skillKey: { $0.lowercased() }, predictions: predictions, resting: resting)
    }

    @Test func practiceLooksForWhatTeaches() {
        let candidates = (0..<3).map { Self.candidate($0) }
        let predictions = [
            Self.id(0): Self.expected(0.97), Self.id(1): Self.expected(0.65), Self.id(2): Self.expected(0.05),
        ]
        let chosen = Self.selection(.practice, predictions: predictions).choose(3, from: candidates)
        #expect(chosen.map(\.candidate.id) == [1, 2, 0].map(Self.id))
        #expect(chosen[0].expected == Self.expected(0.65) && chosen[0].reason.contains("65 %"))
        #expect(SessionSelection.teaching(0.7) == 1 && SessionSelection.teaching(0.2) == 0)
    }

    @Test func anInterviewRisesAndKeepsToTheLevel() {
        let candidates = (0..<9).map { Self.candidate($0, skills: ["S\($0)"], difficulty: Difficulty.allCases[$0 % 3]) }
        let mixed = Self.selection(.interview).choose(9, from: candidates).map(\.candidate.difficulty)
        #expect(mixed == mixed.sorted())
        let hard = Self.selection(.interview, difficulty: .hard).choose(3, from: candidates)
        #expect(hard.allSatisfy { $0.candidate.difficulty == .hard })
    }

    @Test func whatWasAskedLatelyComesLast() {
        let candidates = (0..<4).map { Self.candidate($0) }
        for mode in Session.Mode.allCases {
            let selection = Self.selection(mode, resting: [Self.id(0), Self.id(1)])
            #expect(Set(selection.choose(2, from: candidates).map(\.candidate.id)) == [Self.id(2), Self.id(3)])
            #expect(selection.choose(9, from: candidates).count == 4, "better again than none")
        }
    }

    @Test func focusCountsAndSkillsAreSpread() {
        let candidates = (0..<4).map { Self.candidate($0, skills: ["SQL"]) } + [Self.candidate(9, skills: ["Kafka"])]
        let focused = Self.selection(.interview, focus: ["kafka"]).choose(1, from: candidates)
        #expect(focused.map(\.candidate.id) == [Self.id(9)])
        let spread = Self.selection(.interview).choose(2, from: candidates)
        #expect(Set(spread.flatMap(\.candidate.skills)) == ["SQL", "Kafka"])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func theSameInputGivesTheSameChoiceInAnyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let candidates = (0..<200).map {
            Self.candidate($0, skills: ["S\(generator.below(9))"], difficulty: Difficulty.allCases[generator.below(3)])
        }
        var predictions: [UUID: Prediction] = [:]
        for candidate in candidates { predictions[candidate.id] = Self.expected(Float(generator.below(100)) / 100) }
        let selection = Self.selection(.practice, predictions: predictions)
        let first = selection.choose(20, from: candidates)
        #expect(Set(first.map(\.candidate.id)).count == 20)
        #expect(selection.choose(20, from: candidates.shuffled(using: &generator)) == first, "seed \(seed)")
    }
}
