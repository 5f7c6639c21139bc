import Learner
import Testing

@testable import Recommend

@Suite("Coach: a simulated person")
struct SimulatedLearnerTests {
    private func world(_ name: String = "middle") throws -> (bank: SimulatedBank, simulation: CoachSimulation) {
        let simulation = try #require(CoachSimulation.varied.first { $0.name == name })
        var random = SeededRandom(seed: 3)
        return (try SimulatedBank(simulation, random: &random), simulation)
    }

    @Test("Practice raises mastery, rest lowers it, and practice after rest brings some back")
    func learning() throws {
        let (bank, simulation) = try world()
        var learner = SimulatedLearner(simulation, seed: 1)
        let start = learner.mastery(bank)
        let role = Set(learner.role)
        let questions = bank.questions.filter { $0.skills.allSatisfy(role.contains) }
        for question in questions.prefix(80) { _ = learner.answer(question) }
        let practised = learner.mastery(bank)
        #expect(practised > start)
        learner.rest(days: 30)
        let rested = learner.mastery(bank)
        #expect(rested < practised)
        #expect(rested > start)
        let gained = questions.prefix(20).map { learner.masteryGained($0, bank) }
        #expect(gained.allSatisfy { $0 >= 0 } && gained.contains { $0 > 0 })
    }

    @Test("Who does not forget loses nothing")
    func retentive() throws {
        let (bank, simulation) = try world("no forgetting")
        var learner = SimulatedLearner(simulation, seed: 1)
        for question in bank.questions.prefix(50) { _ = learner.answer(question) }
        let practised = learner.mastery(bank)
        learner.rest(days: 300)
        #expect(learner.mastery(bank) == practised)
    }

    @Test("Gain curves peak where they say; the flat one is flat")
    func curves() {
        for peak in [0.5, 0.675, 0.85] {
            let curve = GainCurve(peak: peak)
            let shares = (1..<100).map { curve.share(at: Double($0) / 100) }
            #expect(abs((shares.max() ?? 0) - 1) < 1e-3)
            let best = 1 + (shares.firstIndex(of: shares.max() ?? 0) ?? 0)
            #expect(abs(Double(best) / 100 - peak) <= 0.011)
            #expect(shares.allSatisfy { $0 >= curve.floor })
        }
        let flat = GainCurve(peak: nil)
        #expect(flat.share(at: 0.1) == flat.share(at: 0.9))
    }

    @Test("Labels follow depth, with errors; popularity lies within 0...1")
    func labels() throws {
        let (bank, _) = try world()
        let mean = { (label: DifficultyLabel) in
            let found = bank.questions.filter { $0.label == label }.map(\.depth)
            return found.reduce(0, +) / Double(max(found.count, 1))
        }
        #expect(mean(.easy) < mean(.medium) && mean(.medium) < mean(.hard))
        #expect(bank.questions.allSatisfy { (0...1).contains($0.popularity) })
    }
}
