import Learner
import Testing

@testable import Recommend

@Suite("Coach: proposals")
struct ProposalTests {
    private let bank: QuestionsBySkill

    init() {
        let questions = Int32(0)..<30
        bank = QuestionsBySkill(
            questions.map { (question: $0, skills: SkillTags($0 % 3)) },
            popularity: Dictionary(uniqueKeysWithValues: questions.filter { $0 > 9 }.map { ($0, Double($0)) }))
    }

    @Test("The bank's questions of a skill stand with the most practised first")
    func bySkill() {
        #expect(bank.skills == [0, 1, 2])
        #expect(bank[0].first == 27)
        // Those that nobody practised follow in the order of their numbers.
        #expect(bank[0] == [27, 24, 21, 18, 15, 12, 0, 3, 6, 9])
        #expect(bank[9].isEmpty)
    }

    @Test("Weak skills take turns, the weakest first, each question once")
    func weak() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 30, skillCount: 3)
        var person = PersonState(coefficients: model.coefficients)
        for question in 0..<9 as Range<Int32> {
            try model.answer(
                &person, question: question, skills: SkillTags(question % 3), score: question % 3 == 1 ? 0 : 1,
                seconds: 1e9)
        }
        let mastery = model.mastery(person, skills: 0..<3, seconds: 1e9)
        let proposals = CoachProposals.weakSkills(mastery, bank: bank, limit: 7)
        #expect(proposals.count == 7)
        #expect(Set(proposals.map(\.question)).count == 7)
        #expect(proposals[0].question == 28)
        #expect(Set(proposals.prefix(3).map { $0.question % 3 }) == [0, 1, 2])
        #expect(proposals[0].strength >= proposals[1].strength)
        let all = CoachProposals.weakSkills(mastery, bank: bank, limit: 1_000)
        #expect(all.count == 30)

        let later = 1e9 + 200 * 86_400
        let review = SpacedReview(person, model: model, seconds: later, masteredFrom: 0)
        let due = CoachProposals.dueSkills(review, bank: bank, limit: 4)
        #expect(due.count == 4)
        #expect(due.allSatisfy { $0.source == .dueReview })
    }

    @Test("Needs propose by weight; needs of no weight nothing")
    func needs() {
        let needs = [
            SkillNeed(name: "a", skills: [0], weight: 1), SkillNeed(name: "b", skills: [2], weight: 2),
            SkillNeed(name: "c", skills: [1], weight: 0),
        ]
        let proposals = CoachProposals.needs(needs, bank: bank, limit: 6)
        #expect(proposals.map { $0.question % 3 } == [2, 0, 2, 0, 2, 0])
        #expect(proposals[0].strength == 1 && proposals[1].strength == 0.5)
        #expect(CoachProposals.needs([], bank: bank, limit: 6).isEmpty)
    }

    @Test("Sequences propose what came next and nothing of the history; no history, nothing")
    func sequence() throws {
        var model = try SequenceModel(itemCount: 20)
        for _ in 0..<5 {
            model.learn(7, after: [3])
            model.learn(8, after: [3, 7])
        }
        let next = NextItems(sequence: model, linear: nil, linearShare: 0)
        let proposals = CoachProposals.sequence(next, history: [3], limit: 3)
        #expect(proposals.map(\.question).prefix(2) == [7, 8])
        #expect(!proposals.map(\.question).contains(3))
        #expect(CoachProposals.sequence(next, history: [], limit: 3).isEmpty)
    }

    @Test("Popular leaves out what nobody practised; sources merge by question")
    func merged() {
        let popular = CoachProposals.popular([(4, 10), (5, 30), (6, 0)], limit: 5)
        #expect(popular.map(\.question) == [5, 4])
        let similar = CoachProposals.similarPeople([AggregateScore(question: 5, score: 0.7)], limit: 5)
        let merged = ProposedQuestions(popular + similar)
        #expect(merged.entries[5]?.sources == [.popular, .similarUser])
        #expect(merged.entries[5]?.neighbours == 0.7)
        #expect(merged.entries[4]?.neighbours == 0)
        #expect(ProposedQuestions((popular + similar).reversed()) == merged)
    }
}
