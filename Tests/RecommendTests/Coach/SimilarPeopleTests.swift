import Learner
import TestSupport
import Testing

@testable import Recommend

@Suite("Coach: similar people")
struct SimilarPeopleTests {
    private func person(_ number: UInt64, _ outcomes: [PracticeOutcome], likeness: Double = 0.8) -> SimilarPerson {
        SimilarPerson(person: number, likeness: likeness, outcomes: outcomes)
    }

    @Test("Four people's outcomes are not told, five people's are; the same person counts once")
    func kAnonymity() {
        let outcome = [PracticeOutcome(question: 1, score: 0.6)]
        let four = (0..<4).map { person(UInt64($0), outcome) }
        #expect(SimilarPeople.scores(four).isEmpty)
        #expect(SimilarPeople.scores(four + four + [person(0, outcome + outcome)]).isEmpty)
        #expect(SimilarPeople.scores(four + [person(9, outcome, likeness: 0)]).isEmpty)
        #expect(SimilarPeople.scores(four + [person(9, outcome)]).map(\.question) == [1])
    }

    @Test("Random people: every score has five people behind it", arguments: 1...20 as ClosedRange<UInt64>)
    func randomPeople(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let people = (0..<12).map { number in
            person(
                UInt64(number),
                (0..<random.below(8)).map { _ in
                    PracticeOutcome(question: Int32(random.below(10)), score: Double(random.below(100)) / 100)
                }, likeness: Double(random.below(5)) / 4)
        }
        let scores = SimilarPeople.scores(people)
        for question in 0..<10 as Range<Int32> {
            let behind = people.count { person in
                person.likeness > 0 && person.outcomes.contains { $0.question == question }
            }
            #expect(scores.contains { $0.question == question } == (behind >= 5), "seed \(seed)")
        }
    }

    @Test("Useful questions score higher than useless ones, and one very alike person does not decide")
    func order() throws {
        let useful = PracticeOutcome(question: 1, score: 0.6, gain: 0.4)
        let useless = PracticeOutcome(question: 2, score: 0.6, gain: -0.2)
        var people = (0..<8).map { person(UInt64($0), [useful, useless], likeness: 0.1) }
        let scores = SimilarPeople.scores(people)
        #expect(scores[0].score > scores[1].score)
        people[0] = person(0, [PracticeOutcome(question: 1, score: 0, gain: -1), useless], likeness: 1)
        let moved = SimilarPeople.scores(people)
        #expect(moved[0].score > 0.5)
    }

    @Test("Likeness is by outcomes: same strengths above opposite ones, symmetric, within 0...1")
    func likeness() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 40, skillCount: 4)
        func practised(_ good: [Int32]) throws -> PersonState {
            var person = PersonState(coefficients: model.coefficients)
            for question in 0..<40 as Range<Int32> {
                try model.answer(
                    &person, question: question, skills: SkillTags(question % 4),
                    score: good.contains(question % 4) ? 1 : 0)
            }
            return person
        }
        let a = try practised([0, 1])
        let b = try practised([0, 1])
        let c = try practised([2, 3])
        #expect(PersonLikeness.between(a, b) > 2 * PersonLikeness.between(a, c))
        #expect(PersonLikeness.between(a, c) == PersonLikeness.between(c, a))
        #expect((0...1).contains(PersonLikeness.between(a, a)))
        let stranger = PersonState(coefficients: model.coefficients)
        #expect(PersonLikeness.between(a, stranger) == 0 && PersonLikeness.between(a, stranger, declared: 1) == 0)
        // What they say of themselves counts less than how they answered.
        let plain = PersonLikeness.between(a, c)
        #expect(abs(PersonLikeness.between(a, c, declared: 1) - 1.25 * plain) < 1e-12)
        #expect(abs(PersonLikeness.between(a, c, declared: -1) - 0.75 * plain) < 1e-12)
        #expect(PersonLikeness.between(a, b, declared: -1) > PersonLikeness.between(a, c, declared: 1))
        #expect(PersonLikeness.between(a, a, declared: 1) <= 1)
    }
}
